package own

import (
	"strings"

	"motcua/protocol/code/ascii"
)

// Alphabet is Crockford's base 32: no letter of it looks like a digit of it.
const Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Version is the digits between the letters that a kind of code begins with and the
// first colon, three at most; empty for a text that does not begin so.
func Version(letters, text string) string {
	head, _, found := strings.Cut(text, ":")
	digits, ours := strings.CutPrefix(head, letters)
	if !found || !ours || len(digits) > 3 || !ascii.Only(digits, ascii.Digits) {
		return ""
	}
	return digits
}

// Parts are the facility and the number of a code that begins with a prefix; false where
// it does not, or has no number.
func Parts(prefix, text string) (facility, number string, ours bool) {
	body, begins := strings.CutPrefix(text, prefix)
	facility, number, found := strings.Cut(body, ":")
	return facility, number, begins && found
}

// Typed writes what a person typed of a number as it is printed, in one piece: small
// letters, blanks and hyphens do not matter, O is 0, I and L are 1.
func Typed(text string) string {
	return strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(text))
}
