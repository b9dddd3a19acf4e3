package hc1_test

import (
	"bytes"
	"compress/zlib"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"motcua/protocol/code/hc1"
	"motcua/protocol/signedlist"
)

// began is when everything here was issued. Signers, people and ids are invented.
var began = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// issuer signs certificates as a country does. It makes the message by hand, so
// that the library that is tested does not check itself.
type issuer struct {
	key crypto.Signer
	der []byte
}

// template is a signer's certificate, to be changed.
func template(country string) *x509.Certificate {
	t := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "DSC"},
		NotBefore: began.AddDate(0, -1, 0), NotAfter: began.AddDate(2, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if country != "" {
		t.Subject.Country = []string{country}
	}
	return t
}

func newIssuer(t testing.TB, key crypto.Signer, certificate *x509.Certificate) issuer {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, certificate, certificate, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return issuer{key, der}
}

func ecKey(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// vietnamRSA signs with PS256. Its key is stored, since primes take their time.
func vietnamRSA(t testing.TB) issuer {
	t.Helper()
	block, _ := pem.Decode([]byte(readFile(t, "ps256-key.pem")))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return newIssuer(t, key.(*rsa.PrivateKey), template("VN"))
}

func vietnam(t testing.TB) issuer {
	t.Helper()
	return newIssuer(t, ecKey(t, elliptic.P256()), template("VN"))
}

// fields are those of a token or of a part of it.
type fields = map[any]any

// token is what is signed, to be changed.
func token() fields {
	return fields{
		1: "VN", 4: began.AddDate(1, 0, 0).Unix(), 6: began.Unix(),
		-260: fields{1: fields{
			"ver": "1.3.0", "dob": "1999-01-01",
			"nam": fields{"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "Văn An", "gnt": "VAN<AN"},
			"v":   []any{dose()},
		}},
	}
}

func dose() fields {
	return fields{
		"tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215", "dn": 2, "sd": 2, "dt": "2026-02-01", "co": "VN",
		"is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:0990000123#X",
	}
}

// health is the health data of a token.
func health(token fields) fields { return token[-260].(fields)[1].(fields) }

// changed is a token with a change in its health data.
func changed(change func(health fields)) fields {
	all := token()
	change(health(all))
	return all
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	b, err := mode.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// message is a COSE_Sign1 to be changed before it is packed.
type message struct {
	protected   fields
	header      []byte // what is written for protected, where it is not canonical
	unprotected fields
	payload     []byte
	signature   []byte
	tag         uint64
}

// sign makes the message of a token.
func (i issuer) sign(t testing.TB, token any) message {
	t.Helper()
	alg := -7
	if _, ok := i.key.(*rsa.PrivateKey); ok {
		alg = -37
	}
	id := hc1.KeyID(i.der)
	m := message{protected: fields{1: alg, 4: id[:]}, unprotected: fields{}, payload: marshal(t, token), tag: 18}
	m.signature = i.signature(t, m)
	return m
}

// signature is that of a message as it stands.
func (i issuer) signature(t testing.TB, m message) []byte {
	t.Helper()
	sum := sha256.Sum256(marshal(t, []any{"Signature1", m.protectedBytes(t), []byte{}, m.payload}))
	if _, ok := i.key.(*rsa.PrivateKey); ok {
		s, err := i.key.Sign(rand.Reader, sum[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	der, err := i.key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	var rs struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &rs); err != nil {
		t.Fatal(err)
	}
	size := (i.key.Public().(*ecdsa.PublicKey).Curve.Params().BitSize + 7) / 8
	return append(rs.R.FillBytes(make([]byte, size)), rs.S.FillBytes(make([]byte, size))...)
}

func (m message) protectedBytes(t testing.TB) []byte {
	t.Helper()
	if m.header != nil {
		return m.header
	}
	return marshal(t, m.protected)
}

func (m message) cbor(t testing.TB) []byte {
	t.Helper()
	return marshal(t, cbor.Tag{Number: m.tag, Content: []any{m.protectedBytes(t), m.unprotected, m.payload, m.signature}})
}

func (m message) text(t testing.TB) string {
	t.Helper()
	return pack(t, m.cbor(t))
}

// pack is the transport of a message.
func pack(t testing.TB, b []byte) string {
	t.Helper()
	return "HC1:" + hc1.EncodeBase45(deflate(t, b))
}

func deflate(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func decode(t testing.TB, text string) *hc1.Certificate {
	t.Helper()
	c, err := hc1.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// listKey is the provisioner's; its seed is invented.
var listKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

func listPublic() ed25519.PublicKey { return listKey.Public().(ed25519.PublicKey) }

// head is that of a list of one week.
func head() signedlist.Head {
	return signedlist.Head{Serial: 5, Issued: began, Expires: began.AddDate(0, 0, 7)}
}

// lists trusts issuers and revokes certificates.
func lists(t testing.TB, revoked []hc1.Batch, trusted ...issuer) hc1.Lists {
	t.Helper()
	var certificates [][]byte
	for _, i := range trusted {
		certificates = append(certificates, i.der)
	}
	slices.SortFunc(certificates, bytes.Compare)
	b, err := hc1.SignSigners(head(), certificates, listKey)
	if err != nil {
		t.Fatal(err)
	}
	signers, skipped, err := hc1.OpenSigners(b, listPublic())
	if err != nil || len(skipped) > 0 {
		t.Fatal(err, skipped)
	}
	b, err = hc1.SignRevocations(head(), revoked, listKey)
	if err != nil {
		t.Fatal(err)
	}
	revocations, err := hc1.OpenRevocations(b, listPublic())
	if err != nil {
		t.Fatal(err)
	}
	return hc1.Lists{Signers: signers, Revocations: revocations}
}
