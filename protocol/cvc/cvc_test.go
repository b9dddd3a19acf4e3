package cvc_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"motcua/protocol/cvc"
	"motcua/protocol/ec"
	"motcua/protocol/tlv"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func file(t testing.TB, name string) *cvc.Certificate {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "openpace", name+".cv"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := cvc.Parse(b)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

// TestChainsOfAnotherMaker reads chains that OpenPACE made (see
// testdata/openpace/README.md): what it calls a certificate is one here.
func TestChainsOfAnotherMaker(t *testing.T) {
	for _, tc := range []struct {
		name      string
		algorithm cvc.Algorithm
		want      error
	}{
		{"bp256", cvc.ECDSASHA256, nil},
		{"bp512", cvc.ECDSASHA512, nil},
		{"p384", cvc.ECDSASHA384, nil},
		{"p224", cvc.ECDSASHA224, nil},
		{"rsa", cvc.RSASHA256, nil},
		{"pss", cvc.PSSSHA512, cvc.ErrSignature}, // its salt is longer than the hash
	} {
		t.Run(tc.name, func(t *testing.T) {
			root, dv, is := file(t, tc.name+"-cvca"), file(t, tc.name+"-dv"), file(t, tc.name+"-is")
			if err := root.Key.Verify(root.Body, root.Signature); !errors.Is(err, tc.want) {
				t.Errorf("root: %v", err)
			}
			granted, err := cvc.Validate([]*cvc.Certificate{root}, []*cvc.Certificate{dv, is}, day("2026-04-01"))
			if !errors.Is(err, tc.want) {
				t.Fatal(err)
			}
			if err == nil && granted.Rights() != cvc.ReadDG3 || is.Key.Algorithm() != tc.algorithm {
				t.Errorf("granted %v to %v", granted, is.Key.Algorithm())
			}
			if is.Holder.Country() != "XY" || is.Holder.Holder() != "MOTIS" || is.Holder.Sequence() != "00001" {
				t.Errorf("holder %q", is.Holder)
			}
			if !is.Effective.Equal(day("2026-03-01")) || !is.Expiration.Equal(day("2026-06-01")) {
				t.Errorf("valid %v to %v", is.Effective, is.Expiration)
			}
		})
	}
}

// TestEncodesAsAnotherMaker builds the bodies of those chains from what was
// parsed and wants the same bytes.
func TestEncodesAsAnotherMaker(t *testing.T) {
	for _, name := range []string{"bp256-cvca", "bp256-link", "bp512-cvca", "p384-cvca", "rsa-cvca", "rsa-dv", "rsa-is", "pss-is"} {
		c := file(t, name)
		again, err := again(c).Sign(rand.Reader, echo{c})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again.Raw, c.Raw) {
			t.Errorf("%s:\n%x, want\n%x", name, again.Raw, c.Raw)
		}
	}
}

func again(c *cvc.Certificate) cvc.Template {
	return cvc.Template{
		Authority: c.Authority, Holder: c.Holder, Key: c.Key, Authorization: c.Authorization,
		Effective: c.Effective, Expiration: c.Expiration, Extensions: c.Extensions,
	}
}

// echo signs with a signature that is there already.
type echo struct{ *cvc.Certificate }

func (e echo) Public() cvc.PublicKey { return e.Key }

func (e echo) Sign(io.Reader, []byte) ([]byte, error) {
	return e.Signature, nil
}

var rsaKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// signer makes a key; a nil curve asks for RSA.
func signer(t testing.TB, a cvc.Algorithm, curve *ec.Curve) *cvc.PrivateKey {
	t.Helper()
	if curve == nil {
		key, err := rsaKey()
		if err != nil {
			t.Fatal(err)
		}
		s, err := cvc.NewRSASigner(a, key)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	d, err := curve.RandomScalar(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := cvc.NewECSigner(a, curve, d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pki is a CVCA with what it has signed, built step by step by the tests.
type pki struct {
	t   testing.TB
	key map[cvc.Reference]*cvc.PrivateKey
}

func newPKI(t testing.TB) *pki { return &pki{t: t, key: map[cvc.Reference]*cvc.PrivateKey{}} }

// holder draws a key for a name.
func (p *pki) holder(name cvc.Reference, a cvc.Algorithm, curve *ec.Curve) {
	p.key[name] = signer(p.t, a, curve)
}

func (p *pki) template(by, name cvc.Reference, role cvc.Role, rights cvc.Rights, from, until string) cvc.Template {
	return cvc.Template{
		Authority: by, Holder: name, Key: p.key[name].Public(), Authorization: cvc.Inspection(role, rights),
		Effective: day(from), Expiration: day(until),
	}
}

func (p *pki) sign(by, name cvc.Reference, role cvc.Role, rights cvc.Rights, from, until string) *cvc.Certificate {
	p.t.Helper()
	return p.signTemplate(by, p.template(by, name, role, rights, from, until))
}

func (p *pki) signTemplate(by cvc.Reference, t cvc.Template) *cvc.Certificate {
	p.t.Helper()
	c, err := t.Sign(rand.Reader, p.key[by])
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

const (
	root    cvc.Reference = "XYCVCA00001"
	root2   cvc.Reference = "XYCVCA00002"
	root3   cvc.Reference = "XYCVCA00003"
	dv      cvc.Reference = "XYDV00001"
	foreign cvc.Reference = "ZZDVXY001"
	is      cvc.Reference = "XYIS00001"
	both                  = cvc.ReadDG3 | cvc.ReadDG4
)

// TestEveryAlgorithmOnEveryCurve issues a chain with each and lets it through.
func TestEveryAlgorithmOnEveryCurve(t *testing.T) {
	try := func(a cvc.Algorithm, curve *ec.Curve) {
		p := newPKI(t)
		for _, name := range []cvc.Reference{root, dv, is} {
			p.holder(name, a, curve)
		}
		chain := []*cvc.Certificate{
			p.sign(root, dv, cvc.RoleDomesticDV, both, "2026-01-02", "2026-12-31"),
			p.sign(dv, is, cvc.RoleTerminal, both, "2026-01-03", "2026-03-31"),
		}
		trusted := p.sign(root, root, cvc.RoleCVCA, both, "2026-01-01", "2028-12-31")
		granted, err := cvc.Validate([]*cvc.Certificate{trusted}, chain, day("2026-02-01"))
		if err != nil || granted.Rights() != both {
			t.Errorf("%v: %v, %v", a, granted, err)
		}
		chain[1].Signature[len(chain[1].Signature)/2] ^= 1
		if _, err := cvc.Validate([]*cvc.Certificate{trusted}, chain, day("2026-02-01")); !errors.Is(err, cvc.ErrSignature) {
			t.Errorf("%v, one bit of the signature altered: %v", a, err)
		}
	}
	for a := cvc.RSASHA1; a <= cvc.PSSSHA512; a++ {
		try(a, nil)
	}
	for _, curve := range ec.All() {
		try(cvc.ECDSASHA256, curve)
	}
	for a := cvc.ECDSASHA1; a <= cvc.ECDSASHA512; a++ {
		try(a, ec.BrainpoolP256r1())
	}
}

// TestWhatIsNoCertificate changes one thing at a time of a good certificate.
func TestWhatIsNoCertificate(t *testing.T) {
	good := file(t, "bp256-is")
	replace := func(old, new string) func([]byte) []byte {
		return func(b []byte) []byte {
			if bytes.Count(b, []byte(old)) != 1 || len(old) != len(new) {
				t.Fatalf("%x is not there once", old)
			}
			return bytes.Replace(b, []byte(old), []byte(new), 1)
		}
	}
	for name, change := range map[string]func([]byte) []byte{
		"byte after the end":      func(b []byte) []byte { return append(b, 0) },
		"cut":                     func(b []byte) []byte { return b[:len(b)-1] },
		"no certificate":          func([]byte) []byte { return nil },
		"empty":                   func([]byte) []byte { return tlv.Encode(0x7F21) },
		"too long":                func(b []byte) []byte { return append(b, make([]byte, 9000)...) },
		"another profile":         replace("\x5F\x29\x01\x00", "\x5F\x29\x01\x01"),
		"lower case country":      replace("XYMOTIS", "xYMOTIS"),
		"mnemonic with a control": replace("XYMOTIS", "XYMOT\x07S"),
		"sequence with a letter":  replace("IS00001", "IS0000a"),
		"thirteenth month":        replace("\x02\x06\x00\x03\x00\x01", "\x02\x06\x01\x03\x00\x01"),
		"thirtieth of February":   replace("\x02\x06\x00\x03\x00\x01", "\x02\x06\x00\x02\x03\x00"),
		"day zero":                replace("\x02\x06\x00\x03\x00\x01", "\x02\x06\x00\x03\x00\x00"),
		"digit of sixteen":        replace("\x02\x06\x00\x03\x00\x01", "\x02\x06\x00\x03\x00\x0F"),
		"ends before it begins":   replace("\x02\x06\x00\x06\x00\x01", "\x02\x05\x00\x06\x00\x01"),
		"dates the wrong way":     replace("\x5F\x25", "\x5F\x24"),
		"unknown algorithm":       replace("\x02\x02\x02\x03\x86", "\x02\x02\x02\x09\x86"),
		"compressed point":        replace("\x86\x41\x04", "\x86\x41\x02"),
		"no signature":            replace("\x5F\x37\x40", "\x5F\x38\x40"),
	} {
		b := change(bytes.Clone(good.Raw))
		_, err := cvc.Parse(b)
		if !errors.Is(err, cvc.ErrMalformed) && !errors.Is(err, cvc.ErrAlgorithm) {
			t.Errorf("%s: %v", name, err)
		}
	}
	longer := append([]byte{0x7F, 0x21, 0x82, 0x00}, good.Raw[3:]...) // 81 DD as 82 00 DD
	if _, err := cvc.Parse(longer); !errors.Is(err, cvc.ErrMalformed) {
		t.Errorf("length that is longer than it needs to be: %v", err)
	}
}

// TestSignedFormRoundTrips: what PSO:Verify Certificate carries is the
// certificate without its outer data object.
func TestSignedFormRoundTrips(t *testing.T) {
	c := file(t, "rsa-is")
	again, err := cvc.ParseSigned(c.Signed())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Raw, c.Raw) || !bytes.HasPrefix(c.Signed(), []byte{0x7F, 0x4E}) {
		t.Errorf("%x", c.Signed())
	}
}

// TestExtensionsAreKept: unknown ones are neither judged nor lost.
func TestExtensionsAreKept(t *testing.T) {
	p := newPKI(t)
	p.holder(root, cvc.ECDSASHA256, ec.P256())
	p.holder(dv, cvc.ECDSASHA256, ec.P256())
	template := p.template(root, dv, cvc.RoleDomesticDV, both, "2026-01-01", "2026-12-31")
	template.Extensions = []cvc.Extension{
		{OID: []byte{0x2A, 0x03}, Data: tlv.Encode(0x80, []byte("one"))},
		{OID: []byte{0x2A, 0x04}, Data: append(tlv.Encode(0x80, []byte("two")), tlv.Encode(0x81, nil)...)},
	}
	c := p.signTemplate(root, template)
	if len(c.Extensions) != 2 || !bytes.Equal(c.Extensions[1].Data, template.Extensions[1].Data) {
		t.Errorf("got %v", c.Extensions)
	}
	for name, bad := range map[string][]byte{"empty": nil, "not context-specific": tlv.Encode(0x04, nil), "cut": {0x80, 5, 1}} {
		template.Extensions = []cvc.Extension{{OID: []byte{0x2A, 0x03}, Data: bad}}
		if _, err := template.Sign(rand.Reader, p.key[root]); !errors.Is(err, cvc.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysOutOfBounds(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cvc.NewRSAKey(cvc.RSASHA256, &small.PublicKey); err != nil {
		t.Errorf("1024 bits: %v", err)
	}
	if _, err := cvc.NewRSAKey(cvc.ECDSASHA256, &small.PublicKey); !errors.Is(err, cvc.ErrAlgorithm) {
		t.Errorf("RSA key for ECDSA: %v", err)
	}
	if _, err := cvc.NewECKey(cvc.RSASHA256, ec.P256().Generator()); !errors.Is(err, cvc.ErrAlgorithm) {
		t.Errorf("point for RSA: %v", err)
	}
	var none cvc.PublicKey
	if err := none.Verify(nil, nil); !errors.Is(err, cvc.ErrParameters) {
		t.Errorf("no key: %v", err)
	}
}
