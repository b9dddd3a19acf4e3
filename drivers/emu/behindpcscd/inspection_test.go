//go:build cgo

package behindpcscd_test

import (
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
)

// Fingerprints are read behind terminal authentication, over the real reader
// service, and stay on the card for whoever has no right to them.
func TestFingerprintsBehindTheRealReaderService(t *testing.T) {
	d := newDesk(t)
	p := persona(t, "an")
	card := &changing{}
	reader := ""
	for _, kind := range []emu.TerminalAuth{emu.TerminalAuthECDSA, emu.TerminalAuthRSA} {
		t.Run(string(kind), func(t *testing.T) {
			inspector, err := d.issuer.Inspector(kind)
			if err != nil {
				t.Fatal(err)
			}
			profile := emu.DefaultProfile()
			profile.ActiveAuth, profile.TerminalAuth, profile.Groups = emu.ActiveAuthNone, kind, []int{3, 13, 14}
			chip, err := d.issuer.Issue(p, emu.CardOptions{Profile: &profile})
			if err != nil {
				t.Fatal(err)
			}
			card.become(chip)
			if reader == "" {
				reader, _ = d.place(card) // it lies there until the service ends
			}
			for _, with := range []emrtd.Inspection{inspector, nil} {
				o := d.options(p)
				o.Groups, o.Inspection = []int{3}, with
				doc, err := d.read(t, reader, o)
				if err != nil {
					t.Fatal(err)
				}
				if doc.Trust.Verdict != emrtd.Genuine || doc.Trust.ChipProof != "CA" {
					t.Errorf("%s by %q because of %q", doc.Trust.Verdict, doc.Trust.ChipProof, doc.Trust.Reasons)
				}
				if got := doc.DG(3) != nil; got != (with != nil) {
					t.Errorf("fingerprints read %v, inspection system %v", got, with != nil)
				}
			}
		})
	}
}
