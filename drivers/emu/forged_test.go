package emu_test

import (
	"crypto/rand"
	"errors"
	"slices"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki"
	"motcua/protocol/request"
)

// honest are the cards that forgers start from: one for each proof of the chip.
var honest = []struct {
	name   string
	proof  string
	change func(*emu.Profile)
}{
	{"AA", "AA", func(p *emu.Profile) { p.ActiveAuth = emu.ActiveAuthECDSA }},
	{"CA", "CA", func(p *emu.Profile) { p.ActiveAuth = emu.ActiveAuthNone }},
	{"CAM", "CAM", func(p *emu.Profile) {
		p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"none"}
		p.PACE = []emu.PACEVariant{"CAM-P-256/AES-128"}
	}},
}

// forgedRow is a forged card: what it comes to, and one reason it must name.
type forgedRow struct {
	name    string
	change  func(*emu.Profile)
	verdict emrtd.Verdict
	reason  emrtd.Reason
	of      []string // the honest cards it is made from; nil: all
}

func forge(f emu.Forgery) func(*emu.Profile)    { return func(p *emu.Profile) { p.Forge = f } }
func clone(c emu.Clone) func(*emu.Profile)      { return func(p *emu.Profile) { p.Clone = c } }
func signedBy(who string) func(*emu.Profile)    { return func(p *emu.Profile) { p.Issuer = who } }
func signer(s emu.Signer) func(*emu.Profile)    { return func(p *emu.Profile) { p.Signer = s } }
func proof(names ...string) []string            { return names }
func withheld(groups ...int) func(*emu.Profile) { return func(p *emu.Profile) { p.Absent = groups } }

