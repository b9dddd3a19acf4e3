package code

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// isSixteenBit tells whether bytes are UTF-16: by their byte order mark, or
// because every other byte is NUL, as of text that is mostly ASCII.
func isSixteenBit(b []byte) bool {
	if bytes.HasPrefix(b, []byte{0xFE, 0xFF}) || bytes.HasPrefix(b, []byte{0xFF, 0xFE}) {
		return true
	}
	var zeros [2]int
	for i, c := range b {
		if c == 0 {
			zeros[i%2]++
		}
	}
	most, least := max(zeros[0], zeros[1]), min(zeros[0], zeros[1])
	return len(b) >= 8 && most > len(b)/4 && least == 0
}

// isOneBytePerLetter tells whether bytes that are not UTF-8 are an identity card's
// code in an old character set: no letter in them is one of UTF-8. It is the only
// code with letters beyond ASCII, and begins the same in every such set.
func isOneBytePerLetter(b []byte) bool {
	if !isIdentityCard(string(b)) || bytes.ContainsFunc(b, isControl) {
		return false
	}
	for _, r := range string(b) {
		if r >= utf8.RuneSelf && r != utf8.RuneError {
			return false
		}
	}
	return true
}

// changedLetters tells how a reader has changed the letters of an identity card's
// code, or "" when it has not.
func changedLetters(text string) Reason {
	switch {
	case isEncodedTwice(text):
		return EncodedTwice
	case strings.ContainsAny(text, "?\uFFFD"):
		return LettersLost
	}
	return ""
}

// isEncodedTwice tells whether letters, taken back to the bytes of an old
// character set, are UTF-8 again. Vietnamese as it should be is not: most of its
// letters are in none of these sets, and the others do not make UTF-8.
func isEncodedTwice(text string) bool {
	for _, set := range []*charmap.Charmap{charmap.Windows1252, charmap.Windows1258} {
		if b, ok := bytesOf(text, set); ok && len(b) < len(text) && utf8.Valid(b) {
			return true
		}
	}
	return false
}

// bytesOf encodes text in a character set. Where the set has a gap, readers pass
// the byte on as the control character of its value.
func bytesOf(text string, set *charmap.Charmap) ([]byte, bool) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		b, ok := set.EncodeRune(r)
		if !ok {
			if r < 0x80 || r > 0x9F {
				return nil, false
			}
			b = byte(r)
		}
		out = append(out, b)
	}
	return out, true
}
