package emrtd_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/tlv"
)

var suites = []emrtd.Suite{emrtd.Suite3DES, emrtd.SuiteAES128, emrtd.SuiteAES192, emrtd.SuiteAES256}

// sessions are both ends of one channel.
func sessions(t testing.TB, s emrtd.Suite) (terminal, chip *emrtd.Session) {
	t.Helper()
	kenc, kmac := make([]byte, s.KeySize()), make([]byte, s.KeySize())
	rand.Read(kenc)
	rand.Read(kmac)
	return must[*emrtd.Session](t)(emrtd.NewSession(s, kenc, kmac, nil)), must[*emrtd.Session](t)(emrtd.NewSession(s, kenc, kmac, nil))
}

func TestBothEndsAgree(t *testing.T) {
	for _, s := range suites {
		terminal, chip := sessions(t, s)
		for _, c := range []struct {
			cmd    apdu.Command
			answer apdu.Response
		}{
			{apdu.Command{INS: 0xA4, P1: 4, P2: 12, Data: []byte{1}}, apdu.Response{Status: 0x9000}},
			{apdu.Command{INS: 0xB0, Le: 256}, apdu.Response{Data: make([]byte, s.MaxShortData()), Status: 0x9000}},
			{apdu.Command{INS: 0xB0, Le: 65536, Extended: true}, apdu.Response{Data: make([]byte, 60000), Status: 0x9000}},
			{apdu.Command{INS: 0xB1, Data: []byte{0x54, 1, 0}, Le: 9}, apdu.Response{Data: []byte{0x53, 1, 7}, Status: 0x6282}},
			{apdu.Command{INS: 0x88, Data: make([]byte, 300), Le: 1}, apdu.Response{Status: 0x6A80}},
			{apdu.Command{INS: 0x44}, apdu.Response{Status: 0x6D00}},
		} {
			protected := must[apdu.Command](t)(terminal.Protect(c.cmd))
			wire := must[[]byte](t)(protected.Bytes())
			seen := must[apdu.Command](t)(chip.UnprotectCommand(must[apdu.Command](t)(apdu.ParseCommand(wire))))
			if seen.INS != c.cmd.INS || seen.Le != c.cmd.Le || !bytes.Equal(seen.Data, c.cmd.Data) {
				t.Errorf("%v: the chip saw %02X, Le %d, %d bytes", s, seen.INS, seen.Le, len(seen.Data))
			}
			answer := must[apdu.Response](t)(chip.ProtectResponse(c.answer))
			if n := len(c.answer.Data); n == s.MaxShortData() && len(answer.Data) > 256 {
				t.Errorf("%v: %d bytes of data do not fit a short answer: %d", s, n, len(answer.Data))
			}
			got := must[apdu.Response](t)(terminal.Unprotect(answer))
			if got.Status != c.answer.Status || !bytes.Equal(got.Data, c.answer.Data) {
				t.Errorf("%v: answer %v, %d bytes", s, got.Status, len(got.Data))
			}
		}
	}
}

// A flipped bit anywhere in an answer, status word included, is an error and
// ends the session.
func TestEveryFlippedBitKillsTheSession(t *testing.T) {
	for _, s := range suites {
		for _, data := range [][]byte{nil, []byte("motcua")} {
			terminal, chip := sessions(t, s)
			size := 0
			for bit := 0; bit == 0 || bit < 8*size; bit++ {
				if bit > 0 {
					terminal, chip = sessions(t, s)
				}
				cmd := must[apdu.Command](t)(terminal.Protect(apdu.Command{INS: 0xB0, Le: 256}))
				must[apdu.Command](t)(chip.UnprotectCommand(cmd))
				wire := must[apdu.Response](t)(chip.ProtectResponse(apdu.Response{Data: data, Status: 0x9000})).Bytes()
				size = len(wire)
				wire[bit/8] ^= 1 << (bit % 8)
				_, err := terminal.Unprotect(must[apdu.Response](t)(apdu.ParseResponse(wire)))
				assertDead(t, fmt.Sprintf("%v, bit %d of %d", s, bit, 8*size), terminal, err)
			}
		}
	}
}

func TestEveryFlippedBitOfACommandIsSeenByTheChip(t *testing.T) {
	for _, s := range suites {
		seen := 0
		for bit, size := 0, 2; bit < 8*(size-1); bit++ { // the outer Le, last, is not protected
			terminal, chip := sessions(t, s)
			wire := must[[]byte](t)(must[apdu.Command](t)(terminal.Protect(apdu.Command{INS: 0xB0, P1: 1, Data: []byte{1, 2}, Le: 4})).Bytes())
			size = len(wire)
			wire[bit/8] ^= 1 << (bit % 8)
			cmd, err := apdu.ParseCommand(wire)
			if err != nil {
				continue // no command any more
			}
			if _, err := chip.UnprotectCommand(cmd); !errors.Is(err, emrtd.ErrSecureMessaging) || chip.Alive() {
				t.Fatalf("%v: bit %d of the command: %v", s, bit, err)
			}
			seen++
		}
		if seen < 200 {
			t.Errorf("%v: only %d flipped commands were commands", s, seen)
		}
	}
}

