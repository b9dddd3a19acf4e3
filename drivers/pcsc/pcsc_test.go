//go:build cgo

package pcsc_test

import (
	"context"
	"os"
	"testing"
	"time"

	"motcua/drivers/drivertest"
	"motcua/drivers/emu"
	"motcua/drivers/pcsc"
	"motcua/drivers/rig"
)

func TestMain(m *testing.M) {
	if story := os.Getenv(clientVar); story != "" {
		os.Exit(client(story))
	}
	rig.Main(m)
}

// story is a card of the conformance suite as vpcd wants it.
type story struct{ card drivertest.Card }

func (s story) ATR() []byte                { return s.card.ATR }
func (story) Power(emu.Power)              {}
func (s story) Transmit(cmd []byte) []byte { return s.card.Answer(cmd) }

// hands lay cards on readers.
type hands struct {
	t       *testing.T
	service *rig.Service
	addrs   map[string]string // by reader
	lift    map[string]context.CancelFunc
}

func (h *hands) place(reader string, card emu.CardSide) {
	ctx, cancel := context.WithCancel(context.Background())
	lifted := make(chan struct{}, 1)
	h.lift[reader] = func() { // and it is gone when this returns
		cancel()
		select {
		case <-lifted:
		case <-time.After(time.Second): // it did not lie there
		}
	}
	h.t.Cleanup(cancel)
	placed := make(chan struct{}, 1)
	v := emu.VPCD{Addr: h.addrs[reader], Card: card, Placed: func() {
		select {
		case placed <- struct{}{}:
		default:
		}
	}, Lifted: func() { lifted <- struct{}{} }}
	go func() { _ = v.Serve(ctx) }() // ends when the card is lifted
	<-placed
}

func newHands(t *testing.T) *hands {
	rig.Require(t)
	s, err := rig.StartPCSCD(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return handsOn(t, s, map[string]string{rig.Reader0: rig.Addr0, rig.Reader1: rig.Addr1})
}

func handsOn(t *testing.T, s *rig.Service, addrs map[string]string) *hands {
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return &hands{t: t, service: s, addrs: addrs, lift: map[string]context.CancelFunc{}}
}

func (h *hands) restart() {
	if err := h.service.Restart(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	drivertest.TestCardReaders(t, func(t *testing.T) *drivertest.Bench {
		h := newHands(t)
		return &drivertest.Bench{
			Readers:      pcsc.New(),
			Names:        h.service.Readers(),
			Place:        func(reader string, c drivertest.Card) { h.place(reader, story{c}) },
			Lift:         func(reader string) { h.lift[reader]() },
			StopService:  h.service.Kill,
			StartService: h.restart,
		}
	})
}
