package pki_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"motcua/protocol/der"
	"motcua/protocol/pki"
	"motcua/protocol/pki/pkitest"
	"motcua/protocol/tlv"
)

func TestRevocation(t *testing.T) {
	a, stranger := pkitest.NewAuthority(t, "VN"), pkitest.NewAuthority(t, "LA")
	next, link := a.Next(t, 2)
	this, then := now.AddDate(0, -1, 0), now.AddDate(0, 1, 0)
	both := anchorsOf(t, a.Cert, link, stranger.Cert)
	for _, c := range []struct {
		name    string
		anchors pki.Anchors
		list    []byte
		of      *pkitest.Authority
		want    []pki.Finding
	}{
		{"on the list", anchorsOf(t, a.Cert), a.CRL(t, this, then, 5, 77, 9), a, []pki.Finding{pki.SignerRevoked}},
		{"not on the list", anchorsOf(t, a.Cert), a.CRL(t, this, then, 5), a, nil},
		{"an empty list", anchorsOf(t, a.Cert), a.CRL(t, this, then), a, nil},
		{"an old list", anchorsOf(t, a.Cert), a.CRL(t, this, now.AddDate(0, 0, -1), 5), a, []pki.Finding{pki.RevocationStale}},
		{
			"on an old list", anchorsOf(t, a.Cert), a.CRL(t, this, now.AddDate(0, 0, -1), 77), a,
			[]pki.Finding{pki.SignerRevoked, pki.RevocationStale},
		},
		{"a list without an end", anchorsOf(t, a.Cert), a.CRL(t, this, time.Time{}, 5), a, nil},
		{"an old list without an end", anchorsOf(t, a.Cert), a.CRL(t, now.AddDate(-1, 0, 0), time.Time{}, 5), a, []pki.Finding{pki.RevocationStale}},
		{"the new key's list, signer of the old one", both, next.CRL(t, this, then, 77), a, []pki.Finding{pki.SignerRevoked}},
		{"the old key's list, signer of the new one", both, a.CRL(t, this, then, 77), next, []pki.Finding{pki.SignerRevoked}},
		{"another state's list", both, stranger.CRL(t, this, then, 77), a, nil},
		{"the authority itself", anchorsOf(t, a.Cert), a.CRL(t, this, then, 1), a, []pki.Finding{pki.SignerRevoked}},
		{"the old authority, signer of the new one", both, a.CRL(t, this, then, 1), next, []pki.Finding{pki.SignerRevoked}},
		{"the link", both, a.CRL(t, this, then, 3), next, []pki.Finding{pki.SignerRevoked}},
		{"the link, signer of the old one", both, a.CRL(t, this, then, 3), a, nil},
	} {
		anchors, err := c.anchors.WithRevocations(c.list)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		chain := chainOf(t, anchors, c.of.Signer(pkitest.NewKey(t), nil), pki.Times{})
		if len(chain.Findings) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, chain.Findings, c.want)
		}
		for _, f := range c.want {
			if !chain.Has(f) {
				t.Errorf("%s: %v, want %v", c.name, chain.Findings, c.want)
			}
		}
		if chain := chainOf(t, c.anchors, c.of.Signer(pkitest.NewKey(t), nil), pki.Times{}); !chain.Trusted() {
			t.Errorf("%s: the list came into anchors that were there before", c.name)
		}
	}
}

// The newest list tells whether one is overdue, and what any of them revokes
// stays revoked.
func TestSeveralRevocationLists(t *testing.T) {
	a := pkitest.NewAuthority(t, "VN")
	old := a.CRL(t, now.AddDate(0, -6, 0), now.AddDate(0, -3, 0), 77)
	fresh := a.CRL(t, now.AddDate(0, -1, 0), now.AddDate(0, 2, 0))
	for _, lists := range [][][]byte{{old, fresh}, {fresh, old}} {
		anchors := must[pki.Anchors](t)(anchorsOf(t, a.Cert).WithRevocations(lists...))
		chain := chainOf(t, anchors, a.Signer(pkitest.NewKey(t), nil), pki.Times{})
		if !chain.Has(pki.SignerRevoked) || chain.Has(pki.RevocationStale) || chain.Trusted() {
			t.Errorf("%v", chain.Findings)
		}
		if len(anchors.Revocations()) != 2 {
			t.Errorf("%d lists", len(anchors.Revocations()))
		}
	}
}

func TestRevocationListsThatAreRefused(t *testing.T) {
	a := pkitest.NewAuthority(t, "VN")
	anchors := anchorsOf(t, a.Cert)
	this, then := now.AddDate(0, -1, 0), now.AddDate(0, 1, 0)
	good := a.CRL(t, this, then, 77)
	flipped := bytes.Clone(good)
	flipped[len(flipped)-1] ^= 1
	head := [][]byte{pkitest.Integer(1), a.Key.Algorithm(), a.Cert.Subject, pkitest.UTC(this), pkitest.UTC(then)}
	with := func(parts ...[]byte) []byte { return a.Signed(t, append(slices.Clone(head), parts...)...) }
	part := pkitest.Extension("\x55\x1d\x1c", true, pkitest.Seq())
	delta := pkitest.Extension("\x55\x1d\x1b", true, pkitest.Integer(1))
	other := pkitest.Seq(pkitest.Seq(pkitest.Integer(77), pkitest.UTC(this), pkitest.Seq(pkitest.Extension("\x55\x1d\x1d", true, pkitest.Seq()))))
	for _, c := range []struct {
		name string
		list []byte
		want error
	}{
		{"nobody's", pkitest.NewAuthority(t, "VN").CRL(t, this, then, 77), pki.ErrNoIssuer},
		{"a false signature", flipped, pki.ErrNoIssuer},
		{"of a part of the certificates", with(tlv.Encode(0xA0, pkitest.Seq(part))), pki.ErrUnsupported},
		{"of changes", with(tlv.Encode(0xA0, pkitest.Seq(delta))), pki.ErrUnsupported},
		{"for other issuers", with(other), pki.ErrUnsupported},
		{"torn", good[:len(good)-9], der.ErrMalformed},
		{"a certificate", a.Cert.DER(t), der.ErrMalformed},
		{"nothing", nil, der.ErrMalformed},
	} {
		got, err := anchors.WithRevocations(c.list)
		if !errors.Is(err, c.want) || got.Len() != 0 {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
