//go:build cgo

package pcsc_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/pcsc"
	"motcua/drivers/rig"
)

// atOnce runs a call that libpcsclite would hold up for as long as another call
// waits, which is a second or for ever.
func atOnce(t *testing.T, what string, call func() error) {
	t.Helper()
	const limit = 700 * time.Millisecond // less than a wait for events
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	case <-time.After(limit):
		t.Errorf("%s: nothing within %v", what, limit)
	}
}

// muteOn lays a card that takes a command and never answers on a reader, and tells
// when it has taken one.
func muteOn(t *testing.T, h *hands, reader string) (heard <-chan struct{}) {
	t.Helper()
	c, stop := make(chan struct{}, 100), make(chan struct{})
	t.Cleanup(func() { close(stop) })
	h.place(reader, story{drivertest.Card{ATR: atr, Answer: func([]byte) []byte {
		c <- struct{}{}
		<-stop
		return status
	}}})
	return c
}

// While one goroutine waits for events and another for a mute chip, every other call
// of the process goes on. In libpcsclite any call on one of those two contexts
// would stop them all.
func TestNoCallFreezesTheProcess(t *testing.T) {
	h := newHands(t)
	r := pcsc.New()
	e := watch(t, r)
	h.place(rig.Reader1, answering(status...))
	heard := muteOn(t, h, rig.Reader0)
	present(t, r, rig.Reader0)
	present(t, r, rig.Reader1)
	mute := connect(t, r, rig.Reader0)
	given, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := mute.Transmit(given, hello)
		ended <- err
	}()
	<-heard
	for range 3 {
		atOnce(t, "listing", func() error { _, err := r.Readers(t.Context()); return err })
		atOnce(t, "a session on the other reader", func() error {
			c, err := r.Connect(t.Context(), rig.Reader1)
			if err != nil {
				return err
			}
			_, err = c.Transmit(t.Context(), hello)
			return errors.Join(err, c.Close())
		})
		atOnce(t, "joining and leaving the watch", func() error {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			if err := r.Watch(ctx, func(drivers.CardEvent) { stop() }); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		})
		atOnce(t, "a second process-wide set of readers", func() error { _, err := pcsc.New().Readers(t.Context()); return err })
	}
	atOnce(t, "giving the command up", func() error {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			return err
		}
		return nil
	})
	atOnce(t, "closing the mute card", mute.Close)
	atOnce(t, "listing while a call is left behind", func() error { _, err := r.Readers(t.Context()); return err })
	h.lift[rig.Reader1]()
	e.until(drivers.CardLifted, rig.Reader1)
}

// A chip that does not even answer to reset holds up its own reader only.
func TestMuteFromTheStart(t *testing.T) {
	h, readers := newReaders(t, 2)
	r := pcsc.New()
	e := watch(t, r)
	h.place(readers[0].Name, unborn{})
	h.place(readers[1].Name, answering(status...))
	e.until(drivers.CardPlaced, readers[1].Name)
	card := connect(t, r, readers[1].Name)
	works(t, card)
	if _, err := r.Connect(t.Context(), readers[0].Name); !errors.Is(err, drivers.ErrNoCard) {
		t.Errorf("connecting: %v, want no card", err)
	}
	works(t, card)
}

// unborn is a card that never says what it is.
type unborn struct{ story }

func (unborn) ATR() []byte { return nil }
