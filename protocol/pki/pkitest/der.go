package pkitest

import (
	"time"

	"motcua/protocol/tlv"
)

// Now is when the tests read.
func Now() time.Time { return time.Date(2026, 3, 15, 9, 0, 0, 0, time.UTC) }

// Seq is a SEQUENCE.
func Seq(parts ...[]byte) []byte { return tlv.Encode(0x30, parts...) }

// Set is a SET in the order that is given.
func Set(parts ...[]byte) []byte { return tlv.Encode(0x31, parts...) }

// OID is an object identifier whose arcs are encoded already.
func OID(s string) []byte { return tlv.Encode(0x06, []byte(s)) }

// Octets is an OCTET STRING.
func Octets(b ...[]byte) []byte { return tlv.Encode(0x04, b...) }

// Bits is a BIT STRING of whole bytes.
func Bits(b []byte) []byte { return tlv.Encode(0x03, []byte{0}, b) }

// Integer is an INTEGER of big-endian bytes that are not negative.
func Integer(b ...byte) []byte {
	for len(b) > 1 && b[0] == 0 && b[1] < 0x80 {
		b = b[1:]
	}
	if b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return tlv.Encode(0x02, b)
}

// UTC is a UTCTime.
func UTC(t time.Time) []byte { return tlv.Encode(0x17, []byte(t.UTC().Format("060102150405Z"))) }

// null is the NULL that some algorithms have for parameters.
func null() []byte { return []byte{5, 0} }

// Object identifiers, as their arcs are encoded.
const (
	OIDPKCS             = "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
	OIDCMS              = "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
	OIDX962             = "\x2a\x86\x48\xce\x3d"
	OIDSHA2             = "\x60\x86\x48\x01\x65\x03\x04\x02"
	OIDICAO             = "\x67\x81\x08\x01\x01"
	OIDLDS              = OIDICAO + "\x01" // the content of EF.SOD
	OIDMasterList       = OIDICAO + "\x02"
	OIDMasterListSigner = OIDICAO + "\x03"
	OIDCardSecurity     = "\x04\x00\x7f\x00\x07\x03\x02\x01"

	oidSignedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidAttribute  = "\x55\x04" // of a name
	oidExtension  = "\x55\x1d" // of a certificate or list
)
