//go:build cgo

package behindpcscd_test

import (
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
)

func TestEachPersonaBehindTheRealReaderService(t *testing.T) {
	d := newDesk(t)
	all, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	card := &changing{}
	reader := ""
	for _, p := range all {
		t.Run(p.ID, func(t *testing.T) {
			chip, err := d.issuer.Issue(p, emu.CardOptions{})
			if err != nil {
				t.Fatal(err)
			}
			card.become(chip)
			if reader == "" {
				reader, _ = d.place(card) // it lies there until the service ends
			}
			for _, chunk := range []int{0, 4096} {
				o := d.options(p)
				o.MaxChunk, o.Habits = chunk, emrtd.Habits{Chunk: chunk}
				doc, err := d.read(t, reader, o)
				if err != nil {
					t.Fatal(err)
				}
				if string(doc.Trust.Verdict) != p.Expect.Verdict || doc.Access != p.Expect.Access {
					t.Errorf("%s by %s, want %s by %s: %q", doc.Trust.Verdict, doc.Access, p.Expect.Verdict, p.Expect.Access, doc.Trust.Reasons)
				}
			}
		})
	}
}
