package emu_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"motcua/drivers"
	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki"
)

const readerName = "Emulated Reader 00 00"

// anchors trust the tests' issuer.
func anchors(t testing.TB) pki.Anchors {
	t.Helper()
	a, err := pki.NewAnchors(issuer(t).CSCAs()...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// options read the persona's card with the key that a person has.
func options(t testing.TB, p *emu.Persona) emrtd.Options {
	t.Helper()
	key, err := emrtd.CAN(p.CAN())
	if p.Expect.Access != emrtd.AccessPACECAN {
		key, err = emrtd.MRZ(p.MRZKey())
	}
	if err != nil {
		t.Fatal(err)
	}
	o := emrtd.Options{Key: key, Photo: true, Anchors: anchors(t), Now: testNow, Rand: rand.Reader}
	_, _ = rand.Read(o.Challenge[:])
	return o
}

// place lays a chip on a fresh reader and connects to it.
func place(t testing.TB, c *emu.Chip) (*emu.Readers, drivers.Card) {
	t.Helper()
	r := emu.NewReaders(readerName)
	if err := r.Place(readerName, c); err != nil {
		t.Fatal(err)
	}
	return r, connect(t, r)
}

func connect(t testing.TB, r *emu.Readers) drivers.Card {
	t.Helper()
	card, err := r.Connect(t.Context(), readerName)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = card.Close() })
	return card
}

func TestEachPersonaGetsItsVerdict(t *testing.T) {
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		t.Run(p.ID, func(t *testing.T) {
			_, card := place(t, issue(t, p.ID, emu.CardOptions{}))
			doc, err := emrtd.Read(t.Context(), card, options(t, p))
			if err != nil {
				t.Fatal(err)
			}
			if string(doc.Trust.Verdict) != p.Expect.Verdict || doc.Access != p.Expect.Access {
				t.Errorf("%s by %s, want %s by %s; reasons %q", doc.Trust.Verdict, doc.Access, p.Expect.Verdict, p.Expect.Access, doc.Trust.Reasons)
			}
			if number, _, _ := p.MRZKey(); doc.MRZ.Number != number {
				t.Error("DG1 has another number")
			}
			if dg13 := doc.DG(13); dg13 != nil && !strings.Contains(string(dg13), p.Name) {
				t.Error("DG13 has another name")
			}
			if len(doc.DG(2)) != p.Photo.Size {
				t.Errorf("DG2 of %d bytes, want %d", len(doc.DG(2)), p.Photo.Size)
			}
		})
	}
}

func TestPhotosBeyondFifteenBitsOfOffset(t *testing.T) {
	for _, size := range []int{emu.MinPhotoSize, 0x7FFF, 0x8000, 40_000, 70_000} {
		for _, chunk := range []int{0, 1024, 65000} {
			t.Run(fmt.Sprintf("%d/%d", size, chunk), func(t *testing.T) {
				p := *persona(t, "linh")
				p.Photo.Size = size
				chip, err := issuer(t).Issue(&p, emu.CardOptions{})
				if err != nil {
					t.Fatal(err)
				}
				o := options(t, &p)
				o.MaxChunk, o.Habits.Chunk = chunk, chunk
				_, card := place(t, chip)
				doc, err := emrtd.Read(t.Context(), card, o)
				if err != nil {
					t.Fatal(err)
				}
				if doc.Trust.Verdict != emrtd.Genuine || len(doc.DG(2)) != size {
					t.Errorf("%s, %d bytes, want %d", doc.Trust.Verdict, len(doc.DG(2)), size)
				}
			})
		}
	}
}

// counter counts exchanges and keeps the commands' headers.
type counter struct {
	card    drivers.Card
	headers [][2]byte // INS and P1
}

func (c *counter) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	c.headers = append(c.headers, [2]byte{command[1], command[2]})
	return c.card.Transmit(ctx, command)
}

// afterCardAccess counts what was sent once EF.CardAccess had been read.
func (c *counter) afterCardAccess() int {
	i := slices.IndexFunc(c.headers, func(h [2]byte) bool { return h[0] != 0xB0 && h[0] != 0xA4 })
	return len(c.headers) - max(i, 0)
}

func TestWrongKeyIsToldSoonAndOnce(t *testing.T) {
	p := persona(t, "an")
	wrong, err := emrtd.CAN("000000")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change func(*emu.Profile)
		want   emrtd.KeyError
	}{
		"not counted": {func(*emu.Profile) {}, emrtd.KeyError{Left: -1}},
		"counted":     {func(p *emu.Profile) { p.Tries = 3 }, emrtd.KeyError{Left: 2}},
		"last try":    {func(p *emu.Profile) { p.Tries = 1 }, emrtd.KeyError{Left: 0, Blocked: true}},
		"blocked":     {func(p *emu.Profile) { p.Blocked = true }, emrtd.KeyError{Left: -1, Blocked: true}},
	} {
		t.Run(name, func(t *testing.T) {
			_, card := place(t, with(t, tt.change))
			c := &counter{card: card}
			o := options(t, p)
			o.Key = wrong
			_, err := emrtd.Read(t.Context(), c, o)
			if !errors.Is(err, emrtd.ErrWrongKey) {
				t.Fatalf("got %v, want a wrong key", err)
			}
			if got, ok := errors.AsType[*emrtd.KeyError](err); !ok || got.Blocked != tt.want.Blocked {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if n := c.afterCardAccess(); n > 6 {
				t.Errorf("%d exchanges after EF.CardAccess, want at most 6", n)
			}
			for _, h := range c.headers {
				if h[0] == 0x84 || h[0] == 0x82 {
					t.Error("a second protocol was tried")
				}
			}
		})
	}
}
