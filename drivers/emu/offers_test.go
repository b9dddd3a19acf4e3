package emu_test

import (
	"bytes"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
)

// TestOffersThatWereLeftOut: somebody between reader and chip who keeps the
// stronger offer to himself is found out by the signed copy of the offers.
func TestOffersThatWereLeftOut(t *testing.T) {
	p := persona(t, "linh") // DG14 is read, her chip signs with ECDSA
	profile := p.Chip
	profile.PACE = []emu.PACEVariant{"brainpoolP256r1/AES-256", "brainpoolP256r1/AES-128"}
	weak := emrtd.PACEOffer(emrtd.MappingGeneric, emrtd.SuiteAES128, 13).Bytes()
	access := append([]byte{0x31, byte(len(weak))}, weak...)
	isOffers := func(c []byte) bool { return c[1] == apdu.InsReadBinary && c[2] == 0x80|0x1C }
	for name, answer := range map[string][]byte{
		"as the chip offers":    nil,
		"the stronger left out": append(bytes.Clone(access), 0x90, 0x00),
	} {
		_, card := place(t, issue(t, "linh", emu.CardOptions{Profile: &profile}))
		doc, err := emrtd.Read(t.Context(), &meddler{card, once(1, answer, isOffers)}, options(t, p))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, want := doc.Trust.Has(emrtd.ReasonOffersDiffer), answer != nil; got != want || doc.Trust.Verdict != emrtd.Genuine {
			t.Errorf("%s: %v by %s", name, doc.Trust, doc.Channel)
		}
	}
}
