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

var (
	atr    = []byte{0x3B, 0x88, 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0x09}
	hello  = []byte{0x00, 0xA4, 0x04, 0x00}
	status = []byte{0x90, 0x00}
)

// present waits until the readers have seen a card.
func present(t *testing.T, r drivers.CardReaders, reader string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	seen := false
	err := r.Watch(ctx, func(e drivers.CardEvent) {
		if e.Kind == drivers.CardPlaced && e.Reader == reader {
			seen = true
			cancel()
		}
	})
	if !seen {
		t.Fatalf("no card seen on %q: %v", reader, err)
	}
}

func TestMuteReaderIsToldAsSuch(t *testing.T) {
	h := newHands(t)
	r := pcsc.New()
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	h.place(rig.Reader0, story{drivertest.Card{ATR: atr, Answer: func([]byte) []byte { <-stop; return nil }}})
	h.place(rig.Reader1, story{drivertest.Card{ATR: atr, Answer: func([]byte) []byte { return status }}})
	present(t, r, rig.Reader0)
	present(t, r, rig.Reader1)
	c, err := r.Connect(t.Context(), rig.Reader0)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Transmit(ctx, hello); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want the deadline", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	if _, err := r.Connect(t.Context(), rig.Reader0); !errors.Is(err, drivers.ErrReaderMute) {
		t.Errorf("connecting: got %v, want a mute reader", err)
	}
	other, err := r.Connect(t.Context(), rig.Reader1)
	if err != nil {
		t.Fatalf("the other reader: %v", err)
	}
	if _, err := other.Transmit(t.Context(), hello); err != nil {
		t.Errorf("the other reader: %v", err)
	}
	if err := other.Close(); err != nil {
		t.Errorf("the other reader: %v", err)
	}
	h.lift[rig.Reader0]()
	if _, err := r.Connect(t.Context(), rig.Reader0); errors.Is(err, drivers.ErrReaderMute) {
		t.Errorf("once lifted: %v", err)
	}
}

// pcscd takes 200 connections and no more; more sessions than that one after the
// other show that none is left open.
func TestSessionsLeaveNothingBehind(t *testing.T) {
	h := newHands(t)
	r := pcsc.New()
	h.place(rig.Reader0, story{drivertest.Card{ATR: atr, Answer: func([]byte) []byte { return status }}})
	present(t, r, rig.Reader0)
	for i := range 250 {
		c, err := r.Connect(t.Context(), rig.Reader0)
		if err != nil {
			t.Fatalf("session %d: %v", i, err)
		}
		if i%50 == 0 {
			if _, err := c.Transmit(t.Context(), hello); err != nil {
				t.Fatalf("session %d: %v", i, err)
			}
		}
		if err := c.Close(); err != nil {
			t.Fatalf("session %d: %v", i, err)
		}
		if _, err := r.Readers(t.Context()); err != nil {
			t.Fatalf("listing %d: %v", i, err)
		}
	}
}

// One conversation over a card that is torn off at each of its commands in turn.
func TestCardPulledAtEveryCommand(t *testing.T) {
	h := newHands(t)
	r := pcsc.New()
	const commands = 5
	for k := range commands {
		n, pull := 0, make(chan context.CancelFunc, 1)
		h.place(rig.Reader0, story{drivertest.Card{ATR: atr, Answer: func([]byte) []byte {
			if n++; n == k+1 {
				(<-pull)()
			}
			return status
		}}})
		pull <- h.lift[rig.Reader0]
		present(t, r, rig.Reader0)
		c, err := r.Connect(t.Context(), rig.Reader0)
		if err != nil {
			t.Fatal(err)
		}
		for i := range commands {
			_, err := c.Transmit(t.Context(), hello)
			if i < k && err != nil || i > k && !errors.Is(err, drivers.ErrCardGone) {
				t.Errorf("pulled at command %d: command %d: %v", k, i, err)
			}
		}
		_ = c.Close() // the card has left
		if _, err := r.Connect(t.Context(), rig.Reader0); !errors.Is(err, drivers.ErrNoCard) {
			t.Errorf("pulled at command %d: connecting again: %v", k, err)
		}
	}
}

// A fault in a reader's driver can hang pcscd without ending it.
func TestHangingServiceIsLostAndComesBack(t *testing.T) {
	h := newHands(t)
	r := pcsc.New()
	events := make(chan drivers.CardEvent, 100)
	ctx, cancel := context.WithCancel(t.Context())
	watched := make(chan error, 1)
	go func() { watched <- r.Watch(ctx, func(e drivers.CardEvent) { events <- e }) }()
	until := func(kind drivers.CardEventKind) drivers.CardEvent {
		t.Helper()
		for {
			select {
			case e := <-events:
				if e.Kind == kind {
					return e
				}
			case <-time.After(20 * time.Second):
				t.Fatalf("no %q", kind)
			}
		}
	}
	until(drivers.ReaderArrived)
	h.service.Freeze()
	if e := until(drivers.ServiceLost); !errors.Is(e.Err, drivers.ErrNoService) {
		t.Errorf("lost with %v", e.Err)
	}
	brief, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := r.Connect(brief, rig.Reader0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("connecting: %v, want the deadline", err)
	}
	h.service.Thaw()
	until(drivers.ServiceBack)
	until(drivers.ReaderArrived)
	cancel()
	if err := <-watched; !errors.Is(err, context.Canceled) {
		t.Errorf("watching: %v", err)
	}
}
