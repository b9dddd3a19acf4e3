//go:build cgo

// Package behindpcscd_test reads the invented people's cards the way a kiosk
// does: through the real pcscd.
package behindpcscd_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"time"

	"motcua/drivers"
	"motcua/drivers/emu"
	"motcua/drivers/pcsc"
	"motcua/drivers/rig"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki"
)

func TestMain(m *testing.M) { rig.Main(m) }

// desk is a reader of the real pcscd and a hand that lays cards on it.
type desk struct {
	t       *testing.T
	service *rig.Service
	readers *pcsc.Readers
	events  chan drivers.CardEvent
	addr    string // of the first reader

	issuer *emu.Issuer
	trust  pki.Anchors
	now    time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	rig.Require(t)
	service, err := rig.StartPCSCD(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return deskAt(t, service, rig.Addr0)
}

func deskAt(t *testing.T, service *rig.Service, addr string) *desk {
	t.Helper()
	d := &desk{t: t, service: service, readers: pcsc.New(), events: make(chan drivers.CardEvent, 100), addr: addr, now: time.Now()}
	var err error
	if d.issuer, err = emu.NewIssuer(rand.Reader, d.now); err != nil {
		t.Fatal(err)
	}
	if d.trust, err = pki.NewAnchors(d.issuer.CSCAs()...); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.readers.Watch(ctx, func(e drivers.CardEvent) { d.events <- e }) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, service.Stop()); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return d
}

// place lays a card on the first reader and waits until it is seen.
func (d *desk) place(card emu.CardSide) (reader string, lift func()) {
	d.t.Helper()
	ctx, cancel := context.WithCancel(d.t.Context())
	done := make(chan error, 1)
	go func() { done <- emu.VPCD{Addr: d.addr, Card: card}.Serve(ctx) }()
	return d.await(drivers.CardPlaced), func() {
		cancel()
		<-done
		d.await(drivers.CardLifted)
	}
}

func (d *desk) await(kind drivers.CardEventKind) string {
	d.t.Helper()
	for {
		select {
		case e := <-d.events:
			if e.Kind == kind {
				return e.Reader
			}
		case <-time.After(10 * time.Second):
			d.t.Fatalf("no %s", kind)
		}
	}
}

// options are those of a reading with the key that the persona's card takes.
func (d *desk) options(p *emu.Persona) emrtd.Options {
	d.t.Helper()
	key, err := emrtd.CAN(p.CAN())
	if p.Expect.Access != emrtd.AccessPACECAN {
		key, err = emrtd.MRZ(p.MRZKey())
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return emrtd.Options{Key: key, Photo: true, Anchors: d.trust, Now: d.now, Rand: rand.Reader}
}

// read opens the card on a reader anew.
func (d *desk) read(t *testing.T, reader string, o emrtd.Options) (*emrtd.Document, error) {
	t.Helper()
	card, err := d.readers.Connect(t.Context(), reader)
	if err != nil {
		return nil, err
	}
	defer card.Close()
	began := time.Now()
	doc, err := emrtd.Read(t.Context(), card, o)
	if err == nil {
		t.Logf("%s, %d APDUs in %v", doc.Channel, doc.Stats.APDUs, time.Since(began).Round(time.Millisecond))
	}
	return doc, err
}

// persona is one of the invented people.
func persona(t *testing.T, id string) *emu.Persona {
	t.Helper()
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	p, err := emu.FindPersona(all, id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// changing is a card whose chip is another one at each session: what lies on the
// reader stays, and nothing has to be waited for.
type changing struct {
	mu   sync.Mutex
	chip *emu.Chip
}

func (c *changing) become(chip *emu.Chip) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.chip = chip
}

func (c *changing) now() *emu.Chip {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.chip
}

func (c *changing) ATR() []byte                { return c.now().ATR() }
func (c *changing) Power(p emu.Power)          { c.now().Power(p) }
func (c *changing) Transmit(cmd []byte) []byte { return c.now().Transmit(cmd) }
