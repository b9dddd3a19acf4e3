//go:build cgo

package behindpcscd_test

import (
	"errors"
	"testing"

	"motcua/drivers"
	"motcua/drivers/emu"
	"motcua/drivers/rig"
	"motcua/protocol/emrtd"
)

// A reader that is pulled out while it reads, and put back, reads again.
func TestReaderUnpluggedWhileReading(t *testing.T) {
	rig.Require(t, rig.NeedCompiler, rig.NeedHeaders)
	service, readers, err := rig.StartReaders(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	d, one := deskAt(t, service, readers[0].Addr), readers[0]
	p := persona(t, "an")
	chip, err := d.issuer.Issue(p, emu.CardOptions{})
	if err != nil {
		t.Fatal(err)
	}
	card := &tripwire{CardSide: chip}
	d.place(card)
	for _, command := range []int{withinPACE, withinFiles} {
		card.arm(0, command, func() {
			if err := one.Unplug(); err != nil {
				t.Error(err)
			}
		})
		d.fails(t, one.Name, d.options(p), []error{drivers.ErrCardGone})
		d.await(drivers.ReaderGone)
		if err := one.Plug(); err != nil {
			t.Fatal(err)
		}
		d.await(drivers.CardPlaced)
		d.genuine(t, one.Name, d.options(p))
	}
}

// Readers that carry only so much read a card that would give more, whether they
// tell or not.
func TestReadersOfShortMessages(t *testing.T) {
	rig.Require(t, rig.NeedCompiler, rig.NeedHeaders)
	service, readers, err := rig.StartReaders(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	d, one := deskAt(t, service, readers[0].Addr), readers[0]
	p := persona(t, "an")
	profile := emu.DefaultProfile()
	profile.ActiveAuth = emu.ActiveAuthECDSA
	chip, err := d.issuer.Issue(p, emu.CardOptions{Profile: &profile})
	if err != nil {
		t.Fatal(err)
	}
	d.place(chip)
	for _, s := range []struct {
		name         string
		tell, refuse int
	}{
		{"tells the short form, and refuses more", 0, 261},
		{"claims all, and refuses more than 261 bytes", 65536, 261},
		{"claims all, and refuses more than 255 bytes", 65536, 255},
		{"carries all", 65536, 65536},
	} {
		t.Run(s.name, func(t *testing.T) {
			if err := errors.Join(one.Tell(s.tell), one.Refuse(s.refuse)); err != nil {
				t.Fatal(err)
			}
			card, err := d.readers.Connect(t.Context(), one.Name)
			if err != nil {
				t.Fatal(err)
			}
			defer card.Close()
			o := d.options(p)
			o.MaxChunk = emrtd.ChunkFor(drivers.MaxData(card))
			o.Habits = emrtd.Habits{Chunk: 4096} // a card that gave as much elsewhere
			doc, err := emrtd.Read(t.Context(), card, o)
			if err != nil || doc.Trust.Verdict != emrtd.Genuine {
				t.Fatalf("%v, %v", doc, err)
			}
			t.Logf("%d APDUs, habits %+v", doc.Stats.APDUs, doc.Habits)
		})
	}
}
