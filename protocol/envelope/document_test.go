package envelope_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// TestRevokedSigner: from the moment a certificate is on the list nothing that it
// has signed counts, however its bytes are written, and everything else does.
func TestRevokedSigner(t *testing.T) {
	f := newFleet(t)
	other := f.issue(t, receiptTemplate())
	var list request.Revocation
	centre := envelope.NewCentre(f.roots, f.roots, func(n request.CertificateName) bool { return list.Has(n) })
	disguised := f.receipt
	disguised.cert = gatewaytest.Rewritten(t, f.receipt.cert)
	disguised.chain = [][]byte{disguised.cert.Raw}
	if bytes.Equal(disguised.cert.Raw, f.receipt.cert.Raw) {
		t.Fatal("the disguise changes nothing")
	}
	judge := func(p party) map[string]error {
		r := must(envelope.SignReceipt(rand.Reader, receipt(), p.key, p.chain))
		s := must(envelope.SignResult(rand.Reader, result(), nil, nil, p.key, p.chain))
		w := must(envelope.SignWelcome(rand.Reader, welcome(), p.key, p.chain))
		_, receiptErr := centre.Receipt(r, now())
		_, resultErr := centre.Result(s, now())
		_, welcomeErr := centre.Welcome(w, now())
		return map[string]error{"receipt": receiptErr, "result": resultErr, "welcome": welcomeErr}
	}
	for _, p := range []party{f.receipt, disguised, other} {
		for what, err := range judge(p) {
			if err != nil {
				t.Errorf("before the revocation, a %s: %v", what, err)
			}
		}
	}
	list = revocation().With(envelope.CertificateName(f.receipt.cert))
	for story, p := range map[string]party{"revoked": f.receipt, "disguised": disguised} {
		for what, err := range judge(p) {
			if !errors.Is(err, envelope.ErrRevoked) {
				t.Errorf("%s, a %s: %v", story, what, err)
			}
		}
	}
	for what, err := range judge(other) {
		if err != nil {
			t.Errorf("another certificate of the centre, a %s: %v", what, err)
		}
	}
	b := must(envelope.SignRevocation(rand.Reader, revocation(), f.document.key, f.document.chain))
	list = list.With(envelope.CertificateName(f.document.cert))
	if _, err := centre.Revocation(b, now()); !errors.Is(err, envelope.ErrRevoked) {
		t.Errorf("a list by a revoked certificate: %v", err)
	}
}

// between makes an authority under the fleet's and a certificate under that.
func between(t *testing.T, f *fleet, template *x509.Certificate) (authority, leaf party) {
	t.Helper()
	authority = f.issue(t, &x509.Certificate{
		SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: "between"}, NotBefore: now().Add(-time.Hour), NotAfter: now().AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
	})
	leaf = issueFrom(t, authority, template)
	leaf.chain = append(leaf.chain, authority.cert.Raw)
	return authority, leaf
}

// TestRevokedAuthority: whoever was certified by a revoked authority counts no more.
func TestRevokedAuthority(t *testing.T) {
	f := newFleet(t)
	authority, leaf := between(t, f, receiptTemplate())
	b := must(envelope.SignReceipt(rand.Reader, receipt(), leaf.key, leaf.chain))
	list := revocation()
	centre := envelope.NewCentre(f.roots, nil, func(n request.CertificateName) bool { return list.Has(n) })
	if _, err := centre.Receipt(b, now()); err != nil {
		t.Fatal(err)
	}
	list = list.With(envelope.CertificateName(authority.cert))
	if _, err := centre.Receipt(b, now()); !errors.Is(err, envelope.ErrRevoked) {
		t.Errorf("got %v", err)
	}
}

// TestKeptRevocation: a list that was taken stays true when its signer's
// certificate has ended, and no byte of it can change.
func TestKeptRevocation(t *testing.T) {
	f := newFleet(t)
	short := documentTemplate()
	short.NotAfter = now().Add(time.Hour)
	signer := f.issue(t, short)
	b := must(envelope.SignRevocation(rand.Reader, revocation(), signer.key, signer.chain))
	later := now().AddDate(0, 1, 0)
	if _, err := envelope.VerifyRevocation(b, f.roots, later); !errors.Is(err, envelope.ErrCertificate) {
		t.Errorf("a list that comes after its signer's certificate has ended: %v", err)
	}
	got, err := envelope.VerifyKeptRevocation(b, f.roots)
	if err != nil || got.Number != revocation().Number {
		t.Errorf("kept: %+v, %v", got, err)
	}
	for i := range b {
		if _, err := envelope.VerifyKeptRevocation(flip(b, i), f.roots); err == nil {
			t.Fatalf("byte %d can change", i)
		}
	}
	late := revocation()
	late.At, late.Next = later.UnixMilli(), later.UnixMilli()+1
	b = must(envelope.SignRevocation(rand.Reader, late, signer.key, signer.chain))
	if _, err := envelope.VerifyKeptRevocation(b, f.roots); !errors.Is(err, envelope.ErrCertificate) {
		t.Errorf("signed after the certificate had ended: %v", err)
	}
}

// TestLongestRevocation: the longest list fits, with the longest chain.
func TestLongestRevocation(t *testing.T) {
	f := newFleet(t)
	list := revocation()
	list.Revoked = nil
	for n := range request.MaxRevoked {
		list.Revoked = append(append(list.Revoked, make([]byte, 14)...), byte(n>>8), byte(n))
	}
	b := must(envelope.SignRevocation(rand.Reader, list, f.document.key, f.document.chain))
	longest := len(b) - len(f.document.cert.Raw) + envelope.MaxChain*(envelope.MaxCertificate+3)
	if longest > envelope.MaxRevocation {
		t.Errorf("it may take %d bytes, %d are allowed", longest, envelope.MaxRevocation)
	}
	if got, err := envelope.VerifyRevocation(b, f.roots, now()); err != nil || got.Len() != request.MaxRevoked {
		t.Errorf("%d names, %v", got.Len(), err)
	}
	if _, err := envelope.VerifyRevocation(make([]byte, envelope.MaxRevocation+1), f.roots, now()); !errors.Is(err, envelope.ErrMalformed) {
		t.Errorf("longer than allowed: %v", err)
	}
}

func FuzzVerifyRevocation(f *testing.F) {
	fleet := newFleet(f)
	good := must(envelope.SignRevocation(rand.Reader, revocation(), fleet.document.key, fleet.document.chain))
	seeds(f, good)
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := envelope.VerifyRevocation(b, fleet.roots, now())
		_, keptErr := envelope.VerifyKeptRevocation(b, fleet.roots)
		if (err == nil || keptErr == nil) && !bytes.Equal(b, good) {
			t.Fatalf("forged: %+v", list)
		}
	})
}
