package drivertest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/drivers"
)

func codeProbed(t *testing.T, b *codeBench) {
	var first drivers.Info
	for range 2 {
		info, err := b.reader.Probe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if info.Class != drivers.ClassCode || info.Vendor == "" || info.Model == "" || info.Port == "" || info.Trust != drivers.TrustL0 {
			t.Errorf("probing says too little: %+v", info)
		}
		if first.Class != "" && info != first {
			t.Errorf("probing again says %+v, before %+v", info, first)
		}
		first = info
		b.dark(t)
	}
	b.reads(t, qr("after probing"))
	if info, err := b.reader.Probe(t.Context()); err != nil || info != first {
		t.Errorf("probing after a code: %+v, %v", info, err)
	}
}

func codeRead(t *testing.T, b *codeBench) {
	for _, text := range []string{"a", "0123456789", "099090000001|000000001|Nguyen Van Mau|01011990", strings.Repeat("long ", 40)} {
		b.reads(t, qr(text))
	}
}

func codeWasThere(t *testing.T, b *codeBench) {
	b.Show(qr("held before Scan"))
	b.expect(t, b.scan(t.Context()), qr("held before Scan"))
}

func codeStale(t *testing.T, b *codeBench) {
	b.Show(qr("somebody's from before"))
	if !b.Triggered {
		if err := b.AllRead(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	b.Away()
	b.reads(t, qr("mine"))
}

func codeKinds(t *testing.T, b *codeBench) {
	for _, s := range []drivers.Symbology{drivers.SymbologyQR, drivers.SymbologyPDF417, drivers.SymbologyCode128, drivers.SymbologyOther} {
		if s == drivers.SymbologyQR || !b.OnlyQR && !b.Hand {
			b.reads(t, drivers.Scan{Raw: []byte("kind " + s), Symbology: s})
		}
	}
}

// filler is a text of n bytes in which no part comes twice.
func filler(n int) string {
	var s strings.Builder
	for i := 0; s.Len() < n; i++ {
		s.WriteString(string(rune('a'+i%26)) + strings.Repeat(string(rune('A'+i/26%26)), i%5+1) + ".")
	}
	return s.String()[:n]
}

func codeLongest(t *testing.T, b *codeBench) {
	for _, n := range []int{b.Max - 1, b.Max} {
		b.reads(t, qr(filler(n)))
	}
}

func codeTooLong(t *testing.T, b *codeBench) {
	for _, n := range []int{b.Max + 1, 2*b.Max + 100} {
		b.fails(t, "a code that is too long", b.showTo(t, qr(filler(n))), drivers.ErrProtocol)
		b.Away()
		b.settle(t)
		b.reads(t, qr("a short one"))
	}
}

func codeLines(t *testing.T, b *codeBench) {
	for _, text := range []string{"one\rtwo\nthree", "\rfirst", "\nfirst", "last\r", "last\n", "\tone\ttwo\t", "two\r\nlines\r\n", " blank "} {
		if b.withoutEnds(text) == text {
			b.reads(t, qr(text))
		}
	}
}

// withoutEnds is a text that the reader can carry.
func (b *codeBench) withoutEnds(text string) string {
	for _, end := range b.Ends {
		text = strings.ReplaceAll(text, end, "")
	}
	return text
}

func codeAnyBytes(t *testing.T, b *codeBench) {
	raw := make([]byte, 0, 512)
	for i := range 256 {
		raw = append(raw, byte(i))
	}
	back := slices.Clone(raw)
	slices.Reverse(back)
	text := b.withoutEnds(string(append(raw, back...)))
	for part := range slices.Chunk([]byte(text), min(b.Max, 200)) {
		b.reads(t, qr(string(part)))
	}
	if b.Hand { // a handful will do
		b.reads(t, qr("Nguyễn Văn Mẫu"))
		return
	}
	b.reads(t, qr("\x00\x00\x00"))
	b.reads(t, qr("\xff\xfe\xc3\x28"))
	b.reads(t, qr("Nguyễn Văn Mẫu"))
}

// codeNotASCII: what is missing is told, and whoever looks after the reader hears
// of it too, until a code comes through whole.
func codeNotASCII(t *testing.T, b *codeBench) {
	b.fails(t, "letters beyond ASCII", b.showTo(t, qr("Nguyễn Văn Mẫu")), drivers.ErrRefused)
	b.Away()
	if _, err := b.reader.Probe(t.Context()); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("probing after that: %v, want refused", err)
	}
	b.reads(t, qr("Nguyen Van Mau"))
	if _, err := b.reader.Probe(t.Context()); err != nil {
		t.Errorf("probing after a whole code: %v", err)
	}
}

func codeTwo(t *testing.T, b *codeBench) {
	one, two, three := qr("the first of two"), qr("and the second"), qr("one alone")
	b.expect(t, b.showTo(t, one, two), one)
	if b.Triggered {
		b.expect(t, b.scan(t.Context()), two)
	} else if err := b.AllRead(t.Context()); err != nil { // and told before the next Scan
		t.Fatal(err)
	}
	b.reads(t, three)
}

func codeAgain(t *testing.T, b *codeBench) {
	for range 3 {
		b.reads(t, qr("the same"))
	}
	if b.Triggered && !b.Hand {
		b.Show(qr("the same"), qr("the same"))
		for range 2 {
			b.expect(t, b.scan(t.Context()), qr("the same"))
		}
	}
}

func codeNothing(t *testing.T, b *codeBench) {
	long := 300 * time.Millisecond
	if b.Patient {
		long = 90 * time.Second
	}
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	start := time.Now()
	b.fails(t, "nothing to read", b.scan(ctx), context.DeadlineExceeded)
	if took := time.Since(start); took < long || b.Patient && took > long+2*time.Second {
		t.Errorf("Scan ended after %v, its context after %v", took, long)
	}
	b.reads(t, qr("then something"))
}

func codeAfterLong(t *testing.T, b *codeBench) {
	done := b.scan(t.Context())
	b.waiting(t, done)
	pass(t, 100*time.Second)
	b.Show(qr("late but read"))
	b.expect(t, done, qr("late but read"))
}

func codeGivenUp(t *testing.T, b *codeBench) {
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		done := b.scan(ctx)
		b.waiting(t, done)
		cancel()
		b.fails(t, "given up", done, context.Canceled)
	}
	b.reads(t, qr("after it was given up"))
	if _, err := b.reader.Probe(t.Context()); err != nil {
		t.Errorf("probing after it was given up: %v", err)
	}
}

