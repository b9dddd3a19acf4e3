package emu_test

import (
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
)

// TestTheFaceComesOnceItsHashIsGood, so that it can be decoded while other files
// are read, and not at all when it was altered.
func TestTheFaceComesOnceItsHashIsGood(t *testing.T) {
	for _, forged := range []bool{false, true} {
		p := persona(t, "an")
		profile := p.Chip
		if forged {
			profile.Forge = "dg2"
		}
		o := options(t, p)
		o.Photo = true
		faces := 0
		o.Progress = func(p emrtd.Progress) {
			if p.Face != nil && len(p.Face.Face().Picture) > 0 {
				faces++
			}
		}
		_, card := place(t, issue(t, "an", emu.CardOptions{Profile: &profile}))
		d, err := emrtd.Read(t.Context(), card, o)
		if err != nil || (faces == 1) == forged || d.Trust.Has(emrtd.ReasonGroupAltered) != forged {
			t.Errorf("forged %v: %d faces, %v, %v", forged, faces, d.Trust, err)
		}
	}
}
