package emrtd_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"motcua/protocol/ec"
	"motcua/protocol/pki"
	"motcua/protocol/tlv"
)

// The smallest issuing authority that can make a document: test material only.

// now is when the tests read.
var now = time.Date(2026, 3, 15, 9, 0, 0, 0, time.UTC)

func seq(parts ...[]byte) []byte { return tlv.Encode(0x30, parts...) }
func set(parts ...[]byte) []byte { return tlv.Encode(0x31, parts...) }
func oid(s string) []byte        { return tlv.Encode(0x06, []byte(s)) }
func octets(b []byte) []byte     { return tlv.Encode(0x04, b) }
func bitString(b []byte) []byte  { return tlv.Encode(0x03, []byte{0}, b) }

func integer(b ...byte) []byte {
	for len(b) > 1 && b[0] == 0 && b[1] < 0x80 {
		b = b[1:]
	}
	if b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return tlv.Encode(0x02, b)
}

const (
	oidSHA1 = "\x2b\x0e\x03\x02\x1a"
	oidSHA2 = "\x60\x86\x48\x01\x65\x03\x04\x02"
	oidPKCS = "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
	oidX962 = "\x2a\x86\x48\xce\x3d"
	oidLDS  = "\x67\x81\x08\x01\x01\x01"
)

func hashID(h crypto.Hash) []byte {
	last := map[crypto.Hash]string{crypto.SHA256: "\x01", crypto.SHA384: "\x02", crypto.SHA512: "\x03", crypto.SHA224: "\x04"}
	if h == crypto.SHA1 {
		return seq(oid(oidSHA1))
	}
	return seq(oid(oidSHA2 + last[h]))
}

func digest(h crypto.Hash, b []byte) []byte {
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}

// signKey signs certificates, security objects and challenges.
type signKey interface {
	spki() []byte
	algorithm() []byte
	hash() crypto.Hash
	sign(t testing.TB, msg []byte) []byte
}

type ecSigner struct {
	curve    *ec.Curve
	d        []byte
	h        crypto.Hash
	explicit bool // spell the curve out
}

func newECSigner(t testing.TB, c *ec.Curve, h crypto.Hash) *ecSigner {
	t.Helper()
	return &ecSigner{curve: c, d: must[[]byte](t)(c.RandomScalar(rand.Reader)), h: h}
}

func (k *ecSigner) hash() crypto.Hash { return k.h }

func (k *ecSigner) spki() []byte {
	params := oid(string(k.curve.OID()))
	if k.explicit {
		params = explicitBrainpoolP256(k.curve)
	}
	public, _ := k.curve.ScalarBaseMult(k.d).Bytes()
	return seq(seq(oid(oidX962+"\x02\x01"), params), bitString(public))
}

// explicitBrainpoolP256 is how many issuers write brainpoolP256r1.
func explicitBrainpoolP256(c *ec.Curve) []byte {
	g, _ := c.Generator().Bytes()
	p := hexBytes("A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377")
	a := hexBytes("7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9")
	b := hexBytes("26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6")
	return seq(integer(1), seq(oid(oidX962+"\x01\x01"), integer(p...)), seq(octets(a), octets(b)), octets(g), integer(c.Order()...), integer(1))
}

func (k *ecSigner) algorithm() []byte {
	if k.h == crypto.SHA1 {
		return seq(oid(oidX962 + "\x04\x01"))
	}
	last := map[crypto.Hash]string{crypto.SHA224: "\x01", crypto.SHA256: "\x02", crypto.SHA384: "\x03", crypto.SHA512: "\x04"}
	return seq(oid(oidX962 + "\x04\x03" + last[k.h]))
}

func (k *ecSigner) sign(t testing.TB, msg []byte) []byte {
	r, s := k.raw(t, msg)
	return seq(integer(r...), integer(s...))
}

func (k *ecSigner) raw(t testing.TB, msg []byte) (r, s []byte) {
	t.Helper()
	r, s, err := k.curve.Sign(rand.Reader, k.d, digest(k.h, msg))
	if err != nil {
		t.Fatal(err)
	}
	return r, s
}

type rsaSigner struct {
	key *rsa.PrivateKey
	h   crypto.Hash
	pss bool
}

var testRSA = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func (k *rsaSigner) hash() crypto.Hash { return k.h }

func (k *rsaSigner) spki() []byte {
	e := []byte{byte(k.key.E >> 16), byte(k.key.E >> 8), byte(k.key.E)}
	return seq(seq(oid(oidPKCS+"\x01"), []byte{5, 0}), bitString(seq(integer(k.key.N.Bytes()...), integer(e...))))
}

func (k *rsaSigner) algorithm() []byte {
	if k.pss {
		mask := seq(oid(oidPKCS+"\x08"), hashID(k.h))
		return seq(oid(oidPKCS+"\x0a"), seq(tlv.Encode(0xA0, hashID(k.h)), tlv.Encode(0xA1, mask), tlv.Encode(0xA2, integer(byte(k.h.Size())))))
	}
	last := map[crypto.Hash]string{crypto.SHA1: "\x05", crypto.SHA256: "\x0b", crypto.SHA384: "\x0c", crypto.SHA512: "\x0d", crypto.SHA224: "\x0e"}
	return seq(oid(oidPKCS+last[k.h]), []byte{5, 0})
}

