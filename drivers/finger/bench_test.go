package finger_test

import (
	"context"
	"flag"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/finger"
	"motcua/drivers/emu/line"
)

// module is what the emulated modules have in common.
type module interface {
	line.Device
	line.Rated
	Left() []string
}

// watched counts the frames that a module sends and does something before one.
type watched struct {
	module

	mu     sync.Mutex
	sent   int
	at     int
	before func()
}

func (w *watched) Run(ctx context.Context, wire io.ReadWriter) {
	w.module.Run(ctx, watchedWire{wire, w})
}

type watchedWire struct {
	io.ReadWriter
	w *watched
}

func (x watchedWire) Write(frame []byte) (int, error) {
	x.w.mu.Lock()
	x.w.sent++
	do := x.w.before
	if x.w.at != x.w.sent {
		do = nil
	}
	x.w.mu.Unlock()
	if do != nil {
		do()
	}
	return x.ReadWriter.Write(frame)
}

func (w *watched) frames() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent
}

// set replaces what was set before and has not come to pass.
func (w *watched) set(n int, do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at, w.before = w.sent+n, do
}

// reader is one kind of reader under test: its module, its driver, and what the
// module does wrong by itself.
type reader struct {
	module module
	glass  *finger.Glass
	keep   func()
	lit    func() bool
	open   func(context.Context, periph.Port) (drivers.FingerReader, error)
	wrong  []wrong
	calm   func() // ends what is wrong
	// slow has some of the next answers come long after every driver has given up.
	slow func(pattern []bool)
}

// wrong is something that the module does with its next answer.
type wrong struct {
	name string
	set  func()
}

// wrongly is what a module does wrong, by name.
func wrongly[C comparable, F any](s *finger.Script[C, F], faults map[string]F) (all []wrong) {
	var whichever C
	for name, f := range faults {
		all = append(all, wrong{name, func() { s.On(whichever, f) }})
	}
	return all
}

// slowly is a reader's slow.
func slowly[C comparable, F any](s *finger.Script[C, F], slow F) func([]bool) {
	return func(pattern []bool) {
		var whichever C
		faults := make([]F, len(pattern))
		for i, is := range pattern {
			if is {
				faults[i] = slow
			}
		}
		s.On(whichever, faults...)
	}
}

// inject makes a module wrong from the frame before the nth on, so that the next
// answer is.
func (x wrong) inject(w *watched) func(n int) {
	return func(n int) {
		w.set(n-1, x.set)
		if n == 1 {
			x.set()
		}
	}
}

// cable is one of the two lines on which the suite is told.
type cable func(t *testing.T, d line.Device) (*line.Cable, error)

func inMemory(_ *testing.T, d line.Device) (*line.Cable, error) { return line.InMemory(d, 1) }

func onPTY(t *testing.T, d line.Device) (*line.Cable, error) {
	return line.OnPTY(filepath.Join(t.TempDir(), "finger"), d, 1)
}

// lineFaults are those of the line, those that matter most on a real one first.
var lineFaults = []line.Fault{
	line.OneByte, line.Late, line.Reset, line.Truncated, line.Split,
	line.Ready, line.Garbage, line.Merged, line.Flipped, line.Twice, line.Noise,
}

// harmless faults must go unnoticed.
func harmless(f line.Fault) bool { return f == line.OneByte || f == line.Split || f == line.Ready }

// faults names what may befall the reader's frames, but for pulling the plug.
func (r reader) faults() (names []string) {
	for _, f := range lineFaults {
		names = append(names, f.String())
	}
	for _, x := range r.wrong {
		names = append(names, x.name)
	}
	return names
}

// bench lays a reader's cable.
func bench(t *testing.T, r reader, on cable) *drivertest.FingerBench {
	w := &watched{module: r.module}
	c, err := on(t, w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	plug := func() {
		if err := c.Plug(); err != nil {
			t.Fatal(err)
		}
	}
	inject := func(f line.Fault) func(int) {
		return func(n int) { w.set(n, func() { c.Inject(f) }) }
	}
	faults := []drivertest.FingerFault{{Name: line.Unplugged.String(), Inject: inject(line.Unplugged), Unplugs: true}}
	for _, f := range lineFaults {
		faults = append(faults, drivertest.FingerFault{Name: f.String(), Inject: inject(f), Harmless: harmless(f)})
	}
	for _, x := range r.wrong {
		faults = append(faults, drivertest.FingerFault{Name: x.name, Inject: x.inject(w)})
	}
	return &drivertest.FingerBench{
		Open: func(ctx context.Context) (drivers.FingerReader, error) {
			port, err := c.Open()
			if err != nil {
				return nil, err
			}
			return r.open(ctx, port)
		},
		Lay: func(n int, poor bool) {
			q := finger.Good
			if poor {
				q = finger.Smeared
			}
			r.glass.Lay(finger.Finger(n), q)
		},
		Lift: r.glass.Lift,
		Line: &drivertest.FingerLine{
			Left: r.module.Left, Keep: r.keep, Lit: r.lit, Unplug: c.Unplug, Plug: plug,
			Frames: w.frames, Before: w.set, Faults: faults, Calm: func() { w.set(0, nil); r.calm() },
		},
	}
}

var soak = flag.Bool("soak", false, "tell every story on ptys, too: takes minutes")

// stride is that of a module's codes, of which short tests try some.
func stride() int {
	if testing.Short() {
		return 7
	}
	return 1
}

// tell runs the suite on both lines. In memory, every fault befalls every frame. A
// pty waits for real, and therefore sees some faults of the line in a verification;
// all of them, in every call, with -soak. Short tests try fewer frames, of the two
// calls that matter most.
func tell(t *testing.T, suite drivertest.FingerSuite, make func() reader) {
	t.Parallel() // mostly waiting
	all := make().faults()
	t.Run("in memory", func(t *testing.T) {
		suite.Tell, suite.Points, suite.Faults = synctest.Test, 60, all
		if testing.Short() {
			suite.Points, suite.Tasks = 2, []string{"enrol", "verify"}
		}
		suite.New = func(t *testing.T) *drivertest.FingerBench { return bench(t, make(), inMemory) }
		drivertest.TestFingerReader(t, suite)
	})
	t.Run("pty", func(t *testing.T) {
		suite.Tell, suite.Points, suite.Faults, suite.Tasks = nil, 1, all[:3], []string{"verify"}
		if *soak {
			suite.Points, suite.Faults, suite.Tasks = 2, all[:len(lineFaults)], nil
		}
		suite.New = func(t *testing.T) *drivertest.FingerBench { return bench(t, make(), onPTY) }
		drivertest.TestFingerReader(t, suite)
	})
}
