package drivertest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"motcua/drivers"
)

// patience is how long a story waits for something that must happen; prompt is
// how long something may take that must happen at once.
const (
	patience = 20 * time.Second
	prompt   = 2 * time.Second
)

// watcher collects what Watch reports.
type watcher struct {
	t      *testing.T
	events chan drivers.CardEvent
	stop   context.CancelFunc
	ended  chan error
}

func watch(t *testing.T, r drivers.CardReaders) *watcher {
	return watchWith(t, r, func(drivers.CardEvent) {})
}

// watchWith calls slow before it takes each event.
func watchWith(t *testing.T, r drivers.CardReaders, slow func(drivers.CardEvent)) *watcher {
	ctx, stop := context.WithCancel(t.Context())
	w := &watcher{t: t, events: make(chan drivers.CardEvent, 1000), stop: stop, ended: make(chan error, 1)}
	go func() {
		w.ended <- r.Watch(ctx, func(e drivers.CardEvent) {
			slow(e)
			w.events <- e
		})
	}()
	t.Cleanup(stop)
	return w
}

func (w *watcher) next() drivers.CardEvent {
	w.t.Helper()
	select {
	case e := <-w.events:
		return e
	case err := <-w.ended:
		w.t.Fatalf("Watch returned %v while it was needed", err)
	case <-time.After(patience):
		w.t.Fatal("nothing was reported")
	}
	return drivers.CardEvent{}
}

// expect takes the next event, which must be of this kind at this reader.
func (w *watcher) expect(kind drivers.CardEventKind, reader string) drivers.CardEvent {
	w.t.Helper()
	e := w.next()
	if e.Kind != kind || e.Reader != reader {
		w.t.Fatalf("got %q at %q (%v), want %q at %q", e.Kind, e.Reader, e.Err, kind, reader)
	}
	return e
}

// expectPlaced takes a placed card with this answer to reset.
func (w *watcher) expectPlaced(reader string, atr []byte) {
	w.t.Helper()
	if e := w.expect(drivers.CardPlaced, reader); !slices.Equal(e.ATR, atr) {
		w.t.Fatalf("card placed with ATR % X, want % X", e.ATR, atr)
	}
}

// expectReaders takes the arrival of all readers, in any order.
func (w *watcher) expectReaders(names []string) {
	w.t.Helper()
	var got []string
	for range names {
		e := w.next()
		if e.Kind != drivers.ReaderArrived {
			w.t.Fatalf("got %q at %q, want the arrival of readers", e.Kind, e.Reader)
		}
		got = append(got, e.Reader)
	}
	if want := slices.Sorted(slices.Values(names)); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		w.t.Fatalf("readers %q arrived, want %q", got, want)
	}
}

// end stops the watch and checks that it returns the context's error at once,
// with nothing more reported.
func (w *watcher) end() {
	w.t.Helper()
	w.stop()
	select {
	case err := <-w.ended:
		if !errors.Is(err, context.Canceled) {
			w.t.Fatalf("Watch returned %v, want the context's error", err)
		}
	case <-time.After(prompt):
		w.t.Fatal("Watch did not return after its context had ended")
	}
	select {
	case e := <-w.events:
		w.t.Fatalf("unexpected %q at %q", e.Kind, e.Reader)
	default:
	}
}

// exchange sends one command in a goroutine of its own.
func exchange(ctx context.Context, c drivers.Card) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := c.Transmit(ctx, command)
		done <- err
	}()
	return done
}

// within waits for a result that must come at once.
func within(t *testing.T, what string, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(prompt):
		t.Fatalf("%s took more than %v", what, prompt)
		return nil
	}
}

func await(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("%s did not happen", what)
	}
}