var forgedRows = []forgedRow{
	{"DG1 altered", forge("dg1"), emrtd.Forged, emrtd.ReasonGroupAltered, nil},
	{"DG2 altered", forge("dg2"), emrtd.Forged, emrtd.ReasonGroupAltered, nil},
	{"DG5 altered", forge("dg5"), emrtd.Forged, emrtd.ReasonGroupAltered, nil},
	{"DG7 altered", forge("dg7"), emrtd.Forged, emrtd.ReasonGroupAltered, nil},
	{"DG11 altered", forge("dg11"), emrtd.Forged, emrtd.ReasonGroupAltered, nil},
	{"DG12 altered", forge("dg12"), emrtd.Forged, emrtd.ReasonGroupAltered, nil},
	{"DG13 altered", forge("dg13"), emrtd.Forged, emrtd.ReasonGroupAltered, nil},
	{"DG14 altered", forge("dg14"), emrtd.Forged, emrtd.ReasonGroupAltered, nil},
	{"DG15 altered", forge("dg15"), emrtd.Forged, emrtd.ReasonGroupAltered, proof("AA")},
	{"DG16 altered", forge("dg16"), emrtd.Forged, emrtd.ReasonGroupAltered, nil},

	{"signature altered", forge(emu.ForgeSignature), emrtd.Forged, emrtd.ReasonSignatureFalse, nil},
	{"another person's EF.SOD", forge(emu.ForgeSwap), emrtd.Forged, emrtd.ReasonGroupAltered, nil},
	{"no EF.SOD", forge(emu.ForgeNoSOD), emrtd.Unreadable, emrtd.ReasonSODAbsent, nil},
	{"DG1 and its hash altered", forge(emu.ForgeHash), emrtd.Forged, emrtd.ReasonDigestAltered, nil},
	{"DG1, its hash and the digest altered", forge(emu.ForgeDigest), emrtd.Forged, emrtd.ReasonSignatureFalse, nil},
	{"DG15 taken out of the index", forge(emu.ForgeDropDG15), emrtd.Forged, emrtd.ReasonDigestAltered, proof("AA")},
	{"a signature nobody knows", forge(emu.ForgeAlgorithm), emrtd.Unreadable, emrtd.ReasonAlgorithmUnknown, nil},

	{"an authority nobody provisioned", signedBy(emu.IssuerUnknown), emrtd.IntegrityOnly, emrtd.ReasonIssuerUnknown, nil},
	{"an authority of the real one's name", signedBy(emu.IssuerNamesake), emrtd.IntegrityOnly, emrtd.ReasonIssuerUnknown, nil},
	{"certificates that name the real key", signedBy(emu.IssuerImpostor), emrtd.Forged, emrtd.ReasonIssuerFalse, nil},
	{"a signer that vouches for itself", signedBy(emu.IssuerSelf), emrtd.IntegrityOnly, emrtd.ReasonIssuerUnknown, nil},
	{"signed by the authority's own key", signedBy(emu.IssuerCSCA), emrtd.IntegrityOnly, emrtd.ReasonSignerNotAllowed, nil},

	{"signed for another state", signedBy(emu.IssuerOtherState), emrtd.IntegrityOnly, emrtd.ReasonCountryMismatch, nil},
	{"signed for documents of another type", signedBy(emu.IssuerOtherType), emrtd.IntegrityOnly, emrtd.ReasonDocumentType, nil},

	{"signer expired", signer(emu.Signer{Expired: true}), emrtd.IntegrityOnly, emrtd.ReasonSignerExpired, nil},
	{"signer not yet valid", signer(emu.Signer{NotYet: true}), emrtd.IntegrityOnly, emrtd.ReasonSignerExpired, nil},
	{"signer revoked", signer(emu.Signer{Revoked: true}), emrtd.IntegrityOnly, emrtd.ReasonSignerRevoked, nil},
	{"signed after the signer had expired", signer(emu.Signer{Expired: true, Signed: emu.SignedLate}), emrtd.IntegrityOnly, emrtd.ReasonSignedOutside, nil},
	{"signed when the key was not to be used", signer(emu.Signer{Signed: emu.SignedLate}), emrtd.IntegrityOnly, emrtd.ReasonSignedOutside, nil},

	{"copy without the keys", clone(emu.CloneNoKey), emrtd.Forged, emrtd.ReasonChipProofFalse, nil},
	{"copy with its own DG15", clone(emu.CloneOwnKey), emrtd.Forged, emrtd.ReasonGroupAltered, proof("AA")},
	{"copy with its own DG14", clone(emu.CloneOwnAgreement), emrtd.Forged, emrtd.ReasonGroupAltered, proof("CA")},
	{"copy with its own EF.CardSecurity", clone(emu.CloneOwnSecurity), emrtd.IntegrityOnly, emrtd.ReasonChipProofUncovered, proof("CAM")},
	{"copy with EF.CardSecurity of another state", clone(emu.CloneForeignSecurity), emrtd.IntegrityOnly, emrtd.ReasonChipProofUncovered, proof("CAM")},
	{
		"copy with another card's EF.CardSecurity",
		func(p *emu.Profile) {
			p.Clone, p.ChipAuth = emu.CloneOtherSecurity, []string{"P-256/AES-128"}
		},
		emrtd.Forged, emrtd.ReasonChipProofFalse, proof("CAM"),
	},
	{
		"copy with another card's EF.CardSecurity that does not agree either",
		func(p *emu.Profile) {
			p.Clone, p.ChipAuth, p.Refuse = emu.CloneOtherSecurity, []string{"P-256/AES-128"}, []emu.Refusal{emu.RefuseAgreement}
		},
		emrtd.Unreadable, emrtd.ReasonChipProofRefused, proof("CAM"),
	},
	{"copy that keeps DG15 back", withheld(15), emrtd.Unreadable, emrtd.ReasonGroupWithheld, proof("AA")},
	{"copy that keeps DG14 back", withheld(14), emrtd.Unreadable, emrtd.ReasonGroupWithheld, proof("CA")},
	{
		"copy that refuses to sign", func(p *emu.Profile) {
			p.Clone, p.ActiveAnswer, p.ChipAuth = emu.CloneNoKey, emu.ActiveDenied, []string{"none"}
		},
		emrtd.Unreadable, emrtd.ReasonChipProofRefused, proof("AA"),
	},
	{
		"copy that refuses to sign and cannot agree", func(p *emu.Profile) { p.Clone, p.ActiveAnswer = emu.CloneNoKey, emu.ActiveDenied },
		emrtd.Forged, emrtd.ReasonChipProofFalse, proof("AA"),
	},
}

