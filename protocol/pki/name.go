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

// name is a distinguished name as far as certificates are compared by it.
type name struct {
	raw     []byte
	folded  string
	country string // in capitals
	parts   []string
}

// text is the name for a person to read.
func (n name) text() string { return strings.Join(n.parts, ", ") }

// FoldName turns a distinguished name into a text that is the same for names
// that authorities treat as the same: order of the parts, type of the strings,
// case and white space do not count.
func FoldName(b []byte) (string, error) {
	n, err := parseName(b)
	return n.folded, err
}

func readName(r *tlv.Reader) (name, error) {
	item, err := r.Expect(der.TagSequence)
	if err != nil {
		return name{}, der.Malformed("name", err)
	}
	return parseName(item.Raw)
}

func parseName(b []byte) (n name, err error) {
	seq, err := tlv.Parse(b, der.TagSequence)
	if err != nil {
		return name{}, der.Malformed("name", err)
	}
	var folded []string
	for rdns := seq.Items(); rdns.More(); {
		set, err := der.Inside(rdns, der.TagSet, "name")
		if err != nil {
			return name{}, err
		}
		for set.More() {
			oid, value, err := readAttribute(set)
			if err != nil {
				return name{}, err
			}
			n.add(oid, value)
			folded = append(folded, oid+"="+strings.ToLower(value))
			if len(folded) > maxAttributes {
				return name{}, der.Malformed("name of too many parts", nil)
			}
		}
	}
	slices.Sort(folded)
	n.raw, n.folded = b, strings.Join(folded, "\x00")
	return n, nil
}

// labels are the attributes that a person is shown (RFC 4519).
var labels = map[string]string{
	"\x55\x04\x03": "CN", "\x55\x04\x05": "serialNumber", oidCountry: "C", "\x55\x04\x0a": "O", "\x55\x04\x0b": "OU",
}

const oidCountry = "\x55\x04\x06"

func (n *name) add(oid, value string) {
	if oid == oidCountry && n.country == "" {
		n.country = strings.ToUpper(value)
	}
	if label, ok := labels[oid]; ok {
		n.parts = append(n.parts, label+"="+value)
	}
}

// readAttribute reads one part of a name, with white space folded.
func readAttribute(set *tlv.Reader) (oid, value string, err error) {
	pair, err := der.Inside(set, der.TagSequence, "name")
	if err != nil {
		return "", "", err
	}
	id, err := pair.Expect(der.TagOID)
	if err != nil {
		return "", "", der.Malformed("name", err)
	}
	item, err := pair.Next()
	if err != nil {
		return "", "", der.Malformed("name", err)
	}
	return string(id.Value), strings.Join(strings.Fields(decodeText(item)), " "), nil
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
