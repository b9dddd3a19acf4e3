package cvc

import "fmt"

// Bounds of a reference in bytes (TR-03110 part 3, A.6.1).
const (
	countrySize  = 2
	sequenceSize = 5
	maxMnemonic  = 9
	maxReference = countrySize + maxMnemonic + sequenceSize
)

// Reference names a public key: country of the holder, the holder's mnemonic,
// sequence number. It holds characters of ISO/IEC 8859-1, one byte each.
type Reference string

// ParseReference checks a certification authority or certificate holder
// reference: two letters of a country, up to nine printable characters, five
// digits or capital letters.
func ParseReference(b []byte) (Reference, error) {
	if len(b) < countrySize+sequenceSize || len(b) > maxReference {
		return "", malformed(fmt.Sprintf("reference of %d bytes", len(b)), nil)
	}
	for i, c := range b {
		switch {
		case i < countrySize && !capital(c):
			return "", malformed("country of a reference", nil)
		case i >= len(b)-sequenceSize && !capital(c) && !digit(c):
			return "", malformed("sequence number of a reference", nil)
		case !printable(c):
			return "", malformed("mnemonic of a reference", nil)
		}
	}
	return Reference(b), nil
}

func capital(c byte) bool { return c >= 'A' && c <= 'Z' }

func digit(c byte) bool { return c >= '0' && c <= '9' }

// printable characters of ISO/IEC 8859-1 (TR-03110 part 3, D.2.1.4).
func printable(c byte) bool { return c >= 0x20 && c <= 0x7E || c >= 0xA0 }

// Country is the holder's country, two capital letters.
func (r Reference) Country() string { return r.part(0, countrySize) }

// Holder is the mnemonic that tells the holders of one country apart.
func (r Reference) Holder() string { return r.part(countrySize, len(r)-sequenceSize) }

// Sequence is the number of the holder's key.
func (r Reference) Sequence() string { return r.part(len(r)-sequenceSize, len(r)) }

// part is empty on a reference that was not parsed.
func (r Reference) part(from, to int) string {
	if len(r) < countrySize+sequenceSize {
		return ""
	}
	return string(r[from:to])
}
