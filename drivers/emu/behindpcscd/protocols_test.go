//go:build cgo

package behindpcscd_test

import (
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
)

// keyOf makes the key of one kind that opens a persona's card.
func keyOf(t *testing.T, p *emu.Persona, access string) emrtd.Key {
	t.Helper()
	var key emrtd.Key
	var err error
	switch access {
	case emrtd.AccessPACECAN:
		key, err = emrtd.CAN(p.CAN())
	case emrtd.AccessPACEPIN:
		key, err = emrtd.PIN(secretPIN)
	case emrtd.AccessPACEPUK:
		key, err = emrtd.PUK(secretPUK)
	default:
		key, err = emrtd.MRZ(p.MRZKey())
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

const (
	secretPIN = "099099"
	secretPUK = "0990990990"
)

// Every way into a chip and every way in which it proves itself, over the real
// reader service.
func TestEachProtocolBehindTheRealReaderService(t *testing.T) {
	can, mrz, pin, puk := emrtd.AccessPACECAN, emrtd.AccessPACEMRZ, emrtd.AccessPACEPIN, emrtd.AccessPACEPUK
	bac := emrtd.AccessBAC
	none := []string{"none"}
	ecdsa := emu.ActiveAuthECDSA
	rsa := emu.ActiveAuthRSA
	stories := []struct {
		access  string
		pace    emu.PACEVariant // none: by BAC
		active  emu.ActiveAuth
		chip    []string // ways of chip authentication
		channel string
		proof   string
	}{
		{bac, "", ecdsa, none, "BAC 3DES", "AA"},
		{can, "brainpoolP256r1/3DES", rsa, none, "PACE-ECDH-GM 3DES brainpoolP256r1", "AA"},
		{can, "brainpoolP256r1/AES-128", ecdsa, none, "PACE-ECDH-GM AES-128 brainpoolP256r1", "AA"},
		{mrz, "brainpoolP384r1/AES-192", ecdsa, none, "PACE-ECDH-GM AES-192 brainpoolP384r1", "AA"},
		{pin, "brainpoolP512r1/AES-256", ecdsa, none, "PACE-ECDH-GM AES-256 brainpoolP512r1", "AA"},
		{puk, "P-521/AES-256", ecdsa, none, "PACE-ECDH-GM AES-256 P-521", "AA"},
		{can, "IM-P-256/AES-128", ecdsa, none, "PACE-ECDH-IM AES-128 P-256", "AA"},
		{mrz, "IM-brainpoolP320r1/AES-256", ecdsa, none, "PACE-ECDH-IM AES-256 brainpoolP320r1", "AA"},
		{can, "MODP-2048/256/AES-128", ecdsa, none, "PACE-DH-GM AES-128 MODP-2048/256", "AA"},
		{mrz, "MODP-1024/160/3DES", ecdsa, none, "PACE-DH-GM 3DES MODP-1024/160", "AA"},
		{can, "IM-MODP-2048/224/AES-256", ecdsa, none, "PACE-DH-IM AES-256 MODP-2048/224", "AA"},
		{bac, "", "none", []string{"P-256/AES-128"}, "BAC 3DES + CA-ECDH AES-128 P-256", "CA"},
		{can, "brainpoolP256r1/AES-128", "none", []string{"brainpoolP256r1/AES-128"}, "PACE-ECDH-GM AES-128 brainpoolP256r1 + CA-ECDH AES-128 brainpoolP256r1", "CA"},
		{mrz, "IM-P-384/AES-256", "none", []string{"MODP-2048/256/AES-256"}, "PACE-ECDH-IM AES-256 P-384 + CA-DH AES-256 MODP-2048/256", "CA"},
		{can, "CAM-brainpoolP256r1/AES-128", "none", none, "PACE-ECDH-CAM AES-128 brainpoolP256r1", "CAM"},
		{mrz, "CAM-P-384/AES-256", "none", none, "PACE-ECDH-CAM AES-256 P-384", "CAM"},
	}
	d := newDesk(t)
	p := persona(t, "an")
	card := &changing{}
	reader := ""
	for _, s := range stories {
		t.Run(s.access+" "+s.channel+" "+s.proof, func(t *testing.T) {
			profile := emu.Profile{BAC: s.pace == "", ActiveAuth: s.active, ChipAuth: s.chip, PIN: secretPIN, PUK: secretPUK}
			if s.pace != "" {
				profile.PACE = []emu.PACEVariant{s.pace}
			}
			chip, err := d.issuer.Issue(p, emu.CardOptions{Profile: &profile})
			if err != nil {
				t.Fatal(err)
			}
			card.become(chip)
			if reader == "" {
				reader, _ = d.place(card) // it lies there until the service ends
			}
			o := d.options(p)
			o.Key = keyOf(t, p, s.access)
			doc, err := d.read(t, reader, o)
			if err != nil {
				t.Fatal(err)
			}
			if doc.Access != s.access || doc.Channel != s.channel {
				t.Errorf("opened by %s, %s", doc.Access, doc.Channel)
			}
			if doc.Trust.Verdict != emrtd.Genuine || doc.Trust.ChipProof != s.proof {
				t.Errorf("%s by %q because of %q", doc.Trust.Verdict, doc.Trust.ChipProof, doc.Trust.Reasons)
			}
		})
	}
}
