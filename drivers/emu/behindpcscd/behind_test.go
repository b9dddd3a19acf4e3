//go:build cgo

// Package behindpcscd_test reads the invented people's cards the way a kiosk
// does: through the real pcscd.
package behindpcscd_test

import (
	"context"
	"crypto/rand"
	"errors"
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
	readers *pcsc.Readers
	events  chan drivers.CardEvent
}

func newDesk(t *testing.T) *desk {
	rig.Require(t)
	service, err := rig.StartPCSCD(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, readers: pcsc.New(), events: make(chan drivers.CardEvent, 100)}
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
func (d *desk) place(chip *emu.Chip) (reader string, lift func()) {
	d.t.Helper()
	ctx, cancel := context.WithCancel(d.t.Context())
	done := make(chan error, 1)
	go func() { done <- emu.ServeVPCD(ctx, rig.Addr0, chip) }()
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

func TestEachPersonaBehindTheRealReaderService(t *testing.T) {
	d := newDesk(t)
	now := time.Now()
	issuer, err := emu.NewIssuer(rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := pki.NewAnchors(issuer.CSCAs()...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		t.Run(p.ID, func(t *testing.T) {
			chip, err := issuer.Issue(p, emu.CardOptions{})
			if err != nil {
				t.Fatal(err)
			}
			reader, lift := d.place(chip)
			defer lift()
			for _, chunk := range []int{0, 4096} {
				d.read(t, reader, p, options(t, p, trust, now, chunk))
			}
		})
	}
}

// read opens the card anew and compares with what the persona expects.
func (d *desk) read(t *testing.T, reader string, p *emu.Persona, o emrtd.Options) {
	t.Helper()
	card, err := d.readers.Connect(t.Context(), reader)
	if err != nil {
		t.Fatal(err)
	}
	defer card.Close()
	began := time.Now()
	doc, err := emrtd.Read(t.Context(), card, o)
	if err != nil {
		t.Fatal(err)
	}
	if string(doc.Trust.Verdict) != p.Expect.Verdict || doc.Access != p.Expect.Access {
		t.Errorf("%s by %s, want %s by %s: %q", doc.Trust.Verdict, doc.Access, p.Expect.Verdict, p.Expect.Access, doc.Trust.Reasons)
	}
	t.Logf("%d APDUs in %v", doc.Stats.APDUs, time.Since(began).Round(time.Millisecond))
}

func options(t *testing.T, p *emu.Persona, trust pki.Anchors, now time.Time, chunk int) emrtd.Options {
	t.Helper()
	key, err := emrtd.CAN(p.CAN())
	if p.Expect.Access != emrtd.AccessPACECAN {
		key, err = emrtd.MRZ(p.MRZKey())
	}
	if err != nil {
		t.Fatal(err)
	}
	return emrtd.Options{Key: key, Photo: true, Anchors: trust, Now: now, Rand: rand.Reader, MaxChunk: chunk, Habits: emrtd.Habits{Chunk: chunk}}
}
