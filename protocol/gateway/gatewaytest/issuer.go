package gatewaytest

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/pki"
	"motcua/protocol/request"
	"motcua/protocol/tlv"
)

// Issuer is an invented authority with one document signer. Its cards are data
// only: what a kiosk would have read of them.
type Issuer struct {
	CSCA, Signer Party
}

// NewIssuer makes an authority whose certificates are valid around a time.
func NewIssuer(t testing.TB, now time.Time) *Issuer {
	t.Helper()
	from, to := now.AddDate(-1, 0, 0), now.AddDate(12, 0, 0)
	csca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{"VN"}, CommonName: "invented authority"},
		NotBefore: from, NotAfter: to, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IsCA: true, BasicConstraintsValid: true,
	}
	key := newKey(t)
	i := &Issuer{CSCA: certify(t, csca, key, Party{key, csca})}
	i.Signer = certify(t, &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{Country: []string{"VN"}, CommonName: "invented signer"},
		NotBefore: from, NotAfter: to, KeyUsage: x509.KeyUsageDigitalSignature,
	}, newKey(t), i.CSCA)
	return i
}

// Anchors trust the authority.
func (i *Issuer) Anchors(t testing.TB) pki.Anchors {
	t.Helper()
	a, err := pki.NewAnchors(i.CSCA.Cert.Raw)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Revoke is the authority's anchors with a list that revokes its signer.
func (i *Issuer) Revoke(t testing.TB, now time.Time) pki.Anchors {
	t.Helper()
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.AddDate(0, 1, 0),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: i.Signer.Cert.SerialNumber, RevocationTime: now.Add(-time.Hour)}},
	}, i.CSCA.Cert, i.CSCA.Key)
	if err != nil {
		t.Fatal(err)
	}
	a, err := i.Anchors(t).WithRevocations(list)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Card is what was read of a card, and the key that its chip keeps.
type Card struct {
	SOD, DG1, DG15 []byte
	Groups         []request.GroupHash
	Photo          request.GroupHash // of DG2, which is signed and not read
	Key            *ecdsa.PrivateKey
}

// Card issues a card to a person.
func (i *Issuer) Card(t testing.TB, person request.Subject) Card {
	t.Helper()
	c := Card{Key: newKey(t)}
	spki, err := x509.MarshalPKIXPublicKey(c.Key.Public())
	if err != nil {
		t.Fatal(err)
	}
	c.DG15 = tlv.Encode(0x6F, spki)
	c.DG1 = zone(person)
	var all []request.GroupHash
	c.SOD, all = i.sod(t, map[uint8][]byte{1: c.DG1, 2: []byte("a picture"), 15: c.DG15})
	c.Groups, c.Photo = []request.GroupHash{all[0], all[2]}, all[1]
	return c
}

// Prove is the chip's signature over a challenge (Doc 9303 part 11, 6.1): r||s.
func (c Card) Prove(t testing.TB, challenge [8]byte) *request.ActiveAuth {
	t.Helper()
	sum := sha256.Sum256(challenge[:])
	r, s, err := ecdsa.Sign(rand.Reader, c.Key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return &request.ActiveAuth{Challenge: challenge, Signature: signature, Key: c.DG15}
}

// zone is DG1 of a card: three lines of 30 (Doc 9303 part 5, 4.2).
func zone(p request.Subject) []byte {
	birth := p.Birth[8:] + p.Birth[3:5] + p.Birth[:2]
	fill := func(s string, n int) string { return s + strings.Repeat("<", n-len(s)) }
	first := "IDVNM" + checked(p.Number[3:12]) + p.Number
	first = fill(first, 30)
	second := checked(birth) + p.Sex + checked("351231") + "VNM"
	second = fill(second, 29)
	second += digit(first[5:] + second[:7] + second[8:15] + second[18:])
	words := strings.Fields(plain(p.Name))
	third := fill(words[0]+"<<"+strings.Join(words[1:], "<"), 30)
	return tlv.Encode(0x61, tlv.Encode(0x5F1F, []byte(first+second+third)))
}

// plain is a name without marks, as a zone holds it.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ReplaceAll(name, "Đ", "D")))
}

func checked(s string) string { return s + digit(s) }

// digit is the check digit of Doc 9303 part 3, 4.9.
func digit(s string) string {
	sum := 0
	for i, c := range []byte(s) {
		v := 0
		switch {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		}
		sum += v * []int{7, 3, 1}[i%3]
	}
	return fmt.Sprint(sum % 10)
}

// sod is EF.SOD over data groups (Doc 9303 part 10, 4.6.2).
func (i *Issuer) sod(t testing.TB, groups map[uint8][]byte) ([]byte, []request.GroupHash) {
	t.Helper()
	sequence := func(parts ...[]byte) []byte { return tlv.Encode(0x30, parts...) }
	set := func(parts ...[]byte) []byte { return tlv.Encode(0x31, parts...) }
	oid := func(s string) []byte { return tlv.Encode(0x06, []byte(s)) }
	number := func(n byte) []byte { return tlv.Encode(0x02, []byte{n}) }
	octets := func(b []byte) []byte { return tlv.Encode(0x04, b) }
	const lds = "\x67\x81\x08\x01\x01\x01"
	sha256ID := sequence(oid("\x60\x86\x48\x01\x65\x03\x04\x02\x01"))
	var list [][]byte
	var hashes []request.GroupHash
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		sum := sha256.Sum256(groups[n])
		list = append(list, sequence(number(n), octets(sum[:])))
		hashes = append(hashes, request.GroupHash{Group: n, Hash: sum[:]})
	}
	content := sequence(number(0), sha256ID, sequence(list...))
	sum := sha256.Sum256(content)
	attributes := [][]byte{
		sequence(oid("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"), set(oid(lds))),
		sequence(oid("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"), set(octets(sum[:]))),
	}
	toSign := sha256.Sum256(set(attributes...))
	signature, err := ecdsa.SignASN1(rand.Reader, i.Signer.Key, toSign[:])
	if err != nil {
		t.Fatal(err)
	}
	signer := sequence(
		number(1), sequence(i.Signer.Cert.RawIssuer, number(byte(i.Signer.Cert.SerialNumber.Int64()))), sha256ID,
		tlv.Encode(0xA0, attributes...), sequence(oid("\x2a\x86\x48\xce\x3d\x04\x03\x02")), octets(signature),
	)
	signed := sequence(
		number(3), set(sha256ID), sequence(oid(lds), tlv.Encode(0xA0, octets(content))), tlv.Encode(0xA0, i.Signer.Cert.Raw), set(signer),
	)
	return tlv.Encode(0x77, sequence(oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), tlv.Encode(0xA0, signed))), hashes
}
