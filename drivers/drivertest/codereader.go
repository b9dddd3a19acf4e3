package drivertest

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"motcua/drivers"
)

// CodeBench is a code reader under test and the hands that act on it.
type CodeBench struct {
	// Open opens the reader, anew after it was closed or pulled.
	Open func() (drivers.CodeReader, error)
	// Show holds codes before the reader, one after the other, each until it was
	// read. Away takes away what was not, and AllRead waits until all were.
	Show    func(codes ...drivers.Scan)
	Away    func()
	AllRead func(context.Context) error
	// Lit tells whether the reader's light is on, which it may be only during a
	// Scan once it was probed; nil for one that nobody can switch.
	Lit func() bool
	// Unplug pulls the reader, Plug puts it back. Restart takes its power away for
	// a moment while the line stays; nil where the line would go with it.
	Unplug, Plug, Restart func()
	// Faults are what may befall the reader's next words.
	Faults []CodeFault

	CodeTraits
}

// CodeTraits are what readers differ in.
type CodeTraits struct {
	Max       int      // the longest code, in bytes, that the reader carries
	Ends      []string // any of them ends a code, and cannot stand in one
	ASCII     bool     // carries printable ASCII only
	Triggered bool     // reads only when it is asked
	Symbology bool     // tells the kind of a code
	OnlyQR    bool     // reads no other kind
	// Deaf is how long a reader that is not triggered throws away what it has read
	// before, once Scan was called.
	Deaf  time.Duration
	Glues bool // cannot tell two codes that come at once from one
	// Hand: a person holds the codes before a real reader, and pulls and plugs it. Told
	// are the stories that need no more.
	Hand bool
	// Patient: time passes for nothing, as in a bubble of testing/synctest, so that
	// stories of minutes are told too.
	Patient bool
}

// CodeFault is something that befalls a frame of the reader on its way.
type CodeFault struct {
	Name   string
	Inject func()
	// Release ends the fault: what it held back arrives.
	Release func()
	// Harmless: the code is read as if nothing had happened.
	Harmless bool
	// Wrong: the reader's protocol cannot show that the code was changed.
	Wrong bool
	// Gone: the device is no more, and has to be plugged in and opened again.
	Gone bool
}

// TestCodeReader tells every story of [drivers.CodeReader] on a fresh bench each.
// in runs a story: testing/synctest's Test for a reader in memory, and a function
// that just calls for one on a wire.
//
// What the interface leaves open is fixed here: a code that an untriggered reader
// told before Scan was called is not returned, since it may be another person's; a
// code of more than [drivers.MaxCode] is refused whole; and after any error but
// [drivers.ErrDeviceGone] the next Scan works, or the one after it.
func TestCodeReader(t *testing.T, in func(*testing.T, func(*testing.T)), factory func(*testing.T) *CodeBench) {
	sample := factory(t)                           // no story is told on it; it knows the reader's traits
	typesSlowly := sample.ASCII && !sample.Patient // a keyboard: some seconds for each of the longest codes
	for _, s := range []struct {
		name string
		tell func(t *testing.T, b *codeBench)
		of   bool // this kind of reader
	}{
		{"probed", codeProbed, true},
		{"code held before the reader", codeRead, true},
		{"code was there before", codeWasThere, sample.Triggered},
		{"code of somebody before", codeStale, !sample.Hand},
		{"kinds of codes", codeKinds, true},
		{"longest code", codeLongest, !sample.Hand && !typesSlowly},
		{"code that is too long", codeTooLong, !sample.Hand && !typesSlowly},
		{"lines within a code", codeLines, !sample.ASCII},
		{"any bytes", codeAnyBytes, !sample.ASCII},
		{"letters that it cannot carry", codeNotASCII, sample.ASCII},
		{"two codes at once", codeTwo, !sample.Glues && !sample.Hand},
		{"same code again", codeAgain, true},
		{"nothing for a while", codeNothing, true},
		{"code after a long while", codeAfterLong, sample.Patient},
		{"given up", codeGivenUp, true},
		{"given up before it began", codeCancelledBefore, true},
		{"power lost while waiting", codeRestarted, sample.Patient && sample.Restart != nil},
		{"unplugged while waiting", codeUnplugged, true},
		{"closed", codeClosed, true},
	} {
		if s.of {
			t.Run(s.name, func(t *testing.T) {
				in(t, func(t *testing.T) { s.tell(t, openCodeBench(t, factory)) })
			})
		}
	}
	for i, f := range sample.Faults {
		t.Run("fault/"+f.Name, func(t *testing.T) {
			in(t, func(t *testing.T) {
				b := openCodeBench(t, factory)
				codeFaulty(t, b, b.Faults[i])
			})
		})
	}
}

// codeBench is a bench with its reader open.
type codeBench struct {
	*CodeBench
	reader drivers.CodeReader
}

func openCodeBench(t *testing.T, factory func(*testing.T) *CodeBench) *codeBench {
	t.Helper()
	b := &codeBench{CodeBench: factory(t)}
	b.open(t)
	return b
}

