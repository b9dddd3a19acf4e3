package pki_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"slices"
	"sync"
	"testing"
	"time"

	"motcua/protocol/ec"
	"motcua/protocol/pki"
	"motcua/protocol/tlv"
)

// What follows issues certificates, revocation lists and signed data of invented
// authorities: the other side of what this package reads.

// now is when the tests read.
var now = time.Date(2026, 3, 15, 9, 0, 0, 0, time.UTC)

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func seq(parts ...[]byte) []byte { return tlv.Encode(0x30, parts...) }
func set(parts ...[]byte) []byte { return tlv.Encode(0x31, parts...) }
func oid(s string) []byte        { return tlv.Encode(0x06, []byte(s)) }
func octets(b ...[]byte) []byte  { return tlv.Encode(0x04, b...) }
func bits(b []byte) []byte       { return tlv.Encode(0x03, []byte{0}, b) }

func integer(b ...byte) []byte {
	for len(b) > 1 && b[0] == 0 && b[1] < 0x80 {
		b = b[1:]
	}
	if b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return tlv.Encode(0x02, b)
}

func utc(t time.Time) []byte { return tlv.Encode(0x17, []byte(t.UTC().Format("060102150405Z"))) }

const (
	oidPKCS   = "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
	oidCMS    = "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
	oidX962   = "\x2a\x86\x48\xce\x3d"
	oidICAO   = "\x67\x81\x08\x01\x01"
	oidLDS    = oidICAO + "\x01"
	oidList   = oidICAO + "\x02"
	oidLister = oidICAO + "\x03"
	oidCard   = "\x04\x00\x7f\x00\x07\x03\x02\x01"
)

func hashID(h crypto.Hash) []byte {
	if h == crypto.SHA1 {
		return seq(oid("\x2b\x0e\x03\x02\x1a"), []byte{5, 0})
	}
	last := map[crypto.Hash]string{crypto.SHA256: "\x01", crypto.SHA384: "\x02", crypto.SHA512: "\x03", crypto.SHA224: "\x04"}[h]
	return seq(oid("\x60\x86\x48\x01\x65\x03\x04\x02" + last))
}

func digest(h crypto.Hash, b []byte) []byte {
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}

// signKey is a key with the way it signs.
type signKey interface {
	spki() []byte
	algorithm() []byte
	hash() crypto.Hash
	sign(t testing.TB, msg []byte) []byte
}

type ecKey struct {
	curve *ec.Curve
	d     []byte
	h     crypto.Hash
	plain bool // r||s
}

func newKey(t testing.TB) *ecKey { return newECKey(t, ec.P256(), crypto.SHA256) }

func newECKey(t testing.TB, c *ec.Curve, h crypto.Hash) *ecKey {
	t.Helper()
	return &ecKey{curve: c, d: must[[]byte](t)(c.RandomScalar(rand.Reader)), h: h}
}

var curveOIDs = map[string]string{"P-256": oidX962 + "\x03\x01\x07", "P-384": "\x2b\x81\x04\x00\x22", "P-521": "\x2b\x81\x04\x00\x23"}

// curveOID names a curve; those of brainpool follow from their place in
// RFC 5639, 4.1.
func curveOID(c *ec.Curve) string {
	if known, ok := curveOIDs[c.Name()]; ok {
		return known
	}
	for i, name := range []string{
		"P160r1", "P160t1", "P192r1", "P192t1", "P224r1", "P224t1", "P256r1", "P256t1", "P320r1", "P320t1", "P384r1", "P384t1", "P512r1", "P512t1",
	} {
		if c.Name() == "brainpool"+name {
			return "\x2b\x24\x03\x03\x02\x08\x01\x01" + string(rune(i+1))
		}
	}
	return ""
}

func (k *ecKey) hash() crypto.Hash { return k.h }

func (k *ecKey) spki() []byte {
	public, _ := k.curve.ScalarBaseMult(k.d).Bytes()
	return seq(seq(oid(oidX962+"\x02\x01"), oid(curveOID(k.curve))), bits(public))
}

func (k *ecKey) algorithm() []byte {
	all := []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}
	i := slices.Index(all, k.h)
	switch {
	case k.plain:
		return seq(oid("\x04\x00\x7f\x00\x07\x01\x01\x04\x01" + string(rune(i+1))))
	case i == 0:
		return seq(oid(oidX962 + "\x04\x01"))
	}
	return seq(oid(oidX962 + "\x04\x03" + string(rune(i))))
}

func (k *ecKey) sign(t testing.TB, msg []byte) []byte {
	t.Helper()
	r, s, err := k.curve.Sign(rand.Reader, k.d, digest(k.h, msg))
	if err != nil {
		t.Fatal(err)
	}
	if k.plain {
		size := k.curve.OrderSize()
		both := make([]byte, 2*size)
		copy(both[size-len(r):], r)
		copy(both[2*size-len(s):], s)
		return both
	}
	return seq(integer(r...), integer(s...))
}

