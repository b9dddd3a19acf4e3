package emu_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"slices"
	"testing"

	"motcua/drivers/emu"
	"motcua/protocol/emrtd"
	"motcua/protocol/pki"
)

// judge reads a card of an ordinary person, changed, by its machine readable zone
// and the quickest protocol.
func judge(t *testing.T, trust pki.Anchors, change func(*emu.Profile)) emrtd.Verification {
	t.Helper()
	p := persona(t, "an")
	profile := emu.Profile{BAC: true, ActiveAuth: emu.ActiveAuthECDSA}
	change(&profile)
	chip, err := issuer(t).Issue(p, emu.CardOptions{Profile: &profile})
	if err != nil {
		t.Fatal(err)
	}
	key, err := emrtd.MRZ(p.MRZKey())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := emrtd.Read(t.Context(), emu.NewMeter(chip, emu.Link{}), emrtd.Options{Key: key, Anchors: trust, Now: testNow, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	return doc.Trust
}

// TestEveryWayOfSigning reads cards signed by every kind of key that authorities
// use, under an authority of the same kind.
func TestEveryWayOfSigning(t *testing.T) {
	for _, s := range []emu.Signer{
		{},
		{LDS: emu.LDS18},
		{LDS: emu.LDS18, KeyID: true, Signed: emu.SignedIssue},
		{Hash: emu.SHA1},
		{Hash: emu.SHA224},
		{Hash: emu.SHA384, Groups: emu.SHA1},
		{Hash: emu.SHA512, Groups: emu.SHA256},
		{Key: "p384", Hash: emu.SHA384},
		{Key: "p521", Hash: emu.SHA512, CA: "p521"},
		{Key: "p256", Scheme: emu.SchemePlain},
		{Key: "brainpoolP256r1", CA: "brainpoolP384r1"},
		{Key: "brainpoolP256r1", CA: "brainpoolP256r1", Explicit: true},
		{Key: "brainpoolP384r1", CA: "brainpoolP512r1", Hash: emu.SHA384},
		{Key: "brainpoolP512r1", CA: "brainpoolP512r1", Hash: emu.SHA512, LDS: emu.LDS18},
		{Key: "rsa-2048", CA: "rsa-3072"},
		{Key: "rsa-2048", CA: "rsa-3072", Scheme: emu.SchemePSS},
		{Key: "rsa-2048", CA: "rsa-3072", Scheme: emu.SchemePSS, Hash: emu.SHA512},
		{Key: "rsa-3072", CA: "rsa-4096", Hash: emu.SHA512},
		{Key: "rsa-2048", Hash: emu.SHA1},
	} {
		if dear(string(s.Key + s.CA)) {
			continue
		}
		t.Run(describe(s), func(t *testing.T) {
			csca, err := issuer(t).Authority(emu.StateVietnam, s)
			if err != nil {
				t.Fatal(err)
			}
			trust, err := pki.NewAnchors(csca)
			if err != nil {
				t.Fatal(err)
			}
			v := judge(t, trust, func(p *emu.Profile) { p.Signer = s })
			if v.Verdict != emrtd.Genuine {
				t.Errorf("%v", v)
			}
			if weak := s.Hash == emu.SHA1 || s.Groups == emu.SHA1; weak != v.Has(emrtd.ReasonWeakAlgorithm) {
				t.Errorf("SHA-1 used: %t; %v", weak, v)
			}
		})
	}
}

func describe(s emu.Signer) string {
	name := string(s.Key) + " " + string(s.Scheme) + " " + string(s.Hash) + " " + string(s.Groups) + " " + string(s.CA) + " " + s.LDS
	if s.Explicit {
		name += " explicit"
	}
	if s.KeyID {
		name += " key id"
	}
	return name
}

// TestCertificatesAsTheStandardLibraryReadsThem compares the builder with a
// parser that neither side of the card shares.
func TestCertificatesAsTheStandardLibraryReadsThem(t *testing.T) {
	i := issuer(t)
	csca, err := x509.ParseCertificate(i.CSCA())
	if err != nil {
		t.Fatal(err)
	}
	ds, err := x509.ParseCertificate(i.DS())
	if err != nil {
		t.Fatal(err)
	}
	if err := ds.CheckSignatureFrom(csca); err != nil {
		t.Error(err)
	}
	if err := csca.CheckSignatureFrom(csca); err != nil {
		t.Error(err)
	}
	if csca.Subject.Country[0] != "VN" || csca.Subject.CommonName != "CSCA DEMO" || !csca.IsCA || !csca.MaxPathLenZero ||
		csca.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign || ds.IsCA || ds.KeyUsage != x509.KeyUsageDigitalSignature {
		t.Errorf("CSCA %v, DS %v", csca.Subject, ds.Subject)
	}
	if !bytes.Equal(ds.AuthorityKeyId, csca.SubjectKeyId) || len(ds.CRLDistributionPoints) != 1 {
		t.Error("identifier or distribution point is missing")
	}
	crl, err := x509.ParseRevocationList(i.CRL())
	if err != nil {
		t.Fatal(err)
	}
	if err := crl.CheckSignatureFrom(csca); err != nil {
		t.Error(err)
	}
	if len(crl.RevokedCertificateEntries) < 10 || crl.RevokedCertificateEntries[0].ReasonCode != 1 {
		t.Errorf("%d revoked", len(crl.RevokedCertificateEntries))
	}
}

func TestRollover(t *testing.T) {
	i := issuer(t)
	next, err := i.Rollover()
	if err != nil {
		t.Fatal(err)
	}
	old, link, fresh := parsed(t, i.CSCA()), parsed(t, next.Link()), parsed(t, next.CSCA())
	if err := link.CheckSignatureFrom(old); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(link.RawSubjectPublicKeyInfo, fresh.RawSubjectPublicKeyInfo) || !bytes.Equal(old.RawSubject, fresh.RawSubject) {
		t.Error("the link leads elsewhere")
	}
	again, err := i.Rollover()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc([][]byte{next.CSCA(), next.Link(), next.DS()}, [][]byte{again.CSCA(), again.Link(), again.DS()}, bytes.Equal) {
		t.Error("the next generation is another one each time")
	}
}

func parsed(t *testing.T, der []byte) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAnIssuerComesBackTheSame stores and restores one.
func TestAnIssuerComesBackTheSame(t *testing.T) {
	i := issuer(t)
	files, err := i.Files()
	if err != nil {
		t.Fatal(err)
	}
	again, err := emu.LoadIssuer(files)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(i.CSCAs(), again.CSCAs(), bytes.Equal) || !bytes.Equal(i.CRL(), again.CRL()) || !bytes.Equal(i.DS(), again.DS()) {
		t.Error("another issuer came back")
	}
}

// TestTheNextKeyIsTrustedByItsLink: a terminal that knows the old key and the link
// certificate finds cards of both generations genuine; without the link only the
// old ones.
func TestTheNextKeyIsTrustedByItsLink(t *testing.T) {
	next, err := issuer(t).Rollover()
	if err != nil {
		t.Fatal(err)
	}
	fresh := func(p *emu.Profile) { p.Signer.Next = true }
	for name, tt := range map[string]struct {
		trust  [][]byte
		change func(*emu.Profile)
		want   emrtd.Verdict
	}{
		"old card, old key":          {[][]byte{issuer(t).CSCA()}, func(*emu.Profile) {}, emrtd.Genuine},
		"new card, old key":          {[][]byte{issuer(t).CSCA()}, fresh, emrtd.IntegrityOnly},
		"new card, old key and link": {[][]byte{issuer(t).CSCA(), next.Link()}, fresh, emrtd.Genuine},
		"old card, old key and link": {[][]byte{issuer(t).CSCA(), next.Link()}, func(*emu.Profile) {}, emrtd.Genuine},
		"new card, new key":          {[][]byte{next.CSCA()}, fresh, emrtd.Genuine},
		"old card, new key":          {[][]byte{next.CSCA()}, func(*emu.Profile) {}, emrtd.IntegrityOnly},
	} {
		t.Run(name, func(t *testing.T) {
			trust, err := pki.NewAnchors(tt.trust...)
			if err != nil {
				t.Fatal(err)
			}
			if v := judge(t, trust, tt.change); v.Verdict != tt.want {
				t.Errorf("%v, want %s", v, tt.want)
			}
		})
	}
}

// TestIndefiniteLengths: EF.SOD may come with lengths that BER allows and DER
// does not.
func TestIndefiniteLengths(t *testing.T) {
	v := judge(t, anchors(t), func(p *emu.Profile) { p.Signer.Indefinite = true })
	if v.Verdict != emrtd.Genuine {
		t.Errorf("%v", v)
	}
}
