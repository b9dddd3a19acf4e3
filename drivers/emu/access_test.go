package emu_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
)

// tapped passes commands on and counts the proofs of a key among them: tokens of
// PACE and messages of basic access control.
type tapped struct {
	chip  *emu.Chip
	after func(apdu.Command) // called with every command
	tried int
}

func (c *tapped) Transmit(_ context.Context, b []byte) ([]byte, error) {
	cmd, err := apdu.ParseCommand(bytes.Clone(b))
	if err != nil {
		return nil, err
	}
	token := cmd.INS == apdu.InsGeneralAuthenticate && cmd.CLA == 0 && len(cmd.Data) > 2 && cmd.Data[2] == byte(emrtd.TagTokenTerminal)
	if token || cmd.INS == apdu.InsExternalAuthenticate {
		c.tried++
	}
	if c.after != nil {
		c.after(cmd)
	}
	return c.chip.Transmit(b), nil
}

// keys that open no card of persona an.
func wrongKeys(t *testing.T) map[string]emrtd.Key {
	t.Helper()
	keys := map[string]emrtd.Key{}
	for name, key := range map[string]func() (emrtd.Key, error){
		"CAN": func() (emrtd.Key, error) { return emrtd.CAN("000000") },
		"MRZ": func() (emrtd.Key, error) { return emrtd.MRZ("099000000", "990101", "390101") },
		"PIN": func() (emrtd.Key, error) { return emrtd.PIN("000000") },
		"PUK": func() (emrtd.Key, error) { return emrtd.PUK("0000000000") },
	} {
		k, err := key()
		if err != nil {
			t.Fatal(err)
		}
		keys[name] = k
	}
	return keys
}

// A key that was refused is not tried again, neither by another protocol nor in
// another group: cards count, and get blocked.
func TestAWrongKeyIsTriedOnce(t *testing.T) {
	for name, change := range map[string]func(*emu.Profile){
		"the ordinary card": func(*emu.Profile) {},
		"every mapping": func(p *emu.Profile) {
			p.PACE = []emu.PACEVariant{"CAM-P-256/AES-128", "IM-MODP-1024/160/AES-256", "P-384/AES-256", "brainpoolP256r1/3DES"}
		},
		"a prime field":      func(p *emu.Profile) { p.PACE = []emu.PACEVariant{"IM-MODP-1024/160/3DES"} },
		"PACE alone":         func(p *emu.Profile) { p.BAC = false },
		"BAC alone":          func(p *emu.Profile) { p.PACE = nil },
		"a card that counts": func(p *emu.Profile) { p.Tries = 3 },
	} {
		for kind, key := range wrongKeys(t) {
			t.Run(name+" by "+kind, func(t *testing.T) {
				card := &tapped{chip: with(t, func(p *emu.Profile) {
					p.PIN, p.PUK = "123456", "1234567890"
					change(p)
				})}
				o := options(t, persona(t, "an"))
				o.Key = key
				_, err := emrtd.Read(t.Context(), card, o)
				wrong := errors.Is(err, emrtd.ErrWrongKey)
				impossible := name == "BAC alone" && kind != "MRZ" && errors.Is(err, emrtd.ErrUnsupported)
				if !wrong && !impossible {
					t.Errorf("got %v", err)
				}
				if want := map[bool]int{true: 1, false: 0}[wrong]; card.tried != want {
					t.Errorf("the key was tried %d times, want %d", card.tried, want)
				}
			})
		}
	}
}

// The PIN's counter: each wrong one is told, the last try is kept, and the PUK
// gives the tries back.
func TestThePINIsNotSpent(t *testing.T) {
	chip := with(t, func(p *emu.Profile) { p.PIN, p.PUK = "123456", "1234567890" })
	try := func(key emrtd.Key, err error) (*emrtd.Document, int, error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		chip.Power(emu.Reset)
		card := &tapped{chip: chip}
		o := options(t, persona(t, "an"))
		o.Key, o.Photo = key, false
		doc, err := emrtd.Read(t.Context(), card, o)
		return doc, card.tried, err
	}
	refused := func(what string, err error, want emrtd.KeyError) {
		t.Helper()
		if got, ok := errors.AsType[*emrtd.KeyError](err); !ok || *got != want {
			t.Errorf("%s: got %+v (%v), want %+v", what, got, err, want)
		}
	}
	doc, _, err := try(emrtd.PIN("123456"))
	if err != nil || doc.Access != emrtd.AccessPACEPIN {
		t.Fatalf("the right PIN: %s, %v", doc.Access, err)
	}
	_, _, err = try(emrtd.PIN("000000"))
	refused("first wrong PIN", err, emrtd.KeyError{Left: 2})
	_, _, err = try(emrtd.PIN("000000"))
	refused("second wrong PIN", err, emrtd.KeyError{Left: 1})
	_, tried, err := try(emrtd.PIN("123456"))
	refused("right PIN with one try left", err, emrtd.KeyError{Left: 1, Suspended: true})
	if tried != 0 {
		t.Error("the last try was spent")
	}
	if doc, _, err = try(emrtd.CAN(persona(t, "an").CAN())); err != nil || doc.Access != emrtd.AccessPACECAN {
		t.Errorf("the card access number with a suspended PIN: %s, %v", doc.Access, err)
	}
	if doc, _, err = try(emrtd.PUK("1234567890")); err != nil || doc.Access != emrtd.AccessPACEPUK {
		t.Errorf("the PUK: %s, %v", doc.Access, err)
	}
	if _, _, err = try(emrtd.PIN("123456")); err != nil {
		t.Errorf("the right PIN after the PUK: %v", err)
	}
}

