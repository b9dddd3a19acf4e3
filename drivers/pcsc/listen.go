//go:build cgo

package pcsc

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ebfe/scard"

	"motcua/drivers"
)

const (
	// wait bounds one wait for events; the readers are listed anew after it. It is
	// what wakes an idle kiosk most.
	wait        = 2 * time.Second
	cancelEvery = 10 * time.Millisecond

	// newcomers is a reader that changes when readers come and go.
	newcomers = `\\?PnP?\Notification`
	// mostStates is how many readers one wait can take, with the one above
	// (PCSCLITE_MAX_READERS_CONTEXTS).
	mostStates = 16

	// stall is how long pcscd may leave a question unanswered, beyond a wait, before
	// it counts as lost. A reader's driver can hang it.
	stall = 5 * time.Second

	firstPause = 50 * time.Millisecond // after the service was lost, doubling
	lastPause  = 2 * time.Second
)

// gate lets one goroutine of the process wait for events. It is global because
// what it protects is: scard keeps the names of readers in a map of the process
// and frees the string of one wait when another begins.
var gate = make(chan struct{}, 1)

// listener waits for events on behalf of everybody who watches, while anybody
// does.
type listener struct {
	audience

	mu     sync.Mutex
	now    roster
	lost   error // why there is no service; nil while there is
	stop   context.CancelFunc
	target int // number of the run that may speak; an older one has been stopped
}

// join adds somebody who watches.
func (l *listener) join() *queue {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		l.stop, l.now, l.lost = stop, roster{}, nil
		l.target++
		go (&run{listener: l, number: l.target}).loop(ctx)
	}
	first := l.now.snapshot()
	if l.lost != nil {
		first = []drivers.CardEvent{{Kind: drivers.ServiceLost, Err: l.lost}}
	}
	return l.audience.join(first)
}

func (l *listener) leave(q *queue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.audience.leave(q) {
		l.stop()
		l.stop = nil
		l.target++
	}
}

// doubt tells of a card that did not answer any more, before pcscd notices.
func (l *listener) doubt(reader string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.audience.tell(l.now.doubt(reader, time.Now()))
}

// run is one goroutine that listens, with a context of its own at pcscd.
type run struct {
	*listener
	number int
	// newcomers' state, handed back like any other
	pnp uint32
}

// tell changes what is known and tells the audience, unless this run was stopped.
func (r *run) tell(change func() []drivers.CardEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.number == r.target {
		r.audience.tell(change())
	}
}

func (r *run) loop(ctx context.Context) {
	pause := firstPause
	for ctx.Err() == nil {
		began := time.Now()
		r.lose(r.service(ctx))
		if time.Since(began) > lastPause {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, lastPause)
	}
}

// service listens through one context until it is of no use any more.
func (r *run) service(ctx context.Context) error {
	sc, err := establish()
	if err != nil {
		return err
	}
	defer func() {
		_ = sc.Release() // fails when pcscd died, and frees the socket all the same
	}()
	r.pnp = 0
	stalled := time.AfterFunc(stall, func() { r.lose(errStalled) })
	defer stalled.Stop()
	for ctx.Err() == nil {
		if err := r.turn(ctx, sc); err != nil {
			return err
		}
		stalled.Reset(stall)
	}
	return nil
}

var errStalled = fmt.Errorf("pcscd does not answer: %w", drivers.ErrNoService)

// lose tells why there is no service; the same reason is told once.
func (r *run) lose(err error) {
	if err == nil {
		return
	}
	r.tell(func() []drivers.CardEvent {
		told := r.lost
		r.lost, r.now = err, roster{}
		if told != nil && errors.Is(reason(told), reason(err)) {
			return nil
		}
		return []drivers.CardEvent{{Kind: drivers.ServiceLost, Err: err}}
	})
}

// reason is the sentinel by which listeners tell losses apart.
func reason(err error) error {
	for _, s := range []error{drivers.ErrAccessDenied, drivers.ErrServiceMismatch} {
		if errors.Is(err, s) {
			return s
		}
	}
	return drivers.ErrNoService
}

// turn lists the readers, waits once, and tells what has happened.
func (r *run) turn(ctx context.Context, sc *scard.Context) error {
	names, err := listReaders(sc)
	if err != nil {
		return err
	}
	names = names[:min(len(names), mostStates-1)]
	var states []scard.ReaderState
	longest := wait
	r.tell(func() []drivers.CardEvent {
		var events []drivers.CardEvent
		if r.lost != nil {
			r.lost = nil
			events = append(events, drivers.CardEvent{Kind: drivers.ServiceBack})
		}
		events = append(events, r.now.list(names)...)
		longest = r.now.settle(time.Now(), wait)
		for _, s := range r.now.slots {
			states = append(states, scard.ReaderState{Reader: s.name, CurrentState: scard.StateFlag(s.state)})
		}
		return events
	})
	states = append(states, scard.ReaderState{Reader: newcomers, CurrentState: scard.StateFlag(r.pnp)})
	err = waitForChange(ctx, sc, states, longest)
	switch {
	case errors.Is(err, scard.ErrTimeout), errors.Is(err, scard.ErrCancelled):
		return nil
	case errors.Is(err, scard.ErrUnknownReader), errors.Is(err, scard.ErrReaderUnavailable):
		return pauseFor(ctx, firstPause) // one left between the list and the wait
	case err != nil:
		return lostService(err)
	}
	r.take(states)
	return nil
}

// take tells what a wait has brought.
func (r *run) take(states []scard.ReaderState) {
	last := len(states) - 1 // newcomers; there are no slots when the service was lost meanwhile
	r.pnp = uint32(states[last].EventState) &^ flagChanged
	r.tell(func() []drivers.CardEvent {
		var events []drivers.CardEvent
		for i, s := range r.now.slots {
			events = append(events, s.update(uint32(states[i].EventState), states[i].Atr)...)
		}
		return events
	})
}

// waitForChange waits for an event, for a while. It repeats the cancel until the
// wait has ended, because a cancel that comes too early is lost, and does not
// return before the last one has, because the context may be released then.
func waitForChange(ctx context.Context, sc *scard.Context, states []scard.ReaderState, longest time.Duration) error {
	select {
	case gate <- struct{}{}:
		defer func() { <-gate }()
	case <-ctx.Done():
		return scard.ErrCancelled
	}
	done := make(chan struct{})
	var canceller sync.WaitGroup
	canceller.Go(func() {
		select {
		case <-done:
			return
		case <-ctx.Done():
		}
		for {
			_ = sc.Cancel() // the wait's own end tells what became of it
			select {
			case <-done:
				return
			case <-time.After(cancelEvery):
			}
		}
	})
	err := sc.GetStatusChange(states, longest)
	close(done)
	canceller.Wait()
	return err
}

// lostService makes any failure of a wait a reason to begin anew.
func lostService(err error) error {
	err = fail("waiting for cards", err)
	if serviceLost(err) {
		return err
	}
	return fmt.Errorf("%w: %w", drivers.ErrNoService, err)
}

func pauseFor(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
	return nil
}
