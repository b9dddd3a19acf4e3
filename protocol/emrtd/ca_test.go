package emrtd_test

import (
	"crypto/rand"
	"errors"
	"testing"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki/pkitest"
	"motcua/protocol/tlv"
)

// agreeingCard has no key for active authentication and one for chip
// authentication in DG14.
func agreeingCard(t *testing.T, way emrtd.PACEInfo) (*chip, *issuer) {
	t.Helper()
	card, issuer := newCard(t, canKey(t), 500, cccdOffer())
	g, _ := way.Group()
	card.way, card.sign = way, nil
	card.agree = must[[]byte](t)(g.RandomExponent(rand.Reader))
	public := must[[]byte](t)(g.Generator().Mult(card.agree).Public())
	standard := tlv.Encode(0x30, named(idStandard), number(byte(g.Parameter())))
	key, method := idPKECDH, idCAECDH
	if !g.Elliptic() {
		key, method = idPKDH, idCADH
	}
	card.files[0x010E] = tlv.Encode(0x6E, pkitest.Set(
		tlv.Encode(0x30, tlv.Encode(0x06, hexBytes(method), []byte{byte(way.Suite)}), number(1)),
		tlv.Encode(0x30, named(key), spki(standard, public)),
	))
	delete(card.files, 0x010F)
	groups := map[int][]byte{}
	for _, n := range []int{1, 2, 13, 14} {
		groups[n] = card.files[0x0100|uint16(n)]
	}
	card.files[0x011D] = issuer.sod(t, groups)
	return card, issuer
}

// What the chip does after the agreement decides what it proved. Whatever that
// is, the rest of the card is read, and no session leaves its keys behind.
func TestWhatAnAgreementProves(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*chip)
		verdict emrtd.Verdict
		reason  emrtd.Reason
	}{
		{"the chip holds its key", func(*chip) {}, emrtd.Genuine, ""},
		{"another key: the chip takes our MAC for false", func(c *chip) { c.agree[0] ^= 1 }, emrtd.Forged, emrtd.ReasonChipProofFalse},
		{"it says so with 6987", func(c *chip) { c.quirks.afterAgree = apdu.StatusSMMissing }, emrtd.Forged, emrtd.ReasonChipProofFalse},
		{"it gives up with 6985", func(c *chip) { c.quirks.afterAgree = apdu.StatusConditions }, emrtd.Unreadable, emrtd.ReasonChipProofRefused},
		{"it refuses from the start", func(c *chip) { c.agree = nil }, emrtd.Unreadable, emrtd.ReasonChipProofRefused},
	} {
		for _, way := range []emrtd.PACEInfo{cccdOffer(), emrtd.PACEInfoFor(emrtd.SuiteAES256, 0)} {
			t.Run(c.name+" "+way.Channel(), func(t *testing.T) {
				card, issuer := agreeingCard(t, way)
				c.change(card)
				o := options(t, card, issuer)
				o.Photo = true
				d, sessions, err := emrtd.ReadWatched(t.Context(), card, o)
				if err != nil {
					t.Fatal(err)
				}
				if d.Trust.Verdict != c.verdict || c.reason != "" && !d.Trust.Has(c.reason) || (d.Trust.ChipProof == "CA") != (c.reason == "") {
					t.Errorf("%v with %q", d.Trust, d.Trust.ChipProof)
				}
				if d.DG(2) == nil {
					t.Error("the photo was not read")
				}
				for i, s := range sessions {
					if !s.Forgotten() {
						t.Errorf("session %d of %d is remembered", i+1, len(sessions))
					}
				}
			})
		}
	}
}

// A card that is lifted proves nothing against it, wherever it is.
func TestALiftedCardIsNoFalseProof(t *testing.T) {
	card, issuer := agreeingCard(t, cccdOffer())
	if _, err := emrtd.Read(t.Context(), card, options(t, card, issuer)); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= len(card.seen); n++ {
		torn, issuer := agreeingCard(t, cccdOffer())
		torn.quirks.gone = n
		d, sessions, err := emrtd.ReadWatched(t.Context(), torn, options(t, torn, issuer))
		if !errors.Is(err, apdu.ErrCardGone) || d.Trust.Verdict != emrtd.Unreadable || d.Trust.Has(emrtd.ReasonChipProofFalse) {
			t.Errorf("lifted before exchange %d: %v, %v", n, d.Trust, err)
		}
		for _, s := range sessions {
			if !s.Forgotten() {
				t.Errorf("lifted before exchange %d: a session is remembered", n)
			}
		}
	}
}
