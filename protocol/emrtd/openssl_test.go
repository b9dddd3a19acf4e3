package emrtd_test

import (
	"os"
	"path/filepath"
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
