package checkin

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plain takes a text of at most so many characters that says nothing beyond what is
// seen: composed, without controls and without white space at its ends.
func plain(s string, most int) bool {
	return utf8.ValidString(s) && norm.NFC.IsNormalString(s) && utf8.RuneCountInString(s) <= most &&
		strings.TrimSpace(s) == s && !strings.ContainsFunc(s, hidden)
}

func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError
}