// A card that counts every key says at the beginning how many tries are left; the
// last one may still be the right one, and a wrong one is told as the end.
func TestTheCountOfTriesIsTold(t *testing.T) {
	chip := with(t, func(p *emu.Profile) { p.Tries = 2 })
	right, err := emrtd.CAN(persona(t, "an").CAN())
	if err != nil {
		t.Fatal(err)
	}
	wrong := wrongKeys(t)["CAN"]
	for i, step := range []struct {
		key  emrtd.Key
		want *emrtd.KeyError
	}{
		{wrong, &emrtd.KeyError{Left: 1}},
		{right, nil},
		{wrong, &emrtd.KeyError{Left: 1}},
		{wrong, &emrtd.KeyError{Left: 0, Blocked: true}},
		{right, &emrtd.KeyError{Left: 0, Blocked: true}},
	} {
		chip.Power(emu.Reset)
		card := &tapped{chip: chip}
		_, err := emrtd.Read(t.Context(), card, emrtd.Options{Key: step.key, Now: testNow, Rand: rand.Reader})
		got, refused := errors.AsType[*emrtd.KeyError](err)
		switch {
		case step.want == nil && err != nil:
			t.Errorf("step %d: %v", i, err)
		case step.want != nil && (!refused || *got != *step.want):
			t.Errorf("step %d: %+v (%v), want %+v", i, got, err, step.want)
		}
		if i == 4 && card.tried != 0 {
			t.Error("a blocked card was asked again")
		}
	}
}

// Chips with 3DES that know chip authentication only in the two commands of AES,
// and chips that fall silent about their new keys.
func TestChipAuthenticationOfTheField(t *testing.T) {
	base := func(p *emu.Profile) { p.ActiveAuth, p.ChipAuth = emu.ActiveAuthNone, []string{"P-256/3DES"} }
	for _, tt := range []struct {
		name    string
		refusal emu.Refusal
		verdict emrtd.Verdict
		proof   string
		reason  emrtd.Reason
	}{
		{"one command refused", emu.RefuseKAT, emrtd.Genuine, "CA", ""},
		{"both refused", emu.RefuseAgreement, emrtd.Unreadable, "", emrtd.ReasonChipProofRefused},
		{"the session dropped after the agreement", emu.RefuseAgreed, emrtd.Unreadable, "", emrtd.ReasonChipProofRefused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := readProfile(t, func(p *emu.Profile) {
				base(p)
				p.Refuse = []emu.Refusal{tt.refusal}
			}, nil)
			if doc.Trust.Verdict != tt.verdict || doc.Trust.ChipProof != tt.proof || tt.reason != "" && !doc.Trust.Has(tt.reason) {
				t.Errorf("%v with %q", doc.Trust, doc.Trust.ChipProof)
			}
			if len(doc.DG(2)) == 0 {
				t.Error("the photo was not read")
			}
		})
	}
}

// The answers of 231 bytes that 3DES allows do not fit under AES.
func TestPiecesFitTheNewKeys(t *testing.T) {
	doc := readProfile(t, func(p *emu.Profile) {
		p.ActiveAuth, p.PACE, p.ChipAuth = emu.ActiveAuthNone, []emu.PACEVariant{"P-256/3DES"}, []string{"P-256/AES-256"}
	}, nil)
	if doc.Trust.Verdict != emrtd.Genuine || doc.Trust.ChipProof != "CA" || len(doc.DG(2)) == 0 {
		t.Errorf("%v with %q, photo of %d bytes", doc.Trust, doc.Trust.ChipProof, len(doc.DG(2)))
	}
}
