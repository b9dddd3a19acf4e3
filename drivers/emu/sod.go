package emu

import (
	"bytes"
	"encoding/asn1"
	"maps"
	"slices"
	"time"

	"motcua/protocol/tlv"
)

var (
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidLDSObject     = asn1.ObjectIdentifier{2, 23, 136, 1, 1, 1}
)

// signedObject is CMS SignedData (RFC 5652) by a document signer, in parts that
// a forger may exchange before it is put together.
type signedObject struct {
	kind      asn1.ObjectIdentifier // of the content
	content   []byte
	digest    []byte // of the content, as the signed attributes say
	at        time.Time
	cert      certificate // that comes along
	issuer    []byte      // Name of its issuer
	algorithm []byte      // AlgorithmIdentifier of the signature
	signature []byte
	how       Signer
}

// signData signs content of a kind; issuer is the name of the authority above.
// EF.SOD holds an LDS security object, EF.CardSecurity the chip's SecurityInfos.
func (a authority) signData(how Signer, issuer []byte, kind asn1.ObjectIdentifier, content []byte, at time.Time) (*signedObject, error) {
	o := &signedObject{
		kind: kind, content: content, digest: how.hash().sum(content),
		cert: a.cert, issuer: issuer, algorithm: how.Scheme.or(a.key).algorithm(how.hash()), how: how,
	}
	switch how.Signed {
	case SignedIssue:
		o.at = at
	case SignedLate:
		o.at = a.cert.signs.Add(20 * 24 * time.Hour)
	case SignedUnsaid:
	}
	return o, o.sign(a)
}

// sign signs the attributes; a forger who changed them calls it again with a key
// of their own.
func (o *signedObject) sign(a authority) error {
	var err error
	o.signature, err = a.key.sign(o.how.Scheme, o.how.hash(), tlv.Encode(derSet, o.attributes()...))
	return err
}

// attributes are signed as the SET OF that they are, sorted (RFC 5652, 5.4).
func (o *signedObject) attributes() [][]byte {
	all := [][]byte{
		attribute(oidContentType, oid(o.kind)),
		attribute(oidMessageDigest, tlv.Encode(derOctets, o.digest)),
	}
	if !o.at.IsZero() {
		all = append(all, attribute(oidSigningTime, derTime(o.at)))
	}
	slices.SortFunc(all, bytes.Compare)
	return all
}

// encode is ContentInfo around SignedData.
func (o *signedObject) encode() []byte {
	e := encoder{o.how.Indefinite}
	signer := e.encode(derSequence,
		derNumber(o.version()),
		o.signerID(),
		o.how.hash().algorithm(),
		tlv.Encode(0xA0, o.attributes()...), // [0] IMPLICIT
		o.algorithm,
		tlv.Encode(derOctets, o.signature),
	)
	signedData := e.encode(derSequence,
		derNumber(3),
		tlv.Encode(derSet, o.how.hash().algorithm()),
		e.encode(derSequence, oid(o.kind), e.encode(0xA0, e.octets(o.content))),
		e.encode(0xA0, o.cert.raw),
		e.encode(derSet, signer),
	)
	return e.encode(derSequence, oid(oidSignedData), e.encode(0xA0, signedData))
}

// version of SignerInfo follows from how the signer is named (RFC 5652, 5.3).
func (o *signedObject) version() byte {
	if o.how.KeyID {
		return 3
	}
	return 1
}

func (o *signedObject) signerID() []byte {
	if o.how.KeyID {
		return tlv.Encode(0x80, o.cert.keyID)
	}
	return tlv.Encode(derSequence, o.issuer, derUnsigned(o.cert.serial))
}

func attribute(id asn1.ObjectIdentifier, value []byte) []byte {
	return tlv.Encode(derSequence, oid(id), tlv.Encode(derSet, value))
}

// securityObject is the LDSSecurityObject (ICAO 9303-10, 4.6.2.2; 9303-12,
// appendix D): version 0, or version 1 with the versions of LDS and Unicode.
func securityObject(how Signer, groups map[int][]byte) []byte {
	var hashes [][]byte
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		hashes = append(hashes, tlv.Encode(derSequence, derNumber(byte(n)), tlv.Encode(derOctets, how.groups().sum(groups[n]))))
	}
	parts := [][]byte{derNumber(0), how.groups().algorithm(), tlv.Encode(derSequence, hashes...)}
	if how.LDS == LDS18 {
		parts[0] = derNumber(1)
		parts = append(parts, tlv.Encode(derSequence,
			tlv.Encode(derPrintable, []byte("0108")), tlv.Encode(derPrintable, []byte("040000"))))
	}
	return tlv.Encode(derSequence, parts...)
}
