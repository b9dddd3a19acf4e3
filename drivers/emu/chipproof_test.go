package emu_test

import (
	"slices"
	"strings"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
)

// proofs say which proof of the chip counts, and how the session goes on.
var proofs = []struct {
	name    string
	change  func(*emu.Profile)
	proof   string
	channel string // how Document.Channel ends
	verdict emrtd.Verdict
	reasons []emrtd.Reason
}{
	{"active authentication before all", func(p *emu.Profile) {}, "AA", "brainpoolP256r1", emrtd.Genuine, nil},
	{
		"chip authentication on a curve",
		func(p *emu.Profile) { p.ActiveAuth = emu.ActiveAuthNone },
		"CA", "+ CA-ECDH AES-128 brainpoolP256r1", emrtd.Genuine, nil,
	},
	{
		"in a prime field",
		func(p *emu.Profile) { p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"MODP-2048/256/AES-256"} },
		"CA", "+ CA-DH AES-256 MODP-2048/256", emrtd.Genuine, nil,
	},
	{
		"with 3DES in one command",
		func(p *emu.Profile) { p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"P-224/3DES"} },
		"CA", "+ CA-ECDH 3DES P-224", emrtd.Genuine, nil,
	},
	{
		"several keys: the longest cipher's, by its number",
		func(p *emu.Profile) {
			p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"MODP-1024/160/3DES", "P-256/AES-128", "P-384/AES-192"}
		},
		"CA", "+ CA-ECDH AES-192 P-384", emrtd.Genuine, nil,
	},
	{
		"after basic access control",
		func(p *emu.Profile) { p.ActiveAuth, p.PACE = emu.ActiveAuthNone, nil },
		"CA", "BAC 3DES + CA-ECDH AES-128 brainpoolP256r1", emrtd.Genuine, nil,
	},
	{
		"the mapping, its key in DG14 too",
		func(p *emu.Profile) {
			p.ActiveAuth, p.PACE = emu.ActiveAuthNone, []emu.PACEVariant{"CAM-brainpoolP256r1/AES-128"}
		},
		"CAM", "PACE-ECDH-CAM AES-128 brainpoolP256r1", emrtd.Genuine, nil,
	},
	{
		"the mapping, its key in EF.CardSecurity alone",
		func(p *emu.Profile) {
			p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"none"}
			p.PACE = []emu.PACEVariant{"CAM-P-521/AES-256"}
		},
		"CAM", "PACE-ECDH-CAM AES-256 P-521", emrtd.Genuine, nil,
	},
	{
		"the mapping before the others, whatever their order",
		func(p *emu.Profile) {
			p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"P-256/AES-128"}
			p.PACE = []emu.PACEVariant{"brainpoolP256r1/AES-256", "IM-P-256/AES-256", "CAM-P-256/AES-128", "MODP-2048/256/AES-256"}
		},
		"CAM", "PACE-ECDH-CAM AES-128 P-256", emrtd.Genuine, nil,
	},
	{
		"the mapping by a key that DG14 does not name: chip authentication by one that it does",
		func(p *emu.Profile) {
			p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"P-384/AES-256"}
			p.PACE = []emu.PACEVariant{"CAM-P-256/AES-128"}
		},
		"CA", "+ CA-ECDH AES-256 P-384", emrtd.Genuine, nil,
	},
	{
		"EF.CardSecurity kept back: chip authentication instead",
		func(p *emu.Profile) {
			p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"P-384/AES-256"}
			p.PACE, p.Refuse = []emu.PACEVariant{"CAM-P-256/AES-128"}, []emu.Refusal{emu.RefuseCardSecurity}
		},
		"CA", "+ CA-ECDH AES-256 P-384", emrtd.Genuine, nil,
	},
	{
		"EF.CardSecurity kept back and nothing else",
		func(p *emu.Profile) {
			p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"none"}
			p.PACE, p.Refuse = []emu.PACEVariant{"CAM-P-256/AES-128"}, []emu.Refusal{emu.RefuseCardSecurity}
		},
		"", "PACE-ECDH-CAM AES-128 P-256", emrtd.IntegrityOnly,
		[]emrtd.Reason{emrtd.ReasonNoChipProof},
	},
	{
		"EF.CardSecurity signed by nobody known",
		func(p *emu.Profile) {
			p.ActiveAuth, p.ChipAuth, p.Issuer = emu.ActiveAuthNone, []string{"none"}, emu.IssuerUnknown
			p.PACE = []emu.PACEVariant{"CAM-P-256/AES-128"}
		},
		"", "PACE-ECDH-CAM AES-128 P-256", emrtd.IntegrityOnly,
		[]emrtd.Reason{emrtd.ReasonChipProofUncovered, emrtd.ReasonIssuerUnknown},
	},
	{
		"a copy that cannot agree",
		func(p *emu.Profile) { p.ActiveAuth, p.Clone = emu.ActiveAuthNone, emu.CloneNoKey },
		"", "PACE-ECDH-GM AES-128 brainpoolP256r1", emrtd.Forged,
		[]emrtd.Reason{emrtd.ReasonChipProofFalse},
	},
	{
		"a copy that cannot agree in one command",
		func(p *emu.Profile) {
			p.ActiveAuth, p.Clone, p.ChipAuth = emu.ActiveAuthNone, emu.CloneNoKey, []string{"MODP-1024/160/3DES"}
		},
		"", "PACE-ECDH-GM AES-128 brainpoolP256r1", emrtd.Forged,
		[]emrtd.Reason{emrtd.ReasonChipProofFalse},
	},
	{
		"a copy that cannot map",
		func(p *emu.Profile) {
			p.ActiveAuth, p.Clone, p.ChipAuth = emu.ActiveAuthNone, emu.CloneNoKey, []string{"none"}
			p.PACE = []emu.PACEVariant{"CAM-brainpoolP256r1/AES-128"}
		},
		"", "PACE-ECDH-CAM AES-128 brainpoolP256r1", emrtd.Forged,
		[]emrtd.Reason{emrtd.ReasonChipProofFalse},
	},
	{
		"no key at all",
		func(p *emu.Profile) { p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"none"} },
		"", "brainpoolP256r1", emrtd.IntegrityOnly,
		[]emrtd.Reason{emrtd.ReasonNoChipProof},
	},
}