func assertDead(t *testing.T, what string, s *emrtd.Session, err error) {
	t.Helper()
	if !errors.Is(err, emrtd.ErrSecureMessaging) || !errors.Is(err, emrtd.ErrProtocol) {
		t.Fatalf("%s: error %v", what, err)
	}
	if s.Alive() {
		t.Fatalf("%s: the session lives on", what)
	}
	if _, err := s.Protect(apdu.Command{INS: 0xB0}); !errors.Is(err, emrtd.ErrSecureMessaging) {
		t.Fatalf("%s: a dead session protects: %v", what, err)
	}
}

func TestPlainAnswersNeverCount(t *testing.T) {
	for _, answer := range []apdu.Response{
		{Status: 0x9000},
		{Status: 0x6987},
		{Status: 0x6988},
		{Status: 0x6A82},
		{Data: []byte{1, 2, 3}, Status: 0x9000},
		{Data: []byte{0x99, 2, 0x90, 0}, Status: 0x9000},
		{Data: tlv.Encode(0x8E, make([]byte, 8)), Status: 0x9000},
		{Data: append([]byte{0x99, 2, 0x90, 0}, tlv.Encode(0x8E, make([]byte, 8))...), Status: 0x9000},
	} {
		terminal, _ := sessions(t, emrtd.SuiteAES128)
		must[apdu.Command](t)(terminal.Protect(apdu.Command{INS: 0xB0, Le: 1}))
		_, err := terminal.Unprotect(answer)
		assertDead(t, fmt.Sprintf("%X", answer.Bytes()), terminal, err)
		if status, ok := errors.AsType[*apdu.StatusError](err); len(answer.Data) == 0 && (!ok || status.Status != answer.Status) {
			t.Errorf("the status %v is lost: %v", answer.Status, err)
		}
	}
}

func TestAnswersCannotBeReplayed(t *testing.T) {
	terminal, chip := sessions(t, emrtd.SuiteAES128)
	cmd := apdu.Command{INS: 0xB0, Le: 1}
	must[apdu.Command](t)(chip.UnprotectCommand(must[apdu.Command](t)(terminal.Protect(cmd))))
	answer := must[apdu.Response](t)(chip.ProtectResponse(apdu.Response{Data: []byte{1}, Status: 0x9000}))
	must[apdu.Response](t)(terminal.Unprotect(answer))
	must[apdu.Command](t)(terminal.Protect(cmd))
	_, err := terminal.Unprotect(answer)
	assertDead(t, "replay", terminal, err)
}

func TestReadingStopsAtTheFirstFalseAnswer(t *testing.T) {
	for name, q := range map[string]quirks{"plain 9000": {plainAnswer: true}, "a flipped bit": {flip: 40}} {
		card, issuer := newCard(t, canKey(t), 500, cccdOffer())
		card.quirks = q
		d, err := emrtd.Read(t.Context(), card, options(t, card, issuer))
		if !errors.Is(err, emrtd.ErrProtocol) || d.Trust.Verdict != emrtd.Unreadable {
			t.Errorf("%s: %v, verdict %s", name, err, d.Trust.Verdict)
		}
		if after := card.seen[len(card.seen)-1]; strings.Contains(name, "plain") && after.INS != apdu.InsReadBinary {
			t.Errorf("%s: reading went on with %02X", name, after.INS)
		}
	}
}

