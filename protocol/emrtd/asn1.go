package emrtd

import (
	"fmt"

	"motcua/protocol/tlv"
)

// Tags of ASN.1 and of a few files.
const (
	tagBoolean     tlv.Tag = 0x01
	tagInteger     tlv.Tag = 0x02
	tagBitString   tlv.Tag = 0x03
	tagOctetString tlv.Tag = 0x04
	tagNull        tlv.Tag = 0x05
	tagOID         tlv.Tag = 0x06
	tagUTCTime     tlv.Tag = 0x17
	tagTime        tlv.Tag = 0x18
	tagSequence    tlv.Tag = 0x30
	tagSet         tlv.Tag = 0x31
	tagContext0    tlv.Tag = 0xA0
	tagContext1    tlv.Tag = 0xA1
	tagContext2    tlv.Tag = 0xA2
	tagContext3    tlv.Tag = 0xA3
)

// readSmallInt reads an INTEGER between 0 and 65535.
func readSmallInt(r *tlv.Reader) (int, error) {
	item, err := r.Expect(tagInteger)
	if err != nil {
		return 0, malformed("integer", err)
	}
	if len(item.Value) == 0 || len(item.Value) > 3 || item.Value[0] >= 0x80 || len(item.Value) == 3 && item.Value[0] != 0 {
		return 0, malformed("small integer", nil)
	}
	n := 0
	for _, b := range item.Value {
		n = n<<8 | int(b)
	}
	return n, nil
}

// readUnsigned reads an INTEGER that is not negative, without leading zeros.
func readUnsigned(r *tlv.Reader) ([]byte, error) {
	item, err := r.Expect(tagInteger)
	if err != nil {
		return nil, malformed("integer", err)
	}
	b := item.Value
	if len(b) == 0 || b[0] >= 0x80 {
		return nil, malformed("unsigned integer", nil)
	}
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	return b, nil
}

// inside reads one data object of this tag and returns a reader of its value.
func inside(r *tlv.Reader, tag tlv.Tag, what string) (*tlv.Reader, error) {
	item, err := r.Expect(tag)
	if err != nil {
		return nil, malformed(what, err)
	}
	return item.Items(), nil
}

func malformed(what string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%s: %w", what, ErrMalformed)
	}
	return fmt.Errorf("%s: %w: %w", what, ErrMalformed, cause)
}
