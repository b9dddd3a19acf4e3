package emrtd_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
)

// paths are the ways in which a card is read to its end.
func paths(t *testing.T) map[string]func() (*chip, emrtd.Options) {
	read := func(key emrtd.Key, chunk int, q quirks, offers ...emrtd.PACEInfo) func() (*chip, emrtd.Options) {
		return func() (*chip, emrtd.Options) {
			card, issuer := newCard(t, key, 1500, offers...)
			access := card.quirks.cardAccess
			card.quirks = q
			card.quirks.cardAccess = access
			o := options(t, card, issuer)
			o.Photo, o.MaxChunk, o.Habits.Chunk = true, chunk, chunk
			return card, o
		}
	}
	return map[string]func() (*chip, emrtd.Options){
		"PACE":                  read(canKey(t), 0, quirks{}, cccdOffer()),
		"PACE, extended length": read(canKey(t), 1024, quirks{}, cccdOffer()),
		"PACE, resumed":         read(canKey(t), 0, quirks{maxData: 112, tooLong: apdu.StatusWrongLength, tooLongPlain: true, tooLongFrom: 900}, cccdOffer()),
		"BAC":                   read(mrzKey(t), 0, quirks{}),
		"BAC, by name":          read(mrzKey(t), 0, quirks{noSFI: true}),
	}
}

// TestCardLiftedAtEveryExchange lifts the card before each exchange: the reading
// says so at once, leaves no goroutine behind and forgets every key.
func TestCardLiftedAtEveryExchange(t *testing.T) {
	before := runtime.NumGoroutine()
	for name, path := range paths(t) {
		card, o := path()
		whole, sessions, err := emrtd.ReadWatched(t.Context(), card, o)
		wantGenuine(t, whole, err)
		wantForgotten(t, name, sessions)
		for n := 1; n <= whole.Stats.APDUs; n += stride() {
			card, o := path()
			card.quirks.gone = n
			d, sessions, err := emrtd.ReadWatched(t.Context(), card, o)
			if !errors.Is(err, apdu.ErrCardGone) || d.Trust.Verdict != emrtd.Unreadable || d.Stats.APDUs != n {
				t.Fatalf("%s, lifted before exchange %d: %v, verdict %s, %d counted", name, n, err, d.Trust.Verdict, d.Stats.APDUs)
			}
			wantForgotten(t, fmt.Sprintf("%s, lifted before exchange %d", name, n), sessions)
		}
	}
	wantNoMore(t, before)
}

// wantNoMore checks that no goroutine is left over. One that is ending may need a
// moment; one that hangs does not end.
func wantNoMore(t *testing.T, before int) {
	t.Helper()
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, were %d", runtime.NumGoroutine(), before)
}

// stride is from one exchange that is torn to the next: a short run, which may be
// under an emulator, leaves some out.
func stride() int {
	if testing.Short() {
		return 5
	}
	return 1
}

func wantForgotten(t *testing.T, when string, sessions []emrtd.Watched) {
	t.Helper()
	for i, s := range sessions {
		if !s.Forgotten() {
			t.Errorf("%s: keys of session %d of %d are still there", when, i+1, len(sessions))
		}
	}
}