type rsaKey struct {
	key  *rsa.PrivateKey
	h    crypto.Hash
	pss  bool
	mask crypto.Hash // PSS: 0 for the same as h
	bare bool        // PSS without parameters: SHA-1, salt of 20
}

var testRSA = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 1280) // soon made, and large enough for PSS with SHA-512
	if err != nil {
		panic(err)
	}
	return key
})

func (k *rsaKey) hash() crypto.Hash { return k.h }

func (k *rsaKey) spki() []byte {
	e := []byte{byte(k.key.E >> 16), byte(k.key.E >> 8), byte(k.key.E)}
	return seq(seq(oid(oidPKCS+"\x01"), []byte{5, 0}), bits(seq(integer(k.key.N.Bytes()...), integer(e...))))
}

func (k *rsaKey) algorithm() []byte {
	switch {
	case k.pss && k.bare:
		return seq(oid(oidPKCS + "\x0a"))
	case k.pss:
		mask := k.h
		if k.mask != 0 {
			mask = k.mask
		}
		return seq(oid(oidPKCS+"\x0a"), seq(tlv.Encode(0xA0, hashID(k.h)), tlv.Encode(0xA1, seq(oid(oidPKCS+"\x08"), hashID(mask))),
			tlv.Encode(0xA2, integer(byte(k.h.Size())))))
	}
	last := map[crypto.Hash]string{crypto.SHA1: "\x05", crypto.SHA256: "\x0b", crypto.SHA384: "\x0c", crypto.SHA512: "\x0d", crypto.SHA224: "\x0e"}
	return seq(oid(oidPKCS+last[k.h]), []byte{5, 0})
}

func (k *rsaKey) sign(t testing.TB, msg []byte) []byte {
	t.Helper()
	if k.pss {
		return must[[]byte](t)(rsa.SignPSS(rand.Reader, k.key, k.h, digest(k.h, msg), &rsa.PSSOptions{SaltLength: k.h.Size()}))
	}
	return must[[]byte](t)(rsa.SignPKCS1v15(rand.Reader, k.key, k.h, digest(k.h, msg)))
}

// nameOf is a name in a country.
func nameOf(country, common string) []byte {
	part := func(id string, kind tlv.Tag, text string) []byte {
		return set(seq(oid("\x55\x04"+id), tlv.Encode(kind, []byte(text))))
	}
	return seq(part("\x06", 0x13, country), part("\x0a", 0x0C, "Demo Authority"), part("\x03", 0x0C, common))
}

// certificate is what goes into one.
type certificate struct {
	serial          byte
	issuer, subject []byte
	from, to        time.Time
	key, by         signKey
	ca              bool
	ski, aki        []byte
	usage           byte // 0: no extension
	privateFrom     time.Time
	privateTo       time.Time
	purposes        []string
	types           []string
	critical        string // OID of one more critical extension
}

func extension(id string, critical bool, value ...[]byte) []byte {
	if critical {
		return seq(oid(id), []byte{1, 1, 0xFF}, octets(value...))
	}
	return seq(oid(id), octets(value...))
}

func (c certificate) extensions() (list [][]byte) {
	add := func(there bool, id string, critical bool, value func() []byte) {
		if there {
			list = append(list, extension(id, critical, value()))
		}
	}
	const ce = "\x55\x1d"
	add(c.usage != 0, ce+"\x0f", true, func() []byte { return tlv.Encode(0x03, []byte{0, c.usage}) })
	add(c.ca, ce+"\x13", true, func() []byte { return seq([]byte{1, 1, 0xFF}, integer(0)) })
	add(c.ski != nil, ce+"\x0e", false, func() []byte { return octets(c.ski) })
	add(c.aki != nil, ce+"\x23", false, func() []byte { return seq(tlv.Encode(0x80, c.aki)) })
	add(!c.privateTo.IsZero(), ce+"\x10", false, func() []byte {
		period := func(tag tlv.Tag, t time.Time) []byte { return tlv.Encode(tag, []byte(t.Format("20060102150405Z"))) }
		return seq(period(0x80, c.privateFrom), period(0x81, c.privateTo))
	})
	add(c.purposes != nil, ce+"\x25", true, func() []byte {
		var all [][]byte
		for _, p := range c.purposes {
			all = append(all, oid(p))
		}
		return seq(all...)
	})
	add(c.types != nil, oidICAO+"\x06\x02", false, func() []byte {
		var all [][]byte
		for _, t := range c.types {
			all = append(all, tlv.Encode(0x13, []byte(t)))
		}
		return seq(integer(0), set(all...))
	})
	add(c.critical != "", c.critical, true, func() []byte { return []byte{5, 0} })
	return list
}

func (c certificate) der(t testing.TB) []byte {
	t.Helper()
	tbs := seq(
		tlv.Encode(0xA0, integer(2)), integer(c.serial), c.by.algorithm(), c.issuer, seq(utc(c.from), utc(c.to)), c.subject,
		c.key.spki(), tlv.Encode(0xA3, seq(c.extensions()...)),
	)
	return seq(tbs, c.by.algorithm(), bits(c.by.sign(t, tbs)))
}

