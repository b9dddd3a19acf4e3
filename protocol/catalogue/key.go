package catalogue

import (
	"slices"
	"strconv"
	"strings"

	"motcua/protocol/request"
)

// KeyPart is a part of a business key: one of the constants, or the id of a field of
// the service's form.
type KeyPart string

// Parts of business keys that are in no form.
const (
	KeyFacility KeyPart = "@facility"
	KeyDevice   KeyPart = "@device"
	KeySeq      KeyPart = "@seq"
	KeySubject  KeyPart = "@subject" // the personal number
	KeyDate     KeyPart = "@date"    // the centre's date in Viet Nam (UTC+7)
)

// Field is the id of the field that k names; false for the other parts.
func (k KeyPart) Field() (string, bool) {
	if k == "" || k[0] == '@' {
		return "", false
	}
	return string(k), true
}

// KeyText is what a value of the field adds to a business key, in one writing: who
// types an address in another case asks for the same. A person adds their number.
func (f Field) KeyText(v request.Value) string {
	if n, ok := v.Number(); ok {
		return strconv.FormatUint(n, 10)
	}
	if p, ok := v.Person(); ok {
		return p.Number
	}
	if list, ok := v.List(); ok {
		return strings.Join(slices.Sorted(slices.Values(list)), "\n")
	}
	text, _ := v.Text()
	if f.Kind == KindPlace || f.Kind == KindName {
		return strings.ToUpper(strings.Join(strings.Fields(text), " "))
	}
	return text
}