// open opens the reader and asks it who it is, before which its light may be as
// its maker set it.
func (b *codeBench) open(t *testing.T) {
	t.Helper()
	r, err := b.Open()
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	b.reader = r
	t.Cleanup(func() { _ = r.Close() }) // many stories close it themselves, or pull it
	if _, err := r.Probe(t.Context()); err != nil {
		t.Fatalf("probing: %v", err)
	}
	b.dark(t)
}

// qr is a QR code of a text.
func qr(text string) drivers.Scan {
	return drivers.Scan{Raw: []byte(text), Symbology: drivers.SymbologyQR}
}

// scanned is what a Scan gave.
type scanned struct {
	scan drivers.Scan
	err  error
}

// scan starts a Scan.
func (b *codeBench) scan(ctx context.Context) <-chan scanned {
	done := make(chan scanned, 1)
	go func() {
		s, err := b.reader.Scan(ctx)
		done <- scanned{s, err}
	}()
	return done
}

// take waits for a Scan's end.
func (b *codeBench) take(t *testing.T, what string, done <-chan scanned) scanned {
	t.Helper()
	select {
	case s := <-done:
		return s
	case <-time.After(b.patience()):
		t.Fatalf("%s: Scan has not returned", what)
		return scanned{}
	}
}

// patience is how long a story waits for something that must happen.
func (b *codeBench) patience() time.Duration {
	switch {
	case b.Patient:
		return 5 * time.Minute
	case b.Hand:
		return 2 * time.Minute
	}
	return patience
}

// reads shows a code to a Scan that has begun, and checks that it is read.
func (b *codeBench) reads(t *testing.T, code drivers.Scan) {
	t.Helper()
	b.expect(t, b.showTo(t, code), code)
}

// showTo begins a Scan, lets the reader come to wait, and shows it codes.
func (b *codeBench) showTo(t *testing.T, codes ...drivers.Scan) <-chan scanned {
	t.Helper()
	done := b.scan(t.Context())
	b.waiting(t, done)
	b.Show(codes...)
	return done
}

// waiting lets a Scan come to the point where it waits for a code.
func (b *codeBench) waiting(t *testing.T, done <-chan scanned) {
	t.Helper()
	if b.Lit == nil { // then nothing shows it; the reader throws away what came before
		pass(t, b.Deaf)
	}
	for end := time.Now().Add(b.patience()); ; pass(t, time.Millisecond) {
		select {
		case s := <-done:
			t.Fatalf("Scan returned before a code was shown: %s, %v", excerpt(s.scan.Raw), s.err)
		default:
		}
		switch {
		case b.Lit == nil || b.Lit():
			return
		case time.Now().After(end):
			t.Fatal("the light of a Scan does not go on")
		}
	}
}

// expect checks what a Scan gave, and that the light is out.
func (b *codeBench) expect(t *testing.T, done <-chan scanned, want drivers.Scan) {
	t.Helper()
	s := b.take(t, "a code shown", done)
	if s.err != nil {
		t.Fatalf("scanning %s: %v", excerpt(want.Raw), s.err)
	}
	b.equal(t, s.scan, want)
	b.dark(t)
}

func (b *codeBench) equal(t *testing.T, got, want drivers.Scan) {
	t.Helper()
	if !bytes.Equal(got.Raw, want.Raw) {
		at := 0
		for at < min(len(got.Raw), len(want.Raw)) && got.Raw[at] == want.Raw[at] {
			at++
		}
		t.Fatalf("scanned %d bytes that differ from the %d wanted at %d: %s, want %s", len(got.Raw), len(want.Raw), at, excerpt(got.Raw[at:]), excerpt(want.Raw[at:]))
	}
	if !b.Symbology {
		want.Symbology = drivers.SymbologyUnknown
	}
	if got.Symbology != want.Symbology {
		t.Errorf("scanned a %q, want a %q", got.Symbology, want.Symbology)
	}
}

// dark checks that the light goes out: at once, or as soon as a reader that does
// not confirm it has heard so.
func (b *codeBench) dark(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(time.Second); b.Lit != nil && b.Lit(); pass(t, time.Millisecond) {
		if time.Now().After(end) {
			t.Error("the light is still on")
			return
		}
	}
}

// settle probes a reader that may have lost its settings, or still be talking.
func (b *codeBench) settle(t *testing.T) {
	t.Helper()
	if b.Lit != nil && !b.Lit() {
		return
	}
	if _, err := b.reader.Probe(t.Context()); err != nil {
		t.Errorf("probing: %v", err)
	}
	b.dark(t)
}

// excerpt shows an invented code without filling the screen.
func excerpt(raw []byte) string {
	if len(raw) > 80 {
		return string(raw[:60]) + "..."
	}
	return string(raw)
}

// fails checks that a Scan failed in the way wanted, and that the light is out.
func (b *codeBench) fails(t *testing.T, what string, done <-chan scanned, want error) {
	t.Helper()
	if s := b.take(t, what, done); !errors.Is(s.err, want) {
		t.Fatalf("%s: got %s, %v, want %v", what, excerpt(s.scan.Raw), s.err, want)
	}
	b.dark(t)
}