// authority is an issuing authority with one key.
type authority struct {
	country string
	key     signKey
	cert    certificate
}

func keyID(k signKey) []byte { return digest(crypto.SHA1, k.spki()) }

func newAuthority(t testing.TB, country string) *authority { return authorityOf(newKey(t), country, 1) }

func authorityOf(k signKey, country string, serial byte) *authority {
	name := nameOf(country, "CSCA")
	return &authority{country: country, key: k, cert: certificate{
		serial: serial, issuer: name, subject: name, from: now.AddDate(-3, 0, 0), to: now.AddDate(12, 0, 0), key: k, by: k, ca: true,
		ski: keyID(k), aki: keyID(k), usage: 0x06,
	}}
}

// next is the authority's next key, with the certificate that links it to the
// present one.
func (a *authority) next(t testing.TB, serial byte) (next *authority, link certificate) {
	t.Helper()
	next = authorityOf(newKey(t), a.country, serial)
	link = next.cert
	link.serial, link.by, link.aki = serial+1, a.key, keyID(a.key)
	return next, link
}

// signer makes the certificate of a document signer.
func (a *authority) signer(k signKey, change func(*certificate)) certificate {
	c := certificate{
		serial: 77, issuer: a.cert.subject, subject: nameOf(a.country, "DS"), from: now.AddDate(-1, 0, 0), to: now.AddDate(9, 0, 0),
		key: k, by: a.key, ski: keyID(k), aki: keyID(a.key), usage: 0x80,
	}
	if change != nil {
		change(&c)
	}
	return c
}

// crl makes a revocation list.
func (a *authority) crl(t testing.TB, this, next time.Time, serials ...byte) []byte {
	t.Helper()
	var entries [][]byte
	for _, s := range serials {
		entries = append(entries, seq(integer(s), utc(this)))
	}
	parts := [][]byte{integer(1), a.key.algorithm(), a.cert.subject, utc(this)}
	if !next.IsZero() {
		parts = append(parts, utc(next))
	}
	if len(entries) > 0 {
		parts = append(parts, seq(entries...))
	}
	number := extension("\x55\x1d\x14", false, integer(1))
	parts = append(parts, tlv.Encode(0xA0, seq(extension("\x55\x1d\x23", false, seq(tlv.Encode(0x80, keyID(a.key)))), number)))
	return a.signedList(t, parts...)
}

func (a *authority) signedList(t testing.TB, parts ...[]byte) []byte {
	t.Helper()
	tbs := seq(parts...)
	return seq(tbs, a.key.algorithm(), bits(a.key.sign(t, tbs)))
}

// message is signed data in the making.
type message struct {
	kind    string // OID of the content
	content []byte
	cert    certificate
	certs   [][]byte // those that come along, cert if nil
	at      time.Time
	byKeyID bool
	bare    bool // without signed attributes
	// signedOrder and sentOrder permute the attributes.
	reversed  bool // sent in another order than signed
	contentID []byte
}

func (m message) attributes(h crypto.Hash) [][]byte {
	attribute := func(last string, value []byte) []byte { return seq(oid(oidCMS+last), set(value)) }
	id := oid(m.kind)
	if m.contentID != nil {
		id = m.contentID
	}
	list := [][]byte{attribute("\x03", id), attribute("\x04", octets(digest(h, m.content)))}
	if !m.at.IsZero() {
		list = append(list, attribute("\x05", utc(m.at)))
	}
	slices.SortFunc(list, bytes.Compare)
	return list
}

func (m message) der(t testing.TB) []byte {
	t.Helper()
	k := m.cert.key
	version, sid := integer(1), seq(m.cert.issuer, integer(m.cert.serial))
	if m.byKeyID {
		version, sid = integer(3), tlv.Encode(0x80, m.cert.ski)
	}
	info := [][]byte{version, sid, hashID(k.hash())}
	if m.bare {
		info = append(info, k.algorithm(), octets(k.sign(t, m.content)))
	} else {
		list := m.attributes(k.hash())
		signature := k.sign(t, set(list...))
		if m.reversed {
			slices.Reverse(list)
		}
		info = append(info, tlv.Encode(0xA0, list...), k.algorithm(), octets(signature))
	}
	certs := m.certs
	if certs == nil {
		certs = [][]byte{m.cert.der(t)}
	}
	data := seq(
		integer(3), set(hashID(k.hash())), seq(oid(m.kind), tlv.Encode(0xA0, octets(m.content))), tlv.Encode(0xA0, certs...),
		set(seq(info...)),
	)
	return seq(oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), tlv.Encode(0xA0, data))
}

func anchorsOf(t testing.TB, certs ...certificate) pki.Anchors {
	t.Helper()
	var list [][]byte
	for _, c := range certs {
		list = append(list, c.der(t))
	}
	return must[pki.Anchors](t)(pki.NewAnchors(list...))
}
