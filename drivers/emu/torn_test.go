package emu_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
)

// TestTornAtEveryExchange tears the card from the reader in the middle of every
// exchange of a full read: the chip heard the command, its answer is lost. The
// reading ends at once with [drivers.ErrCardGone], nothing of it goes on, and the
// same card put back is read. The bubble fails when a goroutine is left, and its
// clock makes a reading that waits for ever run into its deadline.
func TestTornAtEveryExchange(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*emu.Profile)
		mrz    bool
		chunk  int
	}{
		{"PACE, active authentication, short", func(p *emu.Profile) { p.ActiveAuth = emu.ActiveAuthRSA }, false, 0},
		{"PACE, active authentication, extended", func(p *emu.Profile) { p.ActiveAuth = emu.ActiveAuthRSA }, false, 1024},
		{"PACE, chip authentication, extended", func(p *emu.Profile) { p.ActiveAuth = emu.ActiveAuthNone }, false, 1024},
		{"BAC, short", func(p *emu.Profile) { p.PACE = nil }, true, 0},
		{"BAC, resumed in smaller pieces", func(p *emu.Profile) { p.PACE, p.MaxChunk = nil, 200 }, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			person := *persona(t, "an")
			person.Photo.Size = 10_240
			profile := emu.DefaultProfile()
			profile.ActiveAuth = emu.ActiveAuthECDSA // quicker to make
			c.change(&profile)
			chip, err := issuer(t).Issue(&person, emu.CardOptions{Profile: &profile})
			if err != nil {
				t.Fatal(err)
			}
			o := options(t, &person)
			o.MaxChunk, o.Habits.Chunk = c.chunk, c.chunk
			if c.mrz {
				if o.Key, err = emrtd.MRZ(person.MRZKey()); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Test(t, func(t *testing.T) { tear(t, chip, o) })
		})
	}
}

func tear(t *testing.T, chip *emu.Chip, o emrtd.Options) {
	const latency, patience = 15 * time.Millisecond, 20 * time.Second
	r := emu.NewReaders(readerName)
	r.SetLink(emu.Link{Latency: latency})
	read := func(at int) (*emrtd.Document, error) {
		if err := r.Place(readerName, chip); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := r.Lift(readerName); (at > 0) != errors.Is(err, drivers.ErrNoCard) {
				t.Errorf("torn at exchange %d: lifting what is left: %v", at, err)
			}
		}()
		if err := r.TearAt(readerName, at); err != nil {
			t.Fatal(err)
		}
		card := connect(t, r)
		defer card.Close()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		began := time.Now()
		doc, err := emrtd.Read(ctx, card, o)
		if took, most := time.Since(began), time.Duration(doc.Stats.APDUs)*latency; took > most {
			t.Errorf("torn at exchange %d: it took %v, exchanges take %v", at, took, most)
		}
		return doc, err
	}
	whole, err := read(0)
	if err != nil || whole.Trust.Verdict != emrtd.Genuine && whole.Trust.Verdict != emrtd.IntegrityOnly {
		t.Fatalf("the whole card: %v, %v", whole.Trust, err)
	}
	for n := 1; n <= whole.Stats.APDUs; n++ {
		doc, err := read(n)
		if !errors.Is(err, drivers.ErrCardGone) || doc.Trust.Verdict != emrtd.Unreadable || doc.Stats.APDUs != n {
			t.Fatalf("torn at exchange %d: %v, verdict %s after %d", n, err, doc.Trust.Verdict, doc.Stats.APDUs)
		}
	}
	if again, err := read(0); err != nil || again.Trust.Verdict != whole.Trust.Verdict {
		t.Errorf("put back: %v, %v", again.Trust, err)
	}
	t.Logf("%d exchanges", whole.Stats.APDUs)
}
