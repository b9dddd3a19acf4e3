package emu_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"sync"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/cvc"
	"motcua/protocol/ec"
	"motcua/protocol/emrtd"
	"motcua/protocol/emrtd/lds"
)

// authority is a CVCA of the tests with a document verifier and an inspection
// system, each of which a test may change before it signs.
type authority struct {
	t    testing.TB
	keys map[cvc.Reference]cvc.Signer
}

const (
	testCVCA  cvc.Reference = "VNTESTCVCA00001"
	testCVCA2 cvc.Reference = "VNTESTCVCA00002"
	testDV    cvc.Reference = "VNTESTDV00001"
	testIS    cvc.Reference = "VNTESTIS00001"
	bothFiles               = cvc.ReadDG3 | cvc.ReadDG4
)

// kindOf is a way of making keys.
type kindOf struct {
	name   string
	signer func(testing.TB) cvc.Signer
}

func elliptic(a cvc.Algorithm, curve *ec.Curve) kindOf {
	return kindOf{curve.Name(), func(t testing.TB) cvc.Signer {
		d, err := curve.RandomScalar(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		s, err := cvc.NewECSigner(a, curve, d)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}}
}

// modulus keeps one RSA key for each size: who holds it does not matter here.
func modulus(a cvc.Algorithm, bits int) kindOf {
	return kindOf{fmt.Sprintf("%v-%d", a, bits), func(t testing.TB) cvc.Signer {
		key, err := rsaKeys[bits]()
		if err != nil {
			t.Fatal(err)
		}
		s, err := cvc.NewRSASigner(a, key)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}}
}

var rsaKeys = map[int]func() (*rsa.PrivateKey, error){
	1024: sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 1024) }),
	2048: sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }),
}

func newAuthority(t testing.TB, kind kindOf) *authority {
	a := &authority{t: t, keys: map[cvc.Reference]cvc.Signer{}}
	for _, name := range []cvc.Reference{testCVCA, testCVCA2, testDV, testIS} {
		a.keys[name] = kind.signer(t)
	}
	return a
}

func (a *authority) template(by, holder cvc.Reference, role cvc.Role) cvc.Template {
	t := cvc.Template{
		Authority: by, Holder: holder, Key: a.keys[holder].Public(), Authorization: cvc.Inspection(role, bothFiles),
		Effective: testNow.AddDate(0, -2, 0), Expiration: testNow.AddDate(0, 2, 0),
	}
	switch role {
	case cvc.RoleCVCA:
		t.Effective, t.Expiration = testNow.AddDate(-1, 0, 0), testNow.AddDate(2, 0, 0)
	case cvc.RoleTerminal:
		t.Effective, t.Expiration = testNow.AddDate(0, 0, -7), testNow.AddDate(0, 1, 0)
	case cvc.RoleDomesticDV, cvc.RoleForeignDV:
	}
	return t
}

func (a *authority) sign(by cvc.Reference, t cvc.Template) *cvc.Certificate {
	a.t.Helper()
	c, err := t.Sign(rand.Reader, a.keys[by])
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

func (a *authority) root() *cvc.Certificate {
	return a.sign(testCVCA, a.template(testCVCA, testCVCA, cvc.RoleCVCA))
}

func (a *authority) verifier() *cvc.Certificate {
	return a.sign(testCVCA, a.template(testCVCA, testDV, cvc.RoleDomesticDV))
}

func (a *authority) terminal() *cvc.Certificate {
	return a.sign(testDV, a.template(testDV, testIS, cvc.RoleTerminal))
}

func (a *authority) inspector(chain ...*cvc.Certificate) *emu.Inspector {
	return &emu.Inspector{Holder: testIS, Certificates: chain, Key: a.keys[testIS]}
}

// eac is a profile of a card with fingerprints behind terminal authentication.
func eac(change func(*emu.Profile)) *emu.Profile {
	p := emu.DefaultProfile()
	p.ActiveAuth, p.TerminalAuth, p.Groups = emu.ActiveAuthNone, emu.TerminalAuthECDSA, []int{3, 4, 13, 14}
	if change != nil {
		change(&p)
	}
	return &p
}

// guarded issues such a card that trusts these authorities.
func guarded(t testing.TB, profile *emu.Profile, trusted ...*cvc.Certificate) *emu.Chip {
	t.Helper()
	return issue(t, "an", emu.CardOptions{Profile: profile, TrustPoints: trusted})
}

// inspecting are options that ask for the fingerprints and irises.
func inspecting(t testing.TB, with emrtd.Inspection) emrtd.Options {
	o := options(t, persona(t, "an"))
	o.Photo, o.Groups, o.Inspection = false, []int{3, 4}, with
	return o
}

// inspect reads a card; the identity must be there whatever becomes of the rest.
func inspect(t testing.TB, c *emu.Chip, o emrtd.Options) *emrtd.Document {
	t.Helper()
	_, card := place(t, c)
	doc, err := emrtd.Read(t.Context(), card, o)
	if err != nil {
		t.Fatal(err)
	}
	if doc.DG(1) == nil || doc.DG(13) == nil {
		t.Error("the identity is lost")
	}
	if v := doc.Trust.Verdict; v != emrtd.Genuine && v != emrtd.IntegrityOnly {
		t.Errorf("verdict %v", doc.Trust)
	}
	return doc
}

// wantsFingers: both data groups were read, are covered by the signature and say
// what they should.
func wantsFingers(t testing.TB, doc *emrtd.Document) {
	t.Helper()
	if doc.TerminalAuth == nil || !doc.TerminalAuth.Accepted || doc.TerminalAuth.Refusal != "" {
		t.Fatalf("terminal authentication: %+v", doc.TerminalAuth)
	}
	if doc.Trust.Has(emrtd.ReasonInspectionRefused) {
		t.Errorf("verification: %v", doc.Trust)
	}
	for _, g := range doc.Trust.Groups {
		if (g.Number == 3 || g.Number == 4) && (!g.Read || !g.Match) {
			t.Errorf("DG%d is not verified", g.Number)
		}
	}
	fingers, err := lds.ParseDG3(doc.DG(3))
	if err != nil || len(fingers) != 2 {
		t.Fatalf("%d fingers, %v", len(fingers), err)
	}
	if record, err := fingers[0].Finger(); err != nil || record.Standard != lds.FingerISO19794 || record.Fingers != 1 {
		t.Errorf("finger record %+v, %v", record, err)
	}
	irises, err := lds.ParseDG4(doc.DG(4))
	if err != nil || len(irises) != 1 {
		t.Fatalf("%d irises, %v", len(irises), err)
	}
	if record, err := irises[0].Iris(); err != nil || record.Eyes != 1 || record.Width != 48 {
		t.Errorf("iris record %+v, %v", record, err)
	}
}

// wantsRefusal: nothing restricted was read, and the document says why.
func wantsRefusal(t testing.TB, doc *emrtd.Document, want emrtd.Refusal) {
	t.Helper()
	if doc.TerminalAuth == nil || doc.TerminalAuth.Refusal != want {
		t.Errorf("got %+v, want %s", doc.TerminalAuth, want)
	}
	if !doc.Trust.Has(emrtd.ReasonInspectionRefused) {
		t.Errorf("no note: %v", doc.Trust)
	}
	if doc.DG(3) != nil || doc.DG(4) != nil {
		t.Error("restricted data was read")
	}
}
