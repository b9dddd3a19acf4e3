package pki_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"motcua/protocol/der"
	"motcua/protocol/pki"
	"motcua/protocol/pki/pkitest"
)

// masterList is a list that the authority's own signer of lists made.
func masterList(t testing.TB, a *pkitest.Authority, version byte, certs ...[]byte) pkitest.Message {
	t.Helper()
	return pkitest.Message{
		Kind: pkitest.OIDMasterList, Content: pkitest.Seq(pkitest.Integer(version), pkitest.Set(certs...)), At: now.AddDate(0, -1, 0), ByKeyID: true,
		Cert: a.Signer(pkitest.NewKey(t), func(c *pkitest.Certificate) { c.Purposes = []string{pkitest.OIDMasterListSigner} }),
	}
}

func TestMasterList(t *testing.T) {
	vn, la, de := pkitest.NewAuthority(t, "VN"), pkitest.NewAuthority(t, "LA"), pkitest.NewAuthority(t, "DE")
	next, link := vn.Next(t, 2)
	broken := bytes.Replace(de.Cert.DER(t), []byte("\x2a\x86\x48\xce\x3d\x03\x01\x07"), []byte("\x2a\x86\x48\xce\x3d\x03\x01\x63"), 1)
	m := masterList(t, de, 0, vn.Cert.DER(t), broken, la.Cert.DER(t), link.DER(t), next.Cert.DER(t))
	m.Certs = [][]byte{m.Cert.DER(t), de.Cert.DER(t)}
	for name, b := range map[string][]byte{"DER": m.DER(t), "BER": indefinite(t, m.DER(t))} {
		list := must[*pki.MasterList](t)(pki.ParseMasterList(b))
		var countries []string
		for _, c := range list.Certificates {
			countries = append(countries, c.Country())
		}
		if got := strings.Join(countries, " "); got != "VN LA VN VN" {
			t.Errorf("%s: %s", name, got)
		}
		if len(list.Skipped) != 1 || !errors.Is(list.Skipped[0], pki.ErrUnsupported) || !strings.HasPrefix(list.Skipped[0].Error(), "certificate 2: ") {
			t.Errorf("%s: %v", name, list.Skipped)
		}
		if chain, err := list.Verify(anchorsOf(t, de.Cert), now); err != nil || !chain.Trusted() {
			t.Errorf("%s: %v, %v", name, chain.Findings, err)
		}
		// The authority that comes with the list vouches for nothing.
		if chain, err := list.Verify(pki.Anchors{}, now); err != nil || chain.Trusted() {
			t.Errorf("%s: %v, %v", name, chain.Findings, err)
		}
		if chain, err := list.Verify(anchorsOf(t, vn.Cert), now); err != nil || chain.Trusted() {
			t.Errorf("%s: %v, %v", name, chain.Findings, err)
		}
		if list.Signer() == nil || !list.SigningTime().Equal(now.AddDate(0, -1, 0)) || list.CheckSignature() != nil {
			t.Errorf("%s: signed by %v at %v", name, list.Signer(), list.SigningTime())
		}
	}
}

func TestMasterListsThatAreRefused(t *testing.T) {
	a := pkitest.NewAuthority(t, "DE")
	anchors := anchorsOf(t, a.Cert)
	good := masterList(t, a, 0, a.Cert.DER(t))
	documents := good
	documents.Cert = a.Signer(pkitest.NewKey(t), nil)
	sod := good
	sod.Kind = pkitest.OIDLDS
	for _, c := range []struct {
		name string
		list []byte
		want error
	}{
		{"a zip file", []byte("PK\x03\x04more"), pki.ErrArchive},
		{"LDIF", []byte("# PKD\ndn: o=ml,c=DE\n"), pki.ErrArchive},
		{"another version", masterList(t, a, 1, a.Cert.DER(t)).DER(t), der.ErrMalformed},
		{"no certificate but an integer", masterList(t, a, 0, pkitest.Integer(5)).DER(t), der.ErrMalformed},
		{"other signed data", sod.DER(t), der.ErrMalformed},
		{"nothing", nil, der.ErrMalformed},
	} {
		if _, err := pki.ParseMasterList(c.list); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	chain, err := must[*pki.MasterList](t)(pki.ParseMasterList(documents.DER(t))).Verify(anchors, now)
	if err != nil || chain.Trusted() || !chain.Has(pki.SignerNotAllowed) {
		t.Errorf("signed by a signer of documents: %v, %v", chain.Findings, err)
	}
	b := good.DER(t)
	b[len(b)-1] ^= 1
	if _, err := must[*pki.MasterList](t)(pki.ParseMasterList(b)).Verify(anchors, now); !errors.Is(err, pki.ErrSignature) {
		t.Errorf("a flipped bit: %v", err)
	}
}

// The files of the ICAO PKD hold many lists, in lines of 76 characters.
func TestMasterListsOfLDIF(t *testing.T) {
	one, two := bytes.Repeat([]byte{1, 2, 3}, 100), []byte("two")
	fold := func(b []byte) string {
		s := base64.StdEncoding.EncodeToString(b)
		var lines []string
		for ; len(s) > 76; s = s[76:] {
			lines = append(lines, s[:76])
		}
		return strings.Join(append(lines, s), "\r\n ")
	}
	text := fmt.Sprintf("version: 1\r\n\r\ndn: c=DE\r\ncn:: %s\r\npkdMasterListContent:: %s\r\nsn: 1\r\n\r\ndn: c=VN\r\npkdMasterListContent;binary:: %s",
		fold([]byte("name")), fold(one), fold(two))
	lists := must[[][]byte](t)(pki.MasterListsOfLDIF([]byte(text)))
	if len(lists) != 2 || !bytes.Equal(lists[0], one) || !bytes.Equal(lists[1], two) || !pki.IsLDIF([]byte(text)) {
		t.Errorf("%d lists: %q", len(lists), lists)
	}
	if _, err := pki.MasterListsOfLDIF([]byte("pkdMasterListContent:: not base64!")); !errors.Is(err, der.ErrMalformed) {
		t.Errorf("%v", err)
	}
	if lists := must[[][]byte](t)(pki.MasterListsOfLDIF([]byte("dn: c=DE\n"))); lists != nil {
		t.Errorf("%q", lists)
	}
}
