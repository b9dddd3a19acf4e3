package pki

import (
	"slices"
	"strings"
	"unicode/utf16"

	"motcua/protocol/der"
	"motcua/protocol/tlv"
)

// maxAttributes bounds the parts of a name.
const maxAttributes = 32

// FoldName turns a distinguished name into a text that is the same for names
// that authorities treat as the same: order of the parts, type of the strings,
// case and white space do not count.
func FoldName(name []byte) (string, error) {
	seq, err := tlv.Parse(name, der.TagSequence)
	if err != nil {
		return "", der.Malformed("name", err)
	}
	var parts []string
	for rdns := seq.Items(); rdns.More(); {
		set, err := der.Inside(rdns, der.TagSet, "name")
		if err != nil {
			return "", err
		}
		for set.More() {
			part, err := foldAttribute(set)
			if err != nil {
				return "", err
			}
			if parts = append(parts, part); len(parts) > maxAttributes {
				return "", der.Malformed("name of too many parts", nil)
			}
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "\x00"), nil
}

func foldAttribute(set *tlv.Reader) (string, error) {
	pair, err := der.Inside(set, der.TagSequence, "name")
	if err != nil {
		return "", err
	}
	oid, err := pair.Expect(der.TagOID)
	if err != nil {
		return "", der.Malformed("name", err)
	}
	value, err := pair.Next()
	if err != nil {
		return "", der.Malformed("name", err)
	}
	text := decodeText(value)
	return string(oid.Value) + "=" + strings.ToLower(strings.Join(strings.Fields(text), " ")), nil
}

// decodeText reads the string types that names use; BMPString is UTF-16.
func decodeText(item tlv.Item) string {
	if item.Tag != 0x1E {
		return string(item.Value)
	}
	units := make([]uint16, 0, len(item.Value)/2)
	for b := item.Value; len(b) >= 2; b = b[2:] {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
	}
	return string(utf16.Decode(units))
}
