package pki_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"motcua/protocol/pki"
)

// opensslTime is when what OpenSSL made is read; see testdata/openssl/README.md.
var opensslTime = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

func openssl(t *testing.T, name string) []byte {
	t.Helper()
	return must[[]byte](t)(os.ReadFile(filepath.Join("testdata", "openssl", name)))
}

func TestMasterListsOfOpenSSL(t *testing.T) {
	anchors := must[pki.Anchors](t)(pki.NewAnchors(openssl(t, "de.der")))
	for _, name := range []string{"list.ml", "list-ber.ml"} {
		list := must[*pki.MasterList](t)(pki.ParseMasterList(openssl(t, name)))
		chain, err := list.Verify(anchors, opensslTime)
		if err != nil || !chain.Trusted() || len(list.Certificates) != 4 || len(list.Skipped) != 0 {
			t.Errorf("%s: %d certificates, %v, %v, %v", name, len(list.Certificates), list.Skipped, chain.Findings, err)
		}
		var raw [][]byte
		for _, c := range list.Certificates {
			raw = append(raw, c.Raw)
		}
		if all := must[pki.Anchors](t)(pki.NewAnchors(raw...)); all.Len() != 4 {
			t.Errorf("%s: %d authorities", name, all.Len())
		}
	}
}

func TestRevocationListsOfOpenSSL(t *testing.T) {
	anchors := must[pki.Anchors](t)(pki.NewAnchors(openssl(t, "link.der"), openssl(t, "vn.der")))
	signer := must[*pki.Certificate](t)(pki.ParseCertificate(openssl(t, "ds.der")))
	at := pki.Times{Reading: opensslTime, Signing: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	if chain := anchors.Check(signer, pki.SigningDocuments, at); !chain.Trusted() || len(chain.Findings) != 0 {
		t.Errorf("%v", chain.Findings)
	}
	if !signer.MayIssue("ID") || signer.MayIssue("AC") || signer.Country() != "VN" || signer.Subject() != "C=VN, O=Demo Authority, CN=DS" {
		t.Errorf("%s of %s", signer.Subject(), signer.Country())
	}
	late := at
	late.Signing = time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)
	if chain := anchors.Check(signer, pki.SigningDocuments, late); !chain.Has(pki.SignedOutside) {
		t.Errorf("%v", chain.Findings)
	}
	clean := must[pki.Anchors](t)(anchors.WithRevocations(openssl(t, "empty.crl")))
	if chain := clean.Check(signer, pki.SigningDocuments, at); !chain.Trusted() {
		t.Errorf("%v", chain.Findings)
	}
	revoked := must[pki.Anchors](t)(anchors.WithRevocations(openssl(t, "revoked.crl"))) // by the next key
	if chain := revoked.Check(signer, pki.SigningDocuments, at); !chain.Has(pki.SignerRevoked) || chain.Trusted() {
		t.Errorf("%v", chain.Findings)
	}
}
