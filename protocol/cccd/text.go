package cccd

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/emrtd/lds"
	"motcua/protocol/tlv"
)

// String types of ASN.1 that occur.
const (
	tagUTF8      tlv.Tag = 0x0C
	tagPrintable tlv.Tag = 0x13
	tagIA5       tlv.Tag = 0x16
	tagBMP       tlv.Tag = 0x1E
)

// maxText bounds one text in bytes.
const maxText = 1024

// readText decodes a string and makes it fit to be shown.
func readText(item tlv.Item) (lds.Text, bool) {
	if len(item.Value) > maxText {
		return lds.Text{}, false
	}
	var s string
	switch item.Tag {
	case tagUTF8, tagPrintable, tagIA5:
		s = string(item.Value)
	case tagBMP:
		if len(item.Value)%2 != 0 {
			return lds.Text{}, false
		}
		units := make([]uint16, 0, len(item.Value)/2)
		for b := item.Value; len(b) >= 2; b = b[2:] {
			units = append(units, uint16(b[0])<<8|uint16(b[1]))
		}
		s = string(utf16.Decode(units))
	default:
		return lds.Text{}, false
	}
	if !utf8.ValidString(s) {
		return lds.Text{}, false
	}
	return lds.Text{Shown: lds.Shown(s), Raw: item.Value}, true
}

// fold reduces a name to what a machine readable zone can hold (Doc 9303 part 3,
// section 6, table A): capital letters without marks, single blanks.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case isCrossedD(r):
			b.WriteByte('D')
		case r == 'ƀ' || r == 'Ƀ': // of the Ê Đê, Mnông and Bahnar scripts
			b.WriteByte('B')
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r):
			b.WriteRune(unicode.ToUpper(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// isCrossedD: the letter of Vietnamese, and two others that are typed in its
// place because they look alike.
func isCrossedD(r rune) bool {
	switch r {
	case 'đ', 'Đ', 'ð', 'Ð', 'ɖ', 'Ɖ':
		return true
	}
	return false
}

// sexOf reads "Nam", "Nữ" and the letters of the machine readable zone.
func sexOf(s string) string {
	switch fold(s) {
	case "NAM", "M", "MALE":
		return "M"
	case "NU", "F", "FEMALE":
		return "F"
	}
	return ""
}
