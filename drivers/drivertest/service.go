package drivertest

import (
	"errors"
	"testing"

	"motcua/drivers"
)

func serviceRestarted(t *testing.T, b *Bench) {
	w := watch(t, b.Readers)
	w.expectReaders(b.Names)
	b.Place(b.Names[0], speaker(atrOne, "one"))
	w.expectPlaced(b.Names[0], atrOne)
	for range 2 {
		b.StopService()
		lost := w.expect(drivers.ServiceLost, "")
		if !errors.Is(lost.Err, drivers.ErrNoService) {
			t.Errorf("service lost with %v, want no service", lost.Err)
		}
		b.StartService()
		w.expect(drivers.ServiceBack, "")
		settle(w, b)
	}
	says(t, connect(t, b, b.Names[0]), "one")
	w.end()
}

func serviceKilled(t *testing.T, b *Bench) {
	m := newMute(t)
	c := placeAndConnect(t, b, m.Card)
	done := exchange(t.Context(), c)
	await(t, "the command's arrival", m.heard)
	b.StopService()
	err := within(t, "a command whose service died", done)
	if !errors.Is(err, drivers.ErrCardGone) || !errors.Is(err, drivers.ErrNoService) {
		t.Errorf("got %v, want card gone and no service", err)
	}
	isGone(t, c)
	b.StartService()
	isGone(t, c)
	_ = c.Close() // its service is another one now
}

func serviceAbsent(t *testing.T, b *Bench) {
	b.StopService()
	if _, err := b.Readers.Readers(t.Context()); !errors.Is(err, drivers.ErrNoService) {
		t.Errorf("Readers: got %v, want no service", err)
	}
	if _, err := b.Readers.Connect(t.Context(), b.Names[0]); !errors.Is(err, drivers.ErrNoService) {
		t.Errorf("Connect: got %v, want no service", err)
	}
	w := watch(t, b.Readers)
	w.expect(drivers.ServiceLost, "")
	b.StartService()
	w.expect(drivers.ServiceBack, "")
	w.expectReaders(b.Names)
	w.end()
}
