package hc1_test

import (
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"slices"
	"testing"
	"time"

	"motcua/protocol/code/hc1"
	"motcua/protocol/signedlist"
)

// stated is what an issuer signs about the person of the tests.
func stated(change ...func(*hc1.Certificate)) hc1.Certificate {
	c := hc1.Certificate{
		Issued: began, Expires: began.AddDate(1, 0, 0), Birth: "1999-01-01",
		Name: hc1.Name{Family: "Nguyễn", FamilyMRZ: "NGUYEN", Given: "Văn An", GivenMRZ: "VAN<AN"},
		Vaccinations: []hc1.Vaccination{{
			Disease: "840539006", Vaccine: "1119349007", Product: "EU/1/20/1528", Maker: "ORG-100030215", Dose: 2, Doses: 2,
			Date: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Country: "VN", IssuedBy: "Bộ Y tế", ID: "URN:UVCI:01:VN:0990000123#X",
		}},
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

// TestSign: what is issued is what the tests sign by hand, and is valid in its
// holder's hand.
func TestSign(t *testing.T) {
	vn := vietnam(t)
	i, err := hc1.NewIssuer(vn.key, vn.der)
	if err != nil || i.Country() != "VN" {
		t.Fatal(i, err)
	}
	text, err := i.Sign(rand.Reader, stated())
	if err != nil {
		t.Fatal(err)
	}
	m, err := hc1.Unpack(text)
	if err != nil {
		t.Fatal(err)
	}
	if want := vn.sign(t, token()); !slices.Equal(m.Payload, want.payload) {
		t.Errorf("signed:\n%x\nby hand:\n%x", m.Payload, want.payload)
	}
	if v := hc1.Verify(decode(t, text), lists(t, nil, vn), day, an(), began); v.Status() != hc1.Valid || !v.HolderChecked {
		t.Errorf("%v", v.Reasons)
	}
	if v := hc1.Verify(decode(t, text), lists(t, nil, vietnam(t)), day, an(), began); v.Status() == hc1.Valid {
		t.Error("another signer's list has it")
	}
}

// TestSignRefuses: nothing is issued that no reader takes.
func TestSignRefuses(t *testing.T) {
	vn := vietnam(t)
	i, err := hc1.NewIssuer(vn.key, vn.der)
	if err != nil {
		t.Fatal(err)
	}
	for story, change := range map[string]func(*hc1.Certificate){
		"no doses":        func(c *hc1.Certificate) { c.Vaccinations = nil },
		"no dose number":  func(c *hc1.Certificate) { c.Vaccinations[0].Dose = 0 },
		"no id":           func(c *hc1.Certificate) { c.Vaccinations[0].ID = "" },
		"no end":          func(c *hc1.Certificate) { c.Expires = time.Time{} },
		"no name":         func(c *hc1.Certificate) { c.Name.FamilyMRZ, c.Name.GivenMRZ = "", "" },
		"a name in marks": func(c *hc1.Certificate) { c.Name.FamilyMRZ = "NGUYỄN" },
		"a birth of 1800": func(c *hc1.Certificate) { c.Birth = "1800-01-01" },
	} {
		if _, err := i.Sign(rand.Reader, stated(change)); !errors.Is(err, hc1.ErrSchema) {
			t.Errorf("%s: %v", story, err)
		}
	}
}

// TestNewIssuer: whose certificates nobody would take issues none.
func TestNewIssuer(t *testing.T) {
	vn, of := vietnam(t), template("VN")
	of.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 3, 6, 1, 4, 1, 1847, 2021, 1, 1}}
	tests := newIssuer(t, ecKey(t, elliptic.P256()), of)
	rsaIssuer := vietnamRSA(t)
	if _, ok := rsaIssuer.key.(*rsa.PrivateKey); !ok {
		t.Fatal("not RSA")
	}
	if _, err := x509.ParseCertificate(tests.der); err != nil {
		t.Fatal(err)
	}
	for story, i := range map[string]issuer{
		"another's key": {ecKey(t, elliptic.P256()), vn.der}, "no certificate": {vn.key, nil},
		"of tests": tests, "of RSA": rsaIssuer, "of no country": newIssuer(t, ecKey(t, elliptic.P256()), template("")),
	} {
		if _, err := hc1.NewIssuer(i.key, i.der); !errors.Is(err, hc1.ErrSigner) {
			t.Errorf("%s: %v", story, err)
		}
	}
}

// TestBatches: a list that takes over what another one holds revokes the same, and more.
func TestBatches(t *testing.T) {
	vn := vietnam(t)
	c := decode(t, vn.sign(t, token()).text(t))
	first := lists(t, []hc1.Batch{{Country: "VN", By: hc1.ByID, Hashes: []hc1.Hash{hc1.IDHash("another"), hc1.IDHash(c.Vaccinations[0].ID)}}}, vn)
	b, err := hc1.SignRevocations(signedlist.Head{Serial: 6, Issued: began, Expires: began.AddDate(0, 0, 7)}, first.Revocations.Batches(), listKey)
	if err != nil {
		t.Fatal(err)
	}
	second, err := hc1.OpenRevocations(b, listPublic())
	if err != nil {
		t.Fatal(err)
	}
	if ids := first.Signers.KeyIDs(); len(ids) != 1 || ids[0] != hc1.KeyID(vn.der) {
		t.Errorf("signers %x", ids)
	}
	if v := hc1.Verify(c, hc1.Lists{Signers: first.Signers, Revocations: second}, day, nil, began); v.Status() != hc1.Revoked {
		t.Errorf("%v", v.Reasons)
	}
}
