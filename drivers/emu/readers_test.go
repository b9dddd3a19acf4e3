package emu_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu"
)

// story is a card of the conformance suite.
type story struct{ card drivertest.Card }

func (s story) ATR() []byte                { return s.card.ATR }
func (story) Power(emu.Power)              {}
func (s story) Transmit(cmd []byte) []byte { return s.card.Answer(cmd) }

func TestReadersPassTheSuiteOfTheHardwareDriver(t *testing.T) {
	drivertest.TestCardReaders(t, func(t *testing.T) *drivertest.Bench {
		names := []string{"Emulated Reader 00 00", "Emulated Reader 01 00"}
		r := emu.NewReaders(names...)
		must := func(err error) {
			if err != nil {
				t.Error(err)
			}
		}
		return &drivertest.Bench{
			Readers:      r,
			Names:        names,
			Place:        func(reader string, c drivertest.Card) { must(r.Place(reader, story{c})) },
			Lift:         func(reader string) { must(r.Lift(reader)) },
			StopService:  r.StopService,
			StartService: r.StartService,
		}
	})
}

func TestReaderUnpluggedUnderACard(t *testing.T) {
	r := emu.NewReaders("A")
	var kinds []drivers.CardEventKind
	ctx, cancel := context.WithCancel(t.Context())
	if err := r.Place("A", story{drivertest.Card{ATR: []byte{0x3B, 0x80}}}); err != nil {
		t.Fatal(err)
	}
	seen := make(chan drivers.CardEvent, 10)
	done := make(chan error, 1)
	go func() { done <- r.Watch(ctx, func(e drivers.CardEvent) { seen <- e }) }()
	for range 2 {
		kinds = append(kinds, (<-seen).Kind)
	}
	if err := r.Unplug("A"); err != nil {
		t.Fatal(err)
	}
	r.Plug("B")
	for range 3 {
		kinds = append(kinds, (<-seen).Kind)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Watch returned %v", err)
	}
	want := []drivers.CardEventKind{drivers.ReaderArrived, drivers.CardPlaced, drivers.CardLifted, drivers.ReaderGone, drivers.ReaderArrived}
	for i, k := range want {
		if kinds[i] != k {
			t.Errorf("event %d is %q, want %q", i, kinds[i], k)
		}
	}
}

func TestSlowLinkTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := emu.NewReaders("A")
		r.SetLink(emu.Link{Latency: 115 * time.Millisecond})
		answer := make([]byte, 95)
		card := drivertest.Card{ATR: []byte{0x3B, 0x80}, Answer: func([]byte) []byte { return answer }}
		if err := r.Place("A", story{card}); err != nil {
			t.Fatal(err)
		}
		c, err := r.Connect(t.Context(), "A")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := c.Transmit(t.Context(), make([]byte, 5)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 115*time.Millisecond {
			t.Errorf("an exchange took %v, want 115ms", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if _, err := c.Transmit(ctx, make([]byte, 5)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
		if _, err := c.Transmit(t.Context(), make([]byte, 5)); !errors.Is(err, drivers.ErrCardGone) {
			t.Errorf("got %v, want card gone", err)
		}
	})
}

func TestTearAt(t *testing.T) {
	r := emu.NewReaders("A")
	card := drivertest.Card{ATR: []byte{0x3B, 0x80}, Answer: func([]byte) []byte { return []byte{0x90, 0} }}
	if err := r.Place("A", story{card}); err != nil {
		t.Fatal(err)
	}
	if err := r.TearAt("A", 3); err != nil {
		t.Fatal(err)
	}
	c, err := r.Connect(t.Context(), "A")
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 4; i++ {
		_, err := c.Transmit(t.Context(), make([]byte, 4))
		if gone := errors.Is(err, drivers.ErrCardGone); gone != (i >= 3) {
			t.Errorf("exchange %d: %v", i, err)
		}
	}
	if err := r.Lift("A"); !errors.Is(err, drivers.ErrNoCard) {
		t.Errorf("lifting a torn card: %v, want no card", err)
	}
}
