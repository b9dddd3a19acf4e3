package emu

import (
	"bytes"
	"encoding/asn1"
	"time"

	"motcua/protocol/tlv"
)

// Tags of ASN.1 (ITU-T X.690).
const (
	derBoolean     = 0x01
	derInteger     = 0x02
	derBits        = 0x03
	derOctets      = 0x04
	derNull        = 0x05
	derOID         = 0x06
	derEnumerated  = 0x0A
	derUTF8        = 0x0C
	derPrintable   = 0x13
	derUTCTime     = 0x17
	derGeneralized = 0x18
	derSequence    = 0x30
	derSet         = 0x31
)

// derNumber is a small INTEGER.
func derNumber(n byte) []byte { return tlv.Encode(derInteger, []byte{n}) }

// derUnsigned is an INTEGER of big-endian bytes that are not negative.
func derUnsigned(b []byte) []byte {
	b = bytes.TrimLeft(b, "\x00")
	if len(b) == 0 || b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return tlv.Encode(derInteger, b)
}

// derTime is a Time of certificates: two digits of the year until 2049 (RFC 5280,
// 4.1.2.5).
func derTime(t time.Time) []byte {
	t = t.UTC()
	if t.Year() < 2050 {
		return tlv.Encode(derUTCTime, []byte(t.Format("060102150405Z")))
	}
	return tlv.Encode(derGeneralized, []byte(t.Format("20060102150405Z")))
}

// derBitString is a BIT STRING of whole bytes.
func derBitString(b []byte) []byte { return tlv.Encode(derBits, []byte{0}, b) }

// oid encodes an object identifier of this package's constants.
func oid(id asn1.ObjectIdentifier) []byte {
	b, err := asn1.Marshal(id)
	if err != nil {
		return nil // a test encodes every constant
	}
	return b
}

func algorithm(id asn1.ObjectIdentifier, parameters ...[]byte) []byte {
	return tlv.Encode(derSequence, append([][]byte{oid(id)}, parameters...)...)
}

// encoder writes constructed data objects of CMS: with a definite length, or
// with an indefinite one as BER allows (ITU-T X.690, 8.1.3.6).
type encoder struct{ indefinite bool }

func (e encoder) encode(tag byte, parts ...[]byte) []byte {
	if !e.indefinite {
		return tlv.Encode(tlv.Tag(tag), parts...)
	}
	return append(append([]byte{tag, 0x80}, bytes.Join(parts, nil)...), 0, 0)
}

// octets is an OCTET STRING; the indefinite form comes in two pieces.
func (e encoder) octets(b []byte) []byte {
	if !e.indefinite || len(b) < 2 {
		return tlv.Encode(derOctets, b)
	}
	half := len(b) / 2
	return e.encode(0x24, tlv.Encode(derOctets, b[:half]), tlv.Encode(derOctets, b[half:]))
}
