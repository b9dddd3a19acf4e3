package trust_test

import (
	"bytes"
	"crypto/rand"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"motcua/daemon/trust"
	"motcua/drivers/emu"
	"motcua/protocol/fault"
)

// folder writes files and returns their folder.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// began is when the issuers of the tests began.
var began = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func issuer(t *testing.T) *emu.Issuer {
	t.Helper()
	i, err := emu.NewIssuer(rand.Reader, began)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func csca(t *testing.T) []byte {
	t.Helper()
	return issuer(t).CSCA()
}

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestLoadTakesEveryCertificate(t *testing.T) {
	a, b, c := csca(t), csca(t), csca(t)
	s, err := trust.Load(folder(t, map[string][]byte{
		"one.der":    a,
		"two.pem":    bytes.Join([][]byte{pemOf(b), pemOf(c)}, []byte("a comment\n")),
		"README.txt": []byte("not looked at"),
	}))
	if err != nil || s.Anchors.Len() != 3 || len(s.Skipped) != 0 {
		t.Errorf("%d anchors, skipped %v, %v", s.Anchors.Len(), s.Skipped, err)
	}
}

func TestOneBadFileTakesNoTrustAway(t *testing.T) {
	s, err := trust.Load(folder(t, map[string][]byte{
		"good.crt":  csca(t),
		"bad.crt":   []byte("no certificate"),
		"empty.crt": nil,
		"key.pem":   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1}}),
	}))
	if err != nil || s.Anchors.Len() != 1 {
		t.Fatalf("%d anchors, %v", s.Anchors.Len(), err)
	}
	if len(s.Skipped) != 3 {
		t.Fatalf("skipped %v", s.Skipped)
	}
	for i, name := range []string{"bad.crt", "empty.crt", "key.pem"} {
		if !strings.HasPrefix(s.Skipped[i].Error(), name+":") {
			t.Errorf("%v does not name %s", s.Skipped[i], name)
		}
	}
}

// A folder may hold the next key by its link certificate, and what the
// authority revoked.
func TestLoadTakesLinksAndRevocationLists(t *testing.T) {
	first := issuer(t)
	next, err := first.Rollover()
	if err != nil {
		t.Fatal(err)
	}
	list := func(der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}) }
	s, err := trust.Load(folder(t, map[string][]byte{
		"a-link.der": next.Link(), "b-first.der": first.CSCA(), "first.crl": first.CRL(), "next.pem": list(next.CRL()),
	}))
	if err != nil || s.Anchors.Len() != 2 || len(s.Anchors.Revocations()) != 2 || len(s.Skipped) != 0 {
		t.Fatalf("%d anchors, %d lists, skipped %v, %v", s.Anchors.Len(), len(s.Anchors.Revocations()), s.Skipped, err)
	}
	if aged := s.Aged(began.AddDate(0, 1, 0)); len(aged) != 0 {
		t.Errorf("out of date: %v", aged)
	}
	if aged := s.Aged(began.AddDate(50, 0, 0)); len(aged) != 4 {
		t.Errorf("out of date after 50 years: %v", aged)
	}
	s, err = trust.Load(folder(t, map[string][]byte{"link.der": next.Link(), "other.der": csca(t), "first.crl": first.CRL(), "bad.crl": []byte("x")}))
	if err != nil || s.Anchors.Len() != 1 || len(s.Anchors.Revocations()) != 0 || len(s.Skipped) != 3 {
		t.Errorf("%d anchors, %d lists, skipped %v, %v", s.Anchors.Len(), len(s.Anchors.Revocations()), s.Skipped, err)
	}
}

func TestNoTrustIsAFaultAndNoCrash(t *testing.T) {
	for name, dir := range map[string]string{
		"missing": filepath.Join(t.TempDir(), "none"),
		"empty":   t.TempDir(),
		"bad":     folder(t, map[string][]byte{"bad.crt": []byte("x")}),
	} {
		s, err := trust.Load(dir)
		if fault.CodeOf(err) != fault.NoTrust || s.Anchors.Len() != 0 {
			t.Errorf("%s: %d anchors, %v", name, s.Anchors.Len(), err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"))
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := trust.Load(folder(t, map[string][]byte{"f.pem": data}))
		if (err == nil) != (s.Anchors.Len() > 0) {
			t.Fatalf("%d anchors, %v", s.Anchors.Len(), err)
		}
	})
}