func codeCancelledBefore(t *testing.T, b *codeBench) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.reader.Probe(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("probing: %v, want the context's error", err)
	}
	b.fails(t, "given up before", b.scan(ctx), context.Canceled)
	b.reads(t, qr("with a context that lives"))
}

// codeRestarted: a reader that has lost its settings may say a code as its maker
// set it.
func codeRestarted(t *testing.T, b *codeBench) {
	done := b.scan(t.Context())
	b.waiting(t, done)
	b.Restart()
	code := qr("shown to a reader that has forgotten all")
	b.Show(code)
	if s := b.take(t, "power lost", done); s.err == nil {
		b.equal(t, s.scan, code)
	} else if !errors.Is(s.err, drivers.ErrProtocol) && !errors.Is(s.err, drivers.ErrNoAnswer) {
		t.Errorf("power lost while waiting: %v", s.err)
	}
	b.Away()
	b.settle(t)
	b.reads(t, qr("and again"))
	b.Restart()          // between two
	pass(t, time.Second) // until it shines as its maker set it
	b.settle(t)
	b.reads(t, qr("after the second time"))
}

func codeUnplugged(t *testing.T, b *codeBench) {
	done := b.scan(t.Context())
	b.waiting(t, done)
	b.Unplug()
	if s := b.take(t, "unplugged", done); !errors.Is(s.err, drivers.ErrDeviceGone) {
		t.Fatalf("unplugged while waiting: %v, want gone", s.err)
	}
	if s := b.take(t, "while unplugged", b.scan(t.Context())); !errors.Is(s.err, drivers.ErrDeviceGone) {
		t.Errorf("scanning while unplugged: %v, want gone", s.err)
	}
	if _, err := b.reader.Probe(t.Context()); !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("probing while unplugged: %v, want gone", err)
	}
	if r, err := b.Open(); err == nil {
		_, err = r.Probe(t.Context())
		_ = r.Close()
		if !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("opened and probed while unplugged: %v, want gone", err)
		}
	} else if !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("opening while unplugged: %v, want gone", err)
	}
	_ = b.reader.Close()
	b.Plug()
	b.open(t)
	b.reads(t, qr("plugged in again"))
}

func codeClosed(t *testing.T, b *codeBench) {
	b.reads(t, qr("before"))
	for range 2 {
		if err := b.reader.Close(); err != nil {
			t.Fatalf("closing: %v", err)
		}
		b.dark(t)
	}
	if s := b.take(t, "closed", b.scan(t.Context())); !errors.Is(s.err, drivers.ErrDeviceGone) {
		t.Errorf("scanning after Close: %v, want gone", s.err)
	}
	if _, err := b.reader.Probe(t.Context()); !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("probing after Close: %v, want gone", err)
	}
	b.open(t)
	b.reads(t, qr("opened again"))
}
