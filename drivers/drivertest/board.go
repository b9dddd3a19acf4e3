package drivertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"motcua/drivers"
)

// BoardBench is a board under test and the hands that act on it: it has every lamp,
// a buzzer, a tamper switch, a staff button and a presence sensor. At first the
// case is closed, the button released and nobody near.
type BoardBench struct {
	Board drivers.Board

	OpenCase, CloseCase func()
	Press, Release      func()
	Come, Leave         func()
	// BreakTamper makes the tamper switch's line fail when it is read, MendTamper
	// ends that.
	BreakTamper, MendTamper func()
	// Unplug pulls the board.
	Unplug func()
	// Lamp and Buzzer tell every change of a lamp, and of the buzzer, so far.
	Lamp   func(drivers.Lamp) []Flash
	Buzzer func() []Flash
}

// Flash is a change of a lamp or of the buzzer.
type Flash struct {
	At time.Time
	On bool
}

// TestBoard tells every story of [drivers.Board] on a fresh bench each. in runs a
// story: testing/synctest's Test for a board whose lines are in memory, and a
// function that just calls for one of wires.
func TestBoard(t *testing.T, in func(*testing.T, func(*testing.T)), factory func(*testing.T) *BoardBench) {
	for _, s := range []struct {
		name string
		tell func(t *testing.T, b *BoardBench)
	}{
		{"begins with what is so", boardBegins},
		{"case opened and closed", caseOpened},
		{"case open at the start", caseOpenAtStart},
		{"tamper switch cannot be read", tamperUnreadable},
		{"staff button", staffButton},
		{"staff button stuck", staffButtonStuck},
		{"somebody comes and leaves", presence},
		{"lamps", lamps},
		{"no lamp flickers", flicker},
		{"sounds", sounds},
		{"sound given up", soundGivenUp},
		{"one sound after the other", soundsInTurn},
		{"watch given up", boardWatchCancelled},
		{"cancelled before it began", boardCancelledBefore},
		{"closed", boardClosed},
		{"unplugged", boardUnplugged},
	} {
		t.Run(s.name, func(t *testing.T) {
			in(t, func(t *testing.T) {
				b := factory(t)
				t.Cleanup(func() { _ = b.Board.Close() }) // most stories close it themselves, or pull it
				s.tell(t, b)
			})
		})
	}
}

// boardWatcher collects what a board reports.
type boardWatcher struct {
	t      *testing.T
	events chan drivers.BoardEvent
	stop   context.CancelFunc
	ended  chan error
}

func watchBoard(t *testing.T, b drivers.Board) *boardWatcher {
	ctx, stop := context.WithCancel(t.Context())
	w := &boardWatcher{t: t, events: make(chan drivers.BoardEvent, 100), stop: stop, ended: make(chan error, 1)}
	go func() { w.ended <- b.Watch(ctx, func(e drivers.BoardEvent) { w.events <- e }) }()
	return w
}

// expect takes the next event.
func (w *boardWatcher) expect(want drivers.BoardEvent) {
	w.t.Helper()
	select {
	case e := <-w.events:
		if e != want {
			w.t.Fatalf("reported: %s, want: %s", e, want)
		}
	case err := <-w.ended:
		w.t.Fatalf("Watch returned %v, want: %s", err, want)
	case <-time.After(patience):
		w.t.Fatalf("nothing was reported, want: %s", want)
	}
}

// begin takes what is so at the start, in any order.
func (w *boardWatcher) begin(of ...drivers.BoardEvent) {
	w.t.Helper()
	left := map[drivers.BoardEvent]bool{}
	for _, e := range of {
		left[e] = true
	}
	for range of {
		select {
		case e := <-w.events:
			if !left[e] {
				w.t.Fatalf("reported at the start: %s", e)
			}
			delete(left, e)
		case <-time.After(patience):
			w.t.Fatalf("not reported at the start: %v", left)
		}
	}
}

