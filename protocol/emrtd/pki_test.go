package emrtd_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"maps"
	"slices"
	"sync"
	"testing"

	"motcua/protocol/ec"
	"motcua/protocol/pki"
	"motcua/protocol/pki/pkitest"
	"motcua/protocol/tlv"
)

// now is when the tests read.
var now = pkitest.Now()

var testRSA = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// issuer is an authority with one document signer.
type issuer struct {
	*pkitest.Authority
	ds       pkitest.Certificate
	named    []byte      // the authority's name in signatures; that in the signer's certificate if nil
	hash     crypto.Hash // of the data groups
	anchorID string      // of the certificate that anchors gave
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	return issuerWith(pkitest.NewECKey(t, ec.BrainpoolP256r1(), crypto.SHA256), pkitest.NewKey(t), crypto.SHA256)
}

func issuerWith(csca, ds pkitest.Key, h crypto.Hash) *issuer {
	a := pkitest.AuthorityOf(csca, "VN", 1)
	return &issuer{Authority: a, ds: a.Signer(ds, nil), hash: h}
}

func (i *issuer) anchors(t testing.TB) pki.Anchors {
	t.Helper()
	der := i.Cert.DER(t)
	i.anchorID = must[*pki.Certificate](t)(pki.ParseCertificate(der)).ID()
	return must[pki.Anchors](t)(pki.NewAnchors(der))
}

// sod makes EF.SOD over data groups.
func (i *issuer) sod(t testing.TB, groups map[int][]byte) []byte {
	t.Helper()
	return i.wrap(t, i.lds(groups), i.ds.DER(t))
}

func (i *issuer) lds(groups map[int][]byte) []byte {
	var list [][]byte
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		list = append(list, pkitest.Seq(pkitest.Integer(byte(n)), pkitest.Octets(pkitest.Digest(i.hash, groups[n]))))
	}
	return pkitest.Seq(pkitest.Integer(0), pkitest.HashID(i.hash), pkitest.Seq(list...))
}

// wrap makes EF.SOD of an index, with a certificate that comes along.
func (i *issuer) wrap(t testing.TB, lds, along []byte) []byte {
	t.Helper()
	m := pkitest.Message{Kind: pkitest.OIDLDS, Content: lds, Cert: i.ds, Certs: [][]byte{along}, Issuer: i.named}
	return tlv.Encode(0x77, m.DER(t))
}
