package der

import (
	"errors"
	"fmt"

	"motcua/protocol/tlv"
)

// ErrMalformed is wrapped by every error about bytes that are not what their
// standard says.
var ErrMalformed = errors.New("malformed")

// Tags of ASN.1 types (X.680, table 1) and of context-specific, constructed
// elements 0 to 3.
const (
	TagBoolean         tlv.Tag = 0x01
	TagInteger         tlv.Tag = 0x02
	TagBitString       tlv.Tag = 0x03
	TagOctetString     tlv.Tag = 0x04
	TagNull            tlv.Tag = 0x05
	TagOID             tlv.Tag = 0x06
	TagEnumerated      tlv.Tag = 0x0A
	TagUTCTime         tlv.Tag = 0x17
	TagGeneralizedTime tlv.Tag = 0x18
	TagSequence        tlv.Tag = 0x30
	TagSet             tlv.Tag = 0x31
	TagContext0        tlv.Tag = 0xA0
	TagContext1        tlv.Tag = 0xA1
	TagContext2        tlv.Tag = 0xA2
	TagContext3        tlv.Tag = 0xA3
)

// SmallInt reads an INTEGER between 0 and 65535.
func SmallInt(r *tlv.Reader) (int, error) {
	item, err := r.Expect(TagInteger)
	if err != nil {
		return 0, Malformed("integer", err)
	}
	if len(item.Value) == 0 || len(item.Value) > 3 || item.Value[0] >= 0x80 || len(item.Value) == 3 && item.Value[0] != 0 {
		return 0, Malformed("small integer", nil)
	}
	n := 0
	for _, b := range item.Value {
		n = n<<8 | int(b)
	}
	return n, nil
}

// Unsigned reads an INTEGER that is not negative, without leading zeros; it
// aliases what r reads.
func Unsigned(r *tlv.Reader) ([]byte, error) {
	item, err := r.Expect(TagInteger)
	if err != nil {
		return nil, Malformed("integer", err)
	}
	b := item.Value
	if len(b) == 0 || b[0] >= 0x80 {
		return nil, Malformed("unsigned integer", nil)
	}
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	return b, nil
}

// BitString reads a BIT STRING of whole bytes.
func BitString(r *tlv.Reader) ([]byte, error) {
	item, err := r.Expect(TagBitString)
	if err != nil {
		return nil, Malformed("bit string", err)
	}
	if len(item.Value) == 0 || item.Value[0] != 0 {
		return nil, Malformed("bit string", nil)
	}
	return item.Value[1:], nil
}

// Inside reads one data object of this tag and returns a reader of its value;
// what names it in errors.
func Inside(r *tlv.Reader, tag tlv.Tag, what string) (*tlv.Reader, error) {
	item, err := r.Expect(tag)
	if err != nil {
		return nil, Malformed(what, err)
	}
	return item.Items(), nil
}

// Malformed is an error about what, wrapping [ErrMalformed] and the cause, which
// may be nil.
func Malformed(what string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%s: %w", what, ErrMalformed)
	}
	return fmt.Errorf("%s: %w: %w", what, ErrMalformed, cause)
}
