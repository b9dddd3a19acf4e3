package pki_test

import (
	"crypto"
	"errors"
	"testing"

	"motcua/protocol/der"
	"motcua/protocol/pki"
	"motcua/protocol/pki/pkitest"
)

// known fails when an error is of a kind that this package does not promise.
func known(t *testing.T, err error, kinds ...error) {
	t.Helper()
	for _, kind := range append(kinds, der.ErrMalformed, pki.ErrUnsupported) {
		if errors.Is(err, kind) {
			return
		}
	}
	if err != nil {
		t.Fatalf("error of another kind: %v", err)
	}
}

func FuzzCertificate(f *testing.F) {
	a := pkitest.NewAuthority(f, "VN")
	_, link := a.Next(f, 2)
	f.Add(a.Cert.DER(f))
	f.Add(link.DER(f))
	f.Add(a.Signer(&pkitest.RSAKey{Key: testRSA(), H: crypto.SHA256, PSS: true}, func(c *pkitest.Certificate) {
		c.Types, c.PrivateFrom, c.PrivateTo, c.Purposes = []string{"P", "ID"}, now, now, []string{pkitest.OIDMasterListSigner}
	}).DER(f))
	anchors := anchorsOf(f, a.Cert)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := pki.ParseCertificate(b)
		known(t, err)
		if err != nil {
			return
		}
		if c.ID() == "" || c.NotBefore.IsZero() {
			t.Fatal("half a certificate")
		}
		c.MayIssue("P")
		_ = c.Subject() + c.Country() + c.Serial()
		anchors.Check(c, pki.SigningDocuments, pki.Times{Reading: now, Signing: now})
		gathered, errs := pki.GatherAnchors(b, a.Cert.DER(t))
		if errs[1] != nil || (errs[0] == nil) != (gathered.Len() == 2) && c.ID() != gathered.Certificates()[0].ID() {
			t.Fatalf("%d anchors, %v", gathered.Len(), errs)
		}
	})
}

func FuzzCRL(f *testing.F) {
	a := pkitest.NewAuthority(f, "VN")
	f.Add(a.CRL(f, now, now.AddDate(0, 1, 0), 5, 77))
	f.Add(a.CRL(f, now, now))
	anchors := anchorsOf(f, a.Cert)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := pki.ParseCRL(b)
		known(t, err)
		_, err = anchors.WithRevocations(b)
		known(t, err, pki.ErrNoIssuer)
		if c != nil && c.Len() < 0 {
			t.Fatal(c.Issuer())
		}
	})
}

func FuzzSignedData(f *testing.F) {
	a := pkitest.NewAuthority(f, "VN")
	m := pkitest.Message{Kind: pkitest.OIDCardSecurity, Content: []byte("content"), Cert: a.Signer(pkitest.NewKey(f), nil), At: now}
	f.Add(m.DER(f))
	f.Add(indefinite(f, m.DER(f)))
	m.Bare = true
	f.Add(m.DER(f))
	anchors := anchorsOf(f, a.Cert)
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := pki.ParseSignedData(b)
		known(t, err)
		if err != nil {
			return
		}
		chain, err := s.Verify(anchors, pki.SigningDocuments, now)
		known(t, err, pki.ErrNoSigner, pki.ErrDigest, pki.ErrSignature)
		if err == nil && chain.Trusted() && string(s.Content) != "content" {
			t.Fatalf("trusted: %q", s.Content)
		}
		_ = s.Signature()
	})
}

func FuzzMasterList(f *testing.F) {
	a := pkitest.NewAuthority(f, "DE")
	b := masterList(f, a, 0, a.Cert.DER(f), []byte{0x30, 0}).DER(f)
	f.Add(b)
	f.Add(indefinite(f, b))
	f.Add([]byte("dn: c=DE\npkdMasterListContent:: AAAA\n BBBB\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := pki.ParseMasterList(b)
		known(t, err, pki.ErrArchive)
		if err == nil && list == nil {
			t.Fatal("no list")
		}
		if pki.IsLDIF(b) {
			_, err := pki.MasterListsOfLDIF(b)
			known(t, err)
		}
	})
}
