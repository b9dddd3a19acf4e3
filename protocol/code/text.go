package code

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxSize is the most bytes that are looked at: as many characters as the
	// largest QR code holds letters and digits (ISO/IEC 18004, version 40-L).
	MaxSize = 4296
	// maxAdded is how many more bytes a reader may add.
	maxAdded = 64

	byteOrderMark = "\xEF\xBB\xBF"
	added         = "\r\n\t \x00" // no code ends in one; base45 has the blank, and never at its end
)

// textOf takes off what a reader adds, and says why bytes are no text.
func textOf(payload []byte) (string, Reason) {
	if len(payload) > MaxSize+maxAdded {
		return "", TooLong
	}
	if isSixteenBit(payload) {
		return "", SixteenBit
	}
	b := bytes.TrimRight(bytes.TrimPrefix(payload, []byte(byteOrderMark)), added)
	switch {
	case len(b) == 0:
		return "", Empty
	case len(b) > MaxSize:
		return "", TooLong
	case !utf8.Valid(b):
		return "", notUTF8(b)
	case bytes.ContainsFunc(b, isControl):
		return "", NotText
	}
	return string(b), ""
}

// isControl: the controls of ASCII. Those beyond it are letters that were encoded
// twice.
func isControl(r rune) bool { return r < 0x80 && unicode.IsControl(r) }

// notUTF8 tells why bytes are not UTF-8.
func notUTF8(b []byte) Reason {
	if cut := withoutLastLetter(b); len(cut) < len(b) && utf8.Valid(cut) {
		return CutOff
	}
	if isOneBytePerLetter(b) {
		return OneBytePerLetter
	}
	return NotText
}

// withoutLastLetter takes off a letter that is not whole.
func withoutLastLetter(b []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return b[:len(b)-n]
			}
			break
		}
	}
	return b
}