// TestForgedMatrix: no forged card is ever genuine, each names its reason, and
// none proves the person present, whatever its chip proved.
func TestForgedMatrix(t *testing.T) {
	trust, err := anchors(t).WithRevocations(issuer(t).CRL())
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, base := range honest {
		doc := examine(t, trust, base.change)
		if doc.Trust.Verdict != emrtd.Genuine || doc.Trust.ChipProof != base.proof || levelOf(doc) != request.E2 {
			t.Errorf("honest %s: %v, proof %q, level %s", base.name, doc.Trust, doc.Trust.ChipProof, levelOf(doc))
		}
		for _, row := range forgedRows {
			if row.of != nil && !slices.Contains(row.of, base.name) {
				continue
			}
			if testing.Short() && told[row.name] {
				continue // once each under the race detector
			}
			told[row.name] = true
			t.Run(row.name+"/"+base.name, func(t *testing.T) {
				doc := examine(t, trust, base.change, row.change)
				v := doc.Trust
				if v.Verdict != row.verdict || !v.Has(row.reason) {
					t.Errorf("%v, want %s with %s", v, row.verdict, row.reason)
				}
				if v.Verdict == emrtd.Genuine || levelOf(doc).AtLeast(request.E2) {
					t.Errorf("a forged card is %s and gives level %s", v.Verdict, levelOf(doc))
				}
			})
		}
	}
}

// examine reads everything on a card, changed.
func examine(t *testing.T, trust pki.Anchors, changes ...func(*emu.Profile)) *emrtd.Document {
	t.Helper()
	p := persona(t, "an")
	profile := emu.DefaultProfile()
	profile.Groups = []int{3, 5, 7, 11, 12, 13, 14, 16}
	for _, change := range changes {
		change(&profile)
	}
	chip, err := issuer(t).Issue(p, emu.CardOptions{Profile: &profile})
	if err != nil {
		t.Fatal(err)
	}
	key, err := emrtd.CAN(p.CAN())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := emrtd.Read(t.Context(), emu.NewMeter(chip, emu.Link{}), emrtd.Options{
		Key: key, Anchors: trust, Now: testNow, Rand: rand.Reader, MaxChunk: 4096, Photo: true, Groups: []int{5, 7, 11, 12, 14, 16},
	})
	if err != nil && !errors.Is(err, emrtd.ErrProtocol) {
		t.Fatal(err)
	}
	return doc
}

// levelOf is what a request could claim by this card.
func levelOf(doc *emrtd.Document) request.Level {
	f := request.Facts{Chip: true, Verdict: request.Verdict(doc.Trust.Verdict)}
	switch doc.Trust.ChipProof {
	case "AA":
		f.Proof = request.ProofAA
	case "CA", "CAM":
		f.Proof = request.ProofCA
	}
	return request.LevelOf(f)
}

// TestForgedFingerprints: what only an inspection system reads is held against
// its signed hash too.
func TestForgedFingerprints(t *testing.T) {
	inspector, err := issuer(t).Inspector(emu.TerminalAuthECDSA)
	if err != nil {
		t.Fatal(err)
	}
	for forgery, want := range map[emu.Forgery]emrtd.Verdict{"": emrtd.Genuine, "dg3": emrtd.Forged} {
		chip := with(t, func(p *emu.Profile) { p.TerminalAuth, p.Forge = emu.TerminalAuthECDSA, forgery })
		o := options(t, persona(t, "an"))
		o.Groups, o.Inspection = []int{3}, inspector
		doc, err := emrtd.Read(t.Context(), emu.NewMeter(chip, emu.Link{}), o)
		if err != nil {
			t.Fatal(err)
		}
		if doc.DG(3) == nil || doc.Trust.Verdict != want || doc.Trust.Has(emrtd.ReasonGroupAltered) != (want == emrtd.Forged) {
			t.Errorf("%q: %v, want %s", forgery, doc.Trust, want)
		}
	}
}
