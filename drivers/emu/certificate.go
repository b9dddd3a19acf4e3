package emu

import (
	"crypto/sha1"
	"encoding/asn1"
	"fmt"
	"time"

	"motcua/protocol/tlv"
)

// Names in every certificate of the demonstration authorities.
const (
	demoOrganisation = "DEMO INVENTED"
	demoCRL          = "http://demo.invalid/crl"
)

// inUse is how long before now the authority began to sign, so that cards issued
// in the last years fall into its time; afterwards is how long it stays valid.
const (
	inUse      = 6 * 365 * 24 * time.Hour
	afterwards = 15 * 365 * 24 * time.Hour
	// usage is how long keys sign: a year from now on.
	usage = inUse + 366*24*time.Hour
)

var (
	oidCountry      = asn1.ObjectIdentifier{2, 5, 4, 6}
	oidLocality     = asn1.ObjectIdentifier{2, 5, 4, 7}
	oidOrganisation = asn1.ObjectIdentifier{2, 5, 4, 10}
	oidCommonName   = asn1.ObjectIdentifier{2, 5, 4, 3}

	oidSubjectKeyID   = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidKeyUsage       = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidKeyUsagePeriod = asn1.ObjectIdentifier{2, 5, 29, 16}
	oidSubjectAltName = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidIssuerAltName  = asn1.ObjectIdentifier{2, 5, 29, 18}
	oidConstraints    = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidCRLNumber      = asn1.ObjectIdentifier{2, 5, 29, 20}
	oidCRLReason      = asn1.ObjectIdentifier{2, 5, 29, 21}
	oidCRLPoints      = asn1.ObjectIdentifier{2, 5, 29, 31}
	oidAuthorityKeyID = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidDocumentTypes  = asn1.ObjectIdentifier{2, 23, 136, 1, 1, 6, 2}
)

// certificate is a certificate with what is needed of it to issue more.
type certificate struct {
	raw         []byte
	subject     []byte // Name
	serial      []byte // big-endian
	keyID       []byte
	from, until time.Time
	signs       time.Time // until when the key signs
}

// request is what a certificate shall say.
type request struct {
	name        string
	state       State
	key         signingKey
	from, until time.Time
	signs       time.Duration // how long the key signs; 0: the whole time
	authority   bool
	explicit    bool   // the curve spelled out
	types       string // document type, of a document signer
	serial      []byte // instead of one made from the key
	issuerKeyID []byte // a lie about whose key signs
}

// lastSigning is until when the key signs.
func (q request) lastSigning() time.Time {
	if q.signs == 0 {
		return q.until
	}
	return q.from.Add(q.signs)
}

// selfSigned makes a CSCA's certificate (ICAO 9303-12, 7.1).
func selfSigned(q request, scheme Scheme, hash Hash) (authority, error) {
	own := authority{key: q.key, scheme: scheme, hash: hash, state: q.state}
	id, err := keyID(q.key)
	if err != nil {
		return own, err
	}
	own.cert = certificate{subject: distinguished(q.state, q.name), keyID: id, from: q.from, until: q.until}
	own.cert, err = own.certify(q)
	return own, err
}

// certify signs a certificate: a document signer's, a link to the authority's
// next key, or, of an authority that has none yet, its own.
func (a authority) certify(q request) (certificate, error) {
	id, err := keyID(q.key)
	if err != nil {
		return certificate{}, err
	}
	spki, err := q.key.public(q.explicit)
	if err != nil {
		return certificate{}, err
	}
	c := certificate{subject: distinguished(q.state, q.name), serial: append([]byte{1}, id[:7]...), keyID: id, from: q.from, until: q.until}
	c.signs = q.lastSigning()
	if q.serial != nil {
		c.serial = q.serial
	}
	if q.issuerKeyID != nil {
		a.cert.keyID = q.issuerKeyID
	}
	tbs := tlv.Encode(derSequence,
		tlv.Encode(0xA0, derNumber(2)), // version 3
		derUnsigned(c.serial),
		a.algorithm(),
		a.cert.subject,
		tlv.Encode(derSequence, derTime(q.from), derTime(q.until)),
		c.subject,
		spki,
		tlv.Encode(0xA3, tlv.Encode(derSequence, extensions(q, id, a)...)),
	)
	c.raw, err = a.sealed(tbs)
	return c, err
}