// garbles are what may become of an answer on its way.
var garbles = map[string]func([]byte) []byte{
	"first bit":      func(b []byte) []byte { b[0] ^= 0x80; return b },
	"bit inside":     func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
	"last data byte": func(b []byte) []byte { b[max(len(b)-3, 0)] ^= 1; return b },
	"status":         func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
	"a byte less":    func(b []byte) []byte { return append(b[:max(len(b)-3, 0)], b[len(b)-2:]...) },
	"cut":            func(b []byte) []byte { return b[:(len(b)+1)/2] },
	"twice":          func(b []byte) []byte { return append(b[:len(b)-2:len(b)-2], b...) },
	"nothing":        func([]byte) []byte { return nil },
	"one byte":       func([]byte) []byte { return []byte{0x90} },
	"9000":           func([]byte) []byte { return []byte{0x90, 0x00} },
	"6700":           func([]byte) []byte { return []byte{0x67, 0x00} },
	"6988":           func([]byte) []byte { return []byte{0x69, 0x88} },
	"6982":           func([]byte) []byte { return []byte{0x69, 0x82} },
	"6A82":           func([]byte) []byte { return []byte{0x6A, 0x82} },
	"6B00":           func([]byte) []byte { return []byte{0x6B, 0x00} },
	"6C10":           func([]byte) []byte { return []byte{0x6C, 0x10} },
	"6110":           func([]byte) []byte { return []byte{0x61, 0x10} },
	"6282":           func([]byte) []byte { return []byte{0x62, 0x82} },
	"6F00":           func([]byte) []byte { return []byte{0x6F, 0x00} },
	"zeros":          func(b []byte) []byte { clear(b[:len(b)-2]); return b },
}

// TestGarbledAtEveryExchange spoils one answer of a reading, each in its turn.
// Reading goes on in another way, or ends with an error that says what kind it
// is; data that was altered is never found genuine.
func TestGarbledAtEveryExchange(t *testing.T) {
	card, issuer := newCard(t, canKey(t), 700, emrtd.PACEInfoFor(emrtd.SuiteAES128, 12))
	o := options(t, card, issuer)
	o.Photo = true
	whole, err := emrtd.Read(t.Context(), card, o)
	wantGenuine(t, whole, err)
	outcomes := map[string]int{}
	for name, spoil := range garbles {
		for n := 1; n <= whole.Stats.APDUs; n += stride() {
			card.sm, card.inApp, card.current, card.seen = nil, false, nil, nil
			count := 0
			through := transmitter2(func(ctx context.Context, b []byte) ([]byte, error) {
				answer, err := card.Transmit(ctx, b)
				if count++; count == n && err == nil {
					answer = spoil(bytes.Clone(answer))
				}
				return answer, err
			})
			d, sessions, err := emrtd.ReadWatched(t.Context(), through, o)
			when := fmt.Sprintf("%s at exchange %d", name, n)
			wantForgotten(t, when, sessions)
			outcomes[judgeGarbled(t, when, whole, d, err)]++
			if limit := 3*whole.Stats.APDUs + 40; d.Stats.APDUs > limit {
				t.Errorf("%s: %d exchanges", when, d.Stats.APDUs)
			}
		}
	}
	t.Logf("%v", outcomes)
	if outcomes["genuine"] == 0 || outcomes["protocol"] == 0 {
		t.Errorf("outcomes %v", outcomes)
	}
}

type transmitter2 func(context.Context, []byte) ([]byte, error)

func (f transmitter2) Transmit(ctx context.Context, b []byte) ([]byte, error) { return f(ctx, b) }

// judgeGarbled names the outcome of a spoilt reading.
func judgeGarbled(t *testing.T, when string, whole, d *emrtd.Document, err error) string {
	t.Helper()
	switch {
	case errors.Is(err, emrtd.ErrWrongKey):
		return "wrong key"
	case errors.Is(err, emrtd.ErrUnsupported):
		return "unsupported"
	case errors.Is(err, emrtd.ErrProtocol):
		return "protocol"
	case err != nil:
		if _, told := errors.AsType[*apdu.StatusError](err); told {
			return "status"
		}
		t.Errorf("%s: an error of no kind: %v", when, err)
		return "other"
	case d.Trust.Verdict != emrtd.Genuine:
		return string(d.Trust.Verdict)
	}
	for n, b := range d.Groups {
		if !bytes.Equal(b, whole.Groups[n]) {
			t.Errorf("%s: DG%d was altered and is genuine", when, n)
		}
	}
	if d.Trust.ChipProof != "AA" {
		return "genuine without proof" // such a verdict exists only with another reason
	}
	return string(d.Trust.Verdict)
}
