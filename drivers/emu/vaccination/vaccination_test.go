package vaccination_test

import (
	"bytes"
	"crypto/ed25519"
	"testing"
	"time"

	"motcua/drivers/emu"
	"motcua/drivers/emu/vaccination"
	"motcua/protocol/cccd"
	"motcua/protocol/code/hc1"
	"motcua/protocol/signedlist"
)

var now = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// Every certificate of every invented person is worth what its kind says, held
// against that person, and worth nothing held against another.
func TestKindsAreWhatTheySay(t *testing.T) {
	personas, err := emu.LoadPersonas()
	if err != nil {
		t.Fatal(err)
	}
	issuer, stranger := newIssuer(t, "DEMO signer"), newIssuer(t, "DEMO stranger")
	codes, err := vaccination.Issue(personas, issuer, stranger, now)
	if err != nil {
		t.Fatal(err)
	}
	var revoked []string
	for _, p := range personas {
		revoked = append(revoked, codes[p.ID][vaccination.Revoked])
	}
	lists := open(t, []*vaccination.Issuer{issuer}, revoked...)
	policy := hc1.Policy{SignersAge: time.Hour, RevocationsAge: time.Hour}
	for _, p := range personas {
		for _, kind := range vaccination.Kinds() {
			c, err := hc1.Decode(codes[p.ID][kind])
			if err != nil {
				t.Fatalf("%s, %s: %v", p, kind, err)
			}
			if got := hc1.Verify(c, lists, policy, holder(p.Name, p.Birth), now); string(got.Status()) != kind {
				t.Errorf("%s: a certificate of kind %s is %v", p, kind, got.Reasons)
			}
		}
	}
	c, err := hc1.Decode(codes["an"][vaccination.Good])
	if err != nil {
		t.Fatal(err)
	}
	binh, err := emu.FindPersona(personas, "binh")
	if err != nil {
		t.Fatal(err)
	}
	if got := hc1.Verify(c, lists, policy, holder(binh.Name, binh.Birth), now); got.Status() != hc1.NotHolder {
		t.Errorf("somebody else's is %v", got.Reasons)
	}
}

func holder(name string, birth emu.Date) *hc1.Holder {
	return &hc1.Holder{DG13: &cccd.DG13{Name: name, Birth: birth.Format("02/01/2006")}}
}

func newIssuer(t *testing.T, name string) *vaccination.Issuer {
	t.Helper()
	i, err := vaccination.NewIssuer(name, now)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func open(t *testing.T, believed []*vaccination.Issuer, revoked ...string) hc1.Lists {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	l, err := vaccination.SignLists(signedlist.Head{Serial: 1, Issued: now, Expires: now.AddDate(0, 0, 7)}, key, believed, revoked...)
	if err != nil {
		t.Fatal(err)
	}
	signers, _, err := hc1.OpenSigners(l.Signers, public)
	if err != nil {
		t.Fatal(err)
	}
	revocations, err := hc1.OpenRevocations(l.Revocations, public)
	if err != nil {
		t.Fatal(err)
	}
	return hc1.Lists{Signers: signers, Revocations: revocations}
}
