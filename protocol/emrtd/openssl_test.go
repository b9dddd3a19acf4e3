package emrtd_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"motcua/protocol/emrtd"
	"motcua/protocol/pki"
)

// Security objects by another implementation; see testdata/openssl/README.md.
func TestSecurityObjectsOfOpenSSL(t *testing.T) {
	file := func(name string) []byte {
		return must[[]byte](t)(os.ReadFile(filepath.Join("testdata", "openssl", name)))
	}
	at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	dg1 := file("dg1.bin")
	for name, signature := range map[string]string{
		"brainpool-explicit": "ECDSA-SHA-384", "rsa-pss": "RSA-PSS-SHA-256", "p256-keyid": "ECDSA-SHA-256",
	} {
		sod := file(name + "/sod.bin")
		anchors := must[pki.Anchors](t)(pki.NewAnchors(file(name + "/csca.der")))
		v := emrtd.VerifyPassive(sod, map[int][]byte{1: dg1}, anchors, at)
		if v.Verdict != emrtd.Genuine || v.Signature != signature {
			t.Errorf("%s: %v, signature %s", name, v, v.Signature)
		}
		if v := emrtd.VerifyPassive(sod, map[int][]byte{1: dg1}, pki.Anchors{}, at); v.Verdict != emrtd.IntegrityOnly {
			t.Errorf("%s without anchors: %v", name, v)
		}
		if v := emrtd.VerifyPassive(sod, map[int][]byte{1: append([]byte{0}, dg1...)}, anchors, at); v.Verdict != emrtd.Forged {
			t.Errorf("%s with another DG1: %v", name, v)
		}
	}
}

// Other curves, LDS 1.8, BER, link certificate and revocation list; see
// ../pki/testdata/openssl/README.md.
func TestChainsOfOpenSSL(t *testing.T) {
	file := func(name string) []byte {
		return must[[]byte](t)(os.ReadFile(filepath.Join("..", "pki", "testdata", "openssl", name)))
	}
	at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	old := must[pki.Anchors](t)(pki.NewAnchors(file("vn.der")))
	both := must[pki.Anchors](t)(pki.NewAnchors(file("vn.der"), file("link.der")))
	revoked := must[pki.Anchors](t)(both.WithRevocations(file("revoked.crl")))
	for _, c := range []struct {
		sod     string
		anchors pki.Anchors
		verdict emrtd.Verdict
		reasons []emrtd.Reason
		lds     string
	}{
		{"sod-p320t1-lds18.bin", old, emrtd.Genuine, nil, "1.8"},
		{"sod-p320t1-lds18.bin", both, emrtd.Genuine, nil, "1.8"},
		{"sod-p320t1-lds18.bin", revoked, emrtd.IntegrityOnly, []emrtd.Reason{emrtd.ReasonSignerRevoked}, "1.8"},
		{"sod-p224r1-ber.bin", old, emrtd.IntegrityOnly, []emrtd.Reason{emrtd.ReasonIssuerUnknown}, "1.7"},
		{"sod-p224r1-ber.bin", both, emrtd.Genuine, nil, "1.7"},
		{"sod-p224r1-ber.bin", revoked, emrtd.Genuine, nil, "1.7"},
	} {
		v := emrtd.VerifyPassive(file(c.sod), map[int][]byte{1: file("dg1.bin")}, c.anchors, at)
		if v.Verdict != c.verdict || !slices.Equal(v.Reasons, c.reasons) || v.LDS != c.lds || v.SignedAt.Year() != 2026 {
			t.Errorf("%s: %v, LDS %s, signed at %v", c.sod, v, v.LDS, v.SignedAt)
		}
	}
}