func TestSessionsRefuseWrongSizes(t *testing.T) {
	for _, c := range []struct {
		suite           emrtd.Suite
		kenc, kmac, ssc int
	}{{emrtd.SuiteAES128, 15, 16, 16}, {emrtd.SuiteAES256, 32, 16, 16}, {emrtd.Suite3DES, 24, 16, 8}, {emrtd.Suite3DES, 16, 16, 16}, {emrtd.SuiteAES128, 16, 16, 8}} {
		_, err := emrtd.NewSession(c.suite, make([]byte, c.kenc), make([]byte, c.kmac), make([]byte, c.ssc))
		if !errors.Is(err, emrtd.ErrUnsupported) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	s, _ := sessions(t, emrtd.SuiteAES128)
	s.Close()
	if _, err := s.Protect(apdu.Command{}); !errors.Is(err, emrtd.ErrSecureMessaging) {
		t.Errorf("closed: %v", err)
	}
}

func TestMessagesOfEveryLength(t *testing.T) {
	for _, s := range suites {
		terminal, chip := sessions(t, s)
		for n := range 70 {
			data := make([]byte, n)
			rand.Read(data)
			cmd := must[apdu.Command](t)(chip.UnprotectCommand(must[apdu.Command](t)(terminal.Protect(apdu.Command{INS: 0xA4, Data: data, Le: n}))))
			equal(t, "data at the chip", cmd.Data, data)
			got := must[apdu.Response](t)(terminal.Unprotect(must[apdu.Response](t)(chip.ProtectResponse(apdu.Response{Data: data, Status: 0x9000}))))
			equal(t, "data at the terminal", got.Data, data)
		}
	}
}

// chunkAllocs is sm/chunk/allocs: what one chunk of 223 bytes costs, command and
// answer.
func chunkAllocs(t testing.TB) float64 {
	terminal, chip := sessions(t, emrtd.SuiteAES128)
	data := make([]byte, 223)
	const runs = 200
	answers := make([]apdu.Response, 0, runs+1)
	for range runs + 1 {
		must[apdu.Command](t)(chip.Protect(apdu.Command{INS: 0xB0, Le: 223})) // its counter follows the terminal's
		answers = append(answers, must[apdu.Response](t)(chip.ProtectResponse(apdu.Response{Data: data, Status: 0x9000})))
	}
	i := 0
	return testing.AllocsPerRun(runs, func() {
		cmd, err := terminal.Protect(apdu.Command{INS: 0xB0, P1: 1, P2: 2, Le: 223})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cmd.Bytes(); err != nil {
			t.Fatal(err)
		}
		if _, err := terminal.Unprotect(answers[i]); err != nil {
			t.Fatal(err)
		}
		i++
	})
}

// maxChunkAllocs is the budget of sm/chunk/allocs.
const maxChunkAllocs = 25

func TestBudgetOfAllocations(t *testing.T) {
	if got := chunkAllocs(t); got > maxChunkAllocs {
		t.Errorf("%.0f allocations per chunk, budget %d", got, maxChunkAllocs)
	}
}

func BenchmarkBudget(b *testing.B) {
	b.Run("sm/chunk/allocs", func(b *testing.B) {
		got := 0.0
		for b.Loop() {
			got = chunkAllocs(b)
		}
		b.ReportMetric(got, "figure:allocations")
		b.ReportMetric(maxChunkAllocs, "budget:allocations")
	})
}

func BenchmarkChunk(b *testing.B) {
	for _, s := range suites {
		b.Run(s.String(), func(b *testing.B) {
			terminal, chip := sessions(b, s)
			data := make([]byte, 223)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := terminal.Protect(apdu.Command{INS: 0xB0, Le: 223}); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				must[apdu.Command](b)(chip.Protect(apdu.Command{INS: 0xB0, Le: 223}))
				answer := must[apdu.Response](b)(chip.ProtectResponse(apdu.Response{Data: data, Status: 0x9000}))
				b.StartTimer()
				if _, err := terminal.Unprotect(answer); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzUnprotect(f *testing.F) {
	terminal, chip := sessions(f, emrtd.SuiteAES128)
	must[apdu.Command](f)(terminal.Protect(apdu.Command{INS: 0xB0, Le: 6}))
	must[apdu.Command](f)(chip.Protect(apdu.Command{INS: 0xB0, Le: 6}))
	f.Add(must[apdu.Response](f)(chip.ProtectResponse(apdu.Response{Data: []byte("motcua"), Status: 0x9000})).Bytes(), false)
	f.Add(hexBytes("990290008E08FA855A5D4C50A8ED9000"), false)
	f.Add(hexBytes("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000"), true)
	f.Add(hexBytes("871100990290008E0800000000000000009000"), false)
	f.Fuzz(func(t *testing.T, b []byte, odd bool) {
		r, err := apdu.ParseResponse(b)
		if err != nil {
			return
		}
		for _, s := range suites {
			terminal, chip := sessions(t, s)
			ins := byte(0xB0)
			if odd {
				ins++
			}
			must[apdu.Command](t)(terminal.Protect(apdu.Command{INS: ins, Le: 1}))
			if _, err := terminal.Unprotect(r); !errors.Is(err, emrtd.ErrSecureMessaging) || terminal.Alive() {
				t.Fatalf("answer under an unknown key accepted: %v", err)
			}
			if _, err := chip.UnprotectCommand(apdu.Command{CLA: 0x0C, INS: ins, Data: r.Data}); !errors.Is(err, emrtd.ErrSecureMessaging) {
				t.Fatalf("command under an unknown key accepted: %v", err)
			}
		}
	})
}
