package der

import "motcua/protocol/tlv"

// Signature is the ECDSA-Sig-Value (RFC 3279, 2.2.3) of r and s, which are
// unsigned and big-endian.
func Signature(r, s []byte) []byte {
	return tlv.Encode(TagSequence, unsigned(r), unsigned(s))
}

// unsigned is an INTEGER that is not negative.
func unsigned(b []byte) []byte {
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) == 0 || b[0] >= 0x80 {
		return tlv.Encode(TagInteger, []byte{0}, b)
	}
	return tlv.Encode(TagInteger, b)
}

// SplitSignature reads an ECDSA-Sig-Value; r and s are as [Unsigned] gives them.
func SplitSignature(b []byte) (r, s []byte, err error) {
	item, err := tlv.Parse(b, TagSequence)
	if err != nil {
		return nil, nil, Malformed("signature", err)
	}
	values := item.Items()
	if r, err = Unsigned(values); err != nil {
		return nil, nil, err
	}
	if s, err = Unsigned(values); err != nil {
		return nil, nil, err
	}
	if err := values.End(); err != nil {
		return nil, nil, Malformed("signature", err)
	}
	return r, s, nil
}