// sealed puts algorithm and signature behind what is signed.
func (a authority) sealed(tbs []byte) ([]byte, error) {
	value, err := a.key.sign(a.scheme, a.hash, tbs)
	if err != nil {
		return nil, fmt.Errorf("signing for %s: %w", a.state, err)
	}
	return tlv.Encode(derSequence, tbs, a.algorithm(), derBitString(value)), nil
}

func (a authority) algorithm() []byte { return a.scheme.or(a.key).algorithm(a.hash) }

func extensions(q request, id []byte, a authority) [][]byte {
	all := [][]byte{
		extension(oidAuthorityKeyID, false, tlv.Encode(derSequence, tlv.Encode(0x80, a.cert.keyID))),
		extension(oidSubjectKeyID, false, tlv.Encode(derOctets, id)),
		extension(oidKeyUsagePeriod, false, usagePeriod(q.from, q.lastSigning())),
		extension(oidSubjectAltName, false, countryName(q.state)),
		extension(oidIssuerAltName, false, countryName(a.state)),
		extension(oidCRLPoints, false, crlPoints()),
	}
	if q.authority {
		all = append(all,
			extension(oidKeyUsage, true, tlv.Encode(derBits, []byte{1, 0x06})), // certificates and revocations
			extension(oidConstraints, true, tlv.Encode(derSequence, tlv.Encode(derBoolean, []byte{0xFF}), derNumber(0))))
	} else {
		all = append(all, extension(oidKeyUsage, true, tlv.Encode(derBits, []byte{7, 0x80}))) // signatures
	}
	if q.types != "" {
		all = append(all, extension(oidDocumentTypes, false, tlv.Encode(derSequence, derNumber(0),
			tlv.Encode(derSet, tlv.Encode(derPrintable, []byte(q.types))))))
	}
	return all
}

func extension(id asn1.ObjectIdentifier, critical bool, value []byte) []byte {
	parts := [][]byte{oid(id)}
	if critical {
		parts = append(parts, tlv.Encode(derBoolean, []byte{0xFF}))
	}
	return tlv.Encode(derSequence, append(parts, tlv.Encode(derOctets, value))...)
}

// keyID is SHA-1 of the key bits: an identifier, not a proof (RFC 5280, 4.2.1.2).
func keyID(key signingKey) ([]byte, error) {
	bits, err := key.bits()
	if err != nil {
		return nil, err
	}
	id := sha1.Sum(bits)
	return id[:], nil
}

// distinguished is a Name: country, organisation, common name.
func distinguished(state State, name string) []byte {
	part := func(id asn1.ObjectIdentifier, tag tlv.Tag, text string) []byte {
		return tlv.Encode(derSet, tlv.Encode(derSequence, oid(id), tlv.Encode(tag, []byte(text))))
	}
	return tlv.Encode(derSequence,
		part(oidCountry, derPrintable, state.twoLetters()),
		part(oidOrganisation, derPrintable, demoOrganisation),
		part(oidCommonName, derPrintable, name))
}

// usagePeriod says when the private key signs (RFC 3280, 4.2.1.4).
func usagePeriod(from, until time.Time) []byte {
	stamp := func(tag tlv.Tag, t time.Time) []byte {
		return tlv.Encode(tag, []byte(t.UTC().Truncate(24*time.Hour).Format("20060102150405Z")))
	}
	return tlv.Encode(derSequence, stamp(0x80, from), stamp(0x81, until))
}

// countryName is the three-letter code that the alternative names carry.
func countryName(state State) []byte {
	locality := tlv.Encode(derSequence, oid(oidLocality), tlv.Encode(derPrintable, []byte(state)))
	return tlv.Encode(derSequence, tlv.Encode(0xA4, tlv.Encode(derSequence, tlv.Encode(derSet, locality))))
}

func crlPoints() []byte {
	name := tlv.Encode(0xA0, tlv.Encode(0xA0, tlv.Encode(0x86, []byte(demoCRL))))
	return tlv.Encode(derSequence, tlv.Encode(derSequence, name))
}
