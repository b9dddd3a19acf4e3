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

const refusalPause = 50 * time.Millisecond

// Readers are the machine's card readers. It is safe for concurrent use; one per
// process is enough.
type Readers struct {
	listen listener

	mu   sync.Mutex
	left map[string][]*Card // by reader: cards left behind with a call that has not returned
}

// New returns the machine's card readers. It does not talk to pcscd yet.
func New() *Readers {
	return &Readers{left: map[string][]*Card{}}
}

// Readers lists the readers present.
func (r *Readers) Readers(ctx context.Context) ([]string, error) {
	return patiently(ctx, func() ([]string, error) {
		sc, err := establish()
		if err != nil {
			return nil, err
		}
		names, err := listReaders(sc)
		if rel := sc.Release(); err == nil && rel != nil {
			err = fail("letting go of pcscd", rel)
		}
		return names, err
	})
}

// Watch reports what happens at the readers until ctx ends.
func (r *Readers) Watch(ctx context.Context, report func(drivers.CardEvent)) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	q := r.listen.join()
	defer r.listen.leave(q)
	return q.drain(ctx, report)
}

// Connect powers the card on the named reader and holds it exclusively. A card
// that another program, or another goroutine, holds is [drivers.ErrBusy]; a short
// transaction of another program is waited for. A reader on which an exchange was
// given up and has not ended, or which does not power its card, is
// [drivers.ErrReaderMute].
func (r *Readers) Connect(ctx context.Context, reader string) (drivers.Card, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err := r.awaitLeft(ctx, reader); err != nil {
		return nil, err
	}
	c := newCard(r, reader)
	connected := make(chan error, 1)
	go c.serve(connected)
	select {
	case err := <-connected:
		if err != nil {
			return nil, err
		}
		return c, nil
	case <-ctx.Done():
		c.leaveBehind()
		return nil, ctx.Err()
	case <-time.After(connectPatience):
		c.leaveBehind()
		return nil, r.stuck(ctx, c, "connecting to the card on "+reader)
	}
}

// Close waits until cards that were pulled or given up have been let go of, but not
// longer than a chip may take. A program that ends earlier makes pcscd reset a card
// that may not be there any more, and pcscd may then overlook the next one.
func (r *Readers) Close() error {
	limit := time.After(closePatience)
	for {
		card := r.anyLeft()
		if card == nil {
			return nil
		}
		select {
		case <-card.ended:
		case <-limit:
			return fmt.Errorf("letting go of the card on %s: %w", card.reader, drivers.ErrReaderMute)
		}
	}
}

func (r *Readers) anyLeft() *Card {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, left := range r.left {
		if len(left) > 0 {
			return left[0]
		}
	}
	return nil
}

// patiently runs a call that cannot be interrupted and leaves it behind when ctx
// ends first.
func patiently[T any](ctx context.Context, call func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	if ctx.Err() == nil {
		go func() {
			v, err := call()
			done <- result{v, err}
		}()
	}
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// establish connects to pcscd. A pcscd that dies just now looks as if it refused,
// so a refusal has to be repeated to be believed.
func establish() (*scard.Context, error) {
	sc, err := scard.EstablishContext()
	if errors.Is(err, scard.ErrSecurityViolation) {
		time.Sleep(refusalPause)
		sc, err = scard.EstablishContext()
	}
	if err != nil {
		return nil, failEstablish(err)
	}
	return sc, nil
}

func listReaders(sc *scard.Context) ([]string, error) {
	names, err := sc.ListReaders()
	if errors.Is(err, scard.ErrNoReadersAvailable) {
		return nil, nil
	}
	if err != nil {
		return nil, fail("listing readers", err)
	}
	return names, nil
}

// awaitLeft waits for the calls that were left behind on a reader, for a while.
func (r *Readers) awaitLeft(ctx context.Context, reader string) error {
	limit := time.After(closePatience)
	for {
		r.mu.Lock()
		left := r.left[reader]
		r.mu.Unlock()
		if len(left) == 0 {
			return nil
		}
		select {
		case <-left[0].ended:
		case <-ctx.Done():
			return ctx.Err()
		case <-limit:
			return r.stuck(ctx, left[0], "an earlier use of the card has not ended")
		}
	}
}