// silent lets some time pass in which nothing may be reported.
func (w *boardWatcher) silent(d time.Duration) {
	w.t.Helper()
	select {
	case e := <-w.events:
		w.t.Fatalf("reported: %s", e)
	case <-time.After(d):
	}
}

// end stops the watch.
func (w *boardWatcher) end() {
	w.t.Helper()
	w.stop()
	if err := within(w.t, "a watch that was given up", w.ended); !errors.Is(err, context.Canceled) {
		w.t.Fatalf("Watch returned %v, want the context's error", err)
	}
}

// normal is what is so on a fresh bench.
var normal = []drivers.BoardEvent{drivers.CaseClosed, drivers.PersonLeft}

func boardBegins(t *testing.T, b *BoardBench) {
	for range 2 {
		w := watchBoard(t, b.Board)
		w.begin(normal...)
		w.silent(prompt)
		w.end()
	}
	info, err := b.Board.Probe(t.Context())
	if err != nil || info.Class != drivers.ClassBoard {
		t.Errorf("probing: %+v, %v", info, err)
	}
}

func caseOpened(t *testing.T, b *BoardBench) {
	w := watchBoard(t, b.Board)
	w.begin(normal...)
	for range 5 { // each time the contacts bounce in another way
		b.OpenCase()
		w.expect(drivers.CaseOpened)
		w.silent(prompt)
		b.CloseCase()
		w.expect(drivers.CaseClosed)
		w.silent(prompt)
	}
	w.end()
}

func caseOpenAtStart(t *testing.T, b *BoardBench) {
	b.OpenCase()
	w := watchBoard(t, b.Board)
	w.begin(drivers.CaseOpened, drivers.PersonLeft)
	w.end()
}

func tamperUnreadable(t *testing.T, b *BoardBench) {
	w := watchBoard(t, b.Board)
	w.begin(normal...)
	b.BreakTamper()
	w.expect(drivers.CaseOpened)
	if _, err := b.Board.Probe(t.Context()); !errors.Is(err, drivers.ErrDeviceFault) {
		t.Errorf("probing: %v, want a defect", err)
	}
	b.MendTamper()
	w.expect(drivers.CaseClosed)
	if _, err := b.Board.Probe(t.Context()); err != nil {
		t.Errorf("probing once it was mended: %v", err)
	}
	w.end()
}

func staffButton(t *testing.T, b *BoardBench) {
	w := watchBoard(t, b.Board)
	w.begin(normal...)
	for range 3 {
		for range 4 { // pressed again and again: one call
			b.Press()
			pass(t, time.Second/5)
			b.Release()
			pass(t, time.Second/5)
		}
		w.expect(drivers.StaffCalled)
		w.silent(patience)
	}
	w.end()
}

func staffButtonStuck(t *testing.T, b *BoardBench) {
	b.Press()
	w := watchBoard(t, b.Board)
	w.begin(normal...)
	w.silent(prompt)
	pass(t, 2*time.Minute)
	if _, err := b.Board.Probe(t.Context()); !errors.Is(err, drivers.ErrDeviceFault) {
		t.Errorf("probing: %v, want a defect", err)
	}
	b.Release()
	w.silent(prompt)
	if _, err := b.Board.Probe(t.Context()); err != nil {
		t.Errorf("probing once it was released: %v", err)
	}
	b.Press()
	w.expect(drivers.StaffCalled)
	w.end()
}

func presence(t *testing.T, b *BoardBench) {
	w := watchBoard(t, b.Board)
	w.begin(normal...)
	b.Come()
	w.expect(drivers.PersonCame)
	b.Leave() // only out of the sensor's sight
	w.silent(prompt)
	b.Come()
	w.silent(prompt)
	b.Leave()
	w.expect(drivers.PersonLeft)
	w.silent(prompt)
	w.end()
}

// pass lets time pass.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}