func (k *rsaSigner) sign(t testing.TB, msg []byte) []byte {
	t.Helper()
	if k.pss {
		return must[[]byte](t)(rsa.SignPSS(rand.Reader, k.key, k.h, digest(k.h, msg), &rsa.PSSOptions{SaltLength: k.h.Size()}))
	}
	return must[[]byte](t)(rsa.SignPKCS1v15(rand.Reader, k.key, k.h, digest(k.h, msg)))
}

// dn is a name; parts are pairs of OID suffix (below 2.5.4) and text.
func dn(kind tlv.Tag, parts ...string) []byte {
	var rdns [][]byte
	for i := 0; i < len(parts); i += 2 {
		rdns = append(rdns, set(seq(oid("\x55\x04"+parts[i]), tlv.Encode(kind, []byte(parts[i+1])))))
	}
	return seq(rdns...)
}

func cscaName() []byte { return dn(0x13, "\x06", "VN", "\x0a", "Demo Authority", "\x03", "CSCA") }

// certificate is what goes into one.
type certificate struct {
	serial          byte
	issuer, subject []byte
	from, to        time.Time
	key             signKey // of the subject
	by              signKey
	ca              bool
	ski, aki        []byte
	usage           byte // 0: no extension
}

func (c certificate) der(t testing.TB) []byte {
	t.Helper()
	ext := func(last string, value []byte) []byte { return seq(oid("\x55\x1d"+last), octets(value)) }
	var exts [][]byte
	if c.usage != 0 {
		exts = append(exts, ext("\x0f", tlv.Encode(0x03, []byte{0, c.usage})))
	}
	if c.ca {
		exts = append(exts, ext("\x13", seq([]byte{1, 1, 0xFF})))
	}
	if c.ski != nil {
		exts = append(exts, ext("\x0e", octets(c.ski)))
	}
	if c.aki != nil {
		exts = append(exts, ext("\x23", seq(tlv.Encode(0x80, c.aki))))
	}
	utc := func(t time.Time) []byte { return tlv.Encode(0x17, []byte(t.Format("060102150405Z"))) }
	tbs := seq(
		tlv.Encode(0xA0, integer(2)), integer(c.serial), c.by.algorithm(), c.issuer, seq(utc(c.from), utc(c.to)), c.subject,
		c.key.spki(), tlv.Encode(0xA3, seq(exts...)),
	)
	return seq(tbs, c.by.algorithm(), bitString(c.by.sign(t, tbs)))
}

// issuer is an authority with one document signer.
type issuer struct {
	cscaKey, dsKey signKey
	csca, ds       certificate
	hash           crypto.Hash // of the data groups
	anchorID       string      // of the certificate that anchors gave
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	csca, ds := newECSigner(t, ec.BrainpoolP256r1(), crypto.SHA256), newECSigner(t, ec.P256(), crypto.SHA256)
	return issuerWith(csca, ds, crypto.SHA256)
}

func issuerWith(csca, ds signKey, h crypto.Hash) *issuer {
	from, to := now.AddDate(-2, 0, 0), now.AddDate(8, 0, 0)
	id := digest(crypto.SHA1, csca.spki())
	return &issuer{
		cscaKey: csca, dsKey: ds, hash: h,
		csca: certificate{
			serial: 1, issuer: cscaName(), subject: cscaName(), from: from, to: to, key: csca, by: csca, ca: true, ski: id, usage: 0x06,
		},
		ds: certificate{
			serial: 7, issuer: cscaName(), subject: dn(0x0C, "\x06", "VN", "\x03", "DS 7"), from: from, to: to, key: ds, by: csca,
			aki: id, usage: 0x80,
		},
	}
}

func (i *issuer) anchors(t testing.TB) pki.Anchors {
	t.Helper()
	der := i.csca.der(t)
	i.anchorID = must[*pki.Certificate](t)(pki.ParseCertificate(der)).ID()
	return must[pki.Anchors](t)(pki.NewAnchors(der))
}

// sod makes EF.SOD over data groups.
func (i *issuer) sod(t testing.TB, groups map[int][]byte) []byte {
	t.Helper()
	return i.wrap(t, i.lds(groups), i.ds.der(t), cscaName())
}

func (i *issuer) lds(groups map[int][]byte) []byte {
	var list [][]byte
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		list = append(list, seq(integer(byte(n)), octets(digest(i.hash, groups[n]))))
	}
	return seq(integer(0), hashID(i.hash), seq(list...))
}

func (i *issuer) wrap(t testing.TB, lds, ds, sid []byte) []byte {
	t.Helper()
	h := i.dsKey.hash()
	attrs := [][]byte{
		seq(oid("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"), set(oid(oidLDS))),
		seq(oid("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"), set(octets(digest(h, lds)))),
	}
	signer := seq(
		integer(1), seq(sid, integer(i.ds.serial)), hashID(h), tlv.Encode(0xA0, attrs...), i.dsKey.algorithm(),
		octets(i.dsKey.sign(t, set(attrs...))),
	)
	signed := seq(
		integer(3), set(hashID(h)), seq(oid(oidLDS), tlv.Encode(0xA0, octets(lds))), tlv.Encode(0xA0, ds), set(signer),
	)
	return tlv.Encode(0x77, seq(oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), tlv.Encode(0xA0, signed)))
}
