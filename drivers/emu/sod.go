package emu

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"fmt"
	"maps"
	"slices"

	"motcua/protocol/tlv"
)

var (
	oidSHA256        = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSASHA256   = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidLDSObject     = asn1.ObjectIdentifier{2, 23, 136, 1, 1, 1}
)

// encodeSOD signs the hashes of the data groups: CMS SignedData around an
// LDSSecurityObject version 0 (ICAO 9303-10, 4.6.2; 9303-12, appendix D; RFC 5652).
func (i *Issuer) encodeSOD(groups map[int][]byte) ([]byte, error) {
	content := securityObject(groups)
	digest := sha256.Sum256(content)
	attributes := tlv.Encode(derSet,
		attribute(oidContentType, oid(oidLDSObject)),
		attribute(oidMessageDigest, tlv.Encode(derOctets, digest[:])),
	)
	signed := sha256.Sum256(attributes)
	signature, err := ecdsa.SignASN1(rand.Reader, i.ds.key, signed[:])
	if err != nil {
		return nil, fmt.Errorf("signing EF.SOD: %w", err)
	}
	serial, err := asn1.Marshal(i.ds.cert.SerialNumber)
	if err != nil {
		return nil, fmt.Errorf("signing EF.SOD: %w", err)
	}
	attributes[0] = 0xA0 // [0] IMPLICIT; signed as the SET it is (RFC 5652, 5.4)
	signer := tlv.Encode(derSequence,
		tlv.Encode(derInteger, []byte{1}),
		tlv.Encode(derSequence, i.ds.cert.RawIssuer, serial),
		algorithm(oidSHA256),
		attributes,
		algorithm(oidECDSASHA256),
		tlv.Encode(derOctets, signature),
	)
	return tlv.Encode(0x77, contentInfo(content, i.ds.cert.Raw, signer)), nil
}

func contentInfo(content, cert, signer []byte) []byte {
	signedData := tlv.Encode(derSequence,
		tlv.Encode(derInteger, []byte{3}),
		tlv.Encode(derSet, algorithm(oidSHA256)),
		tlv.Encode(derSequence, oid(oidLDSObject), tlv.Encode(0xA0, tlv.Encode(derOctets, content))),
		tlv.Encode(0xA0, cert),
		tlv.Encode(derSet, signer),
	)
	return tlv.Encode(derSequence, oid(oidSignedData), tlv.Encode(0xA0, signedData))
}

func securityObject(groups map[int][]byte) []byte {
	var hashes [][]byte
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		h := sha256.Sum256(groups[n])
		hashes = append(hashes, tlv.Encode(derSequence,
			tlv.Encode(derInteger, []byte{byte(n)}), tlv.Encode(derOctets, h[:])))
	}
	return tlv.Encode(derSequence,
		tlv.Encode(derInteger, []byte{0}),
		algorithm(oidSHA256),
		tlv.Encode(derSequence, hashes...),
	)
}

func attribute(id asn1.ObjectIdentifier, value []byte) []byte {
	return tlv.Encode(derSequence, oid(id), tlv.Encode(derSet, value))
}

func algorithm(id asn1.ObjectIdentifier) []byte { return tlv.Encode(derSequence, oid(id)) }

// oid encodes an object identifier of this package's constants.
func oid(id asn1.ObjectIdentifier) []byte {
	b, err := asn1.Marshal(id)
	if err != nil {
		return nil // a test encodes every constant
	}
	return b
}