func TestWhichProofOfTheChipCounts(t *testing.T) {
	for _, tt := range proofs {
		t.Run(tt.name, func(t *testing.T) {
			doc := readProfile(t, tt.change, nil)
			if doc.Trust.Verdict != tt.verdict || doc.Trust.ChipProof != tt.proof || !slices.Equal(doc.Trust.Reasons, tt.reasons) {
				t.Errorf("%v with proof %q; want %s %q with %q", doc.Trust, doc.Trust.ChipProof, tt.verdict, tt.reasons, tt.proof)
			}
			if !strings.HasSuffix(doc.Channel, tt.channel) {
				t.Errorf("channel %q, want the end %q", doc.Channel, tt.channel)
			}
			if len(doc.DG(2)) == 0 {
				t.Error("the photo was not read")
			}
		})
	}
}

// readProfile reads a card that behaves in another way.
func readProfile(t *testing.T, change func(*emu.Profile), key func(*emu.Persona) (emrtd.Key, error)) *emrtd.Document {
	t.Helper()
	_, card := place(t, with(t, change))
	p := persona(t, "an")
	o := options(t, p)
	profile := emu.DefaultProfile()
	change(&profile)
	if key == nil && len(profile.PACE) == 0 {
		key = func(p *emu.Persona) (emrtd.Key, error) { return emrtd.MRZ(p.MRZKey()) }
	}
	if key != nil {
		var err error
		if o.Key, err = key(p); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := emrtd.Read(t.Context(), card, o)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// A chip with two keys has to be told which one is meant; until the agreement is
// done the old session goes on.
func TestTheChipIsToldWhichKeyIsMeant(t *testing.T) {
	h := open(t, with(t, func(p *emu.Profile) { p.ChipAuth = []string{"P-256/AES-128", "P-384/AES-192"} }))
	// Neither key is named, so it cannot be told which one is meant.
	h.want(h.secure(command("002241a40c800a04007f00070202030202")), apdu.StatusWrongData)
	h.want(h.secure(command("002241a40f800a04007f00070202030202"+"84010f")), apdu.StatusReferenceNotFound)
	h.want(h.secure(command("002241a40f800a04007f00070202030202"+"84010c")), apdu.StatusOK)
	h.want(h.secure(command("002241a40f800a04007f00070202030203"+"84010f")), apdu.StatusOK)
	h.want(h.secure(command("002241a603910100")), apdu.StatusWrongData)
	h.want(h.secure(read(1, 16)), apdu.StatusOK) // the old keys go on
}
