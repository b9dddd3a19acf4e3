package pkitest

import (
	"testing"
	"time"

	"motcua/protocol/tlv"
)

// Authority is an issuing authority with one key.
type Authority struct {
	Country string
	Key     Key
	Cert    Certificate
}

// NewAuthority is one with a new key.
func NewAuthority(t testing.TB, country string) *Authority {
	t.Helper()
	return AuthorityOf(NewKey(t), country, 1)
}

// AuthorityOf is one with a certificate by itself.
func AuthorityOf(k Key, country string, serial byte) *Authority {
	name := NameIn(country, "CSCA")
	return &Authority{Country: country, Key: k, Cert: Certificate{
		Serial: serial, Issuer: name, Subject: name, From: Now().AddDate(-3, 0, 0), To: Now().AddDate(12, 0, 0), Key: k, By: k, CA: true,
		SKI: KeyID(k), AKI: KeyID(k), Usage: 0x06,
	}}
}

// Next is the authority's next key, with the certificate that links it to the
// present one.
func (a *Authority) Next(t testing.TB, serial byte) (next *Authority, link Certificate) {
	t.Helper()
	next = AuthorityOf(NewKey(t), a.Country, serial)
	link = next.Cert
	link.Serial, link.By, link.AKI = serial+1, a.Key, KeyID(a.Key)
	return next, link
}

// Signer is the certificate of a document signer, as it is changed.
func (a *Authority) Signer(k Key, change func(*Certificate)) Certificate {
	c := Certificate{
		Serial: 77, Issuer: a.Cert.Subject, Subject: NameIn(a.Country, "DS"), From: Now().AddDate(-1, 0, 0), To: Now().AddDate(9, 0, 0),
		Key: k, By: a.Key, SKI: KeyID(k), AKI: KeyID(a.Key), Usage: 0x80,
	}
	if change != nil {
		change(&c)
	}
	return c
}

// CRL issues a revocation list.
func (a *Authority) CRL(t testing.TB, this, next time.Time, serials ...byte) []byte {
	t.Helper()
	var entries [][]byte
	for _, s := range serials {
		entries = append(entries, Seq(Integer(s), UTC(this)))
	}
	parts := [][]byte{Integer(1), a.Key.Algorithm(), a.Cert.Subject, UTC(this)}
	if !next.IsZero() {
		parts = append(parts, UTC(next))
	}
	if len(entries) > 0 {
		parts = append(parts, Seq(entries...))
	}
	number := Extension(oidExtension+"\x14", false, Integer(1))
	parts = append(parts, tlv.Encode(0xA0, Seq(Extension(oidExtension+"\x23", false, Seq(tlv.Encode(0x80, KeyID(a.Key)))), number)))
	return a.Signed(t, parts...)
}

// Signed is a SEQUENCE that the authority has signed as it signs certificates.
func (a *Authority) Signed(t testing.TB, parts ...[]byte) []byte {
	t.Helper()
	return signed(t, a.Key, Seq(parts...))
}
