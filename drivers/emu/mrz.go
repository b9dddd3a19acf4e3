package emu

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters that have no canonical decomposition into a Latin letter and a mark.
var bareLetters = map[rune]string{'Đ': "D", 'Ƀ': "B", 'Ø': "OE", 'Ł': "L"}

// mrzLines builds the 90 characters of a TD1 machine readable zone (ICAO 9303-5,
// 4.2; the Vietnamese layout puts the 12-digit number into the optional data and
// its last nine digits into the document number).
func mrzLines(p *Persona) (string, error) {
	name, err := mrzName(p.Name)
	if err != nil {
		return "", err
	}
	document := p.documentNumber()
	line1 := "IDVNM" + document + checkDigit(document) + p.Number + "<<" + checkDigit(p.Number)
	birth, expiry := p.Birth.mrz(), p.mrzExpiry()
	dates := birth + checkDigit(birth) + p.mrzSex() + expiry + checkDigit(expiry)
	composite := line1[5:30] + birth + checkDigit(birth) + expiry + checkDigit(expiry) + strings.Repeat("<", 11)
	line2 := dates + "VNM" + strings.Repeat("<", 11) + checkDigit(composite)
	return line1 + line2 + name, nil
}

func (p *Persona) documentNumber() string { return p.Number[3:] }

func (p *Persona) mrzSex() string {
	if p.Sex == "Nữ" {
		return "F"
	}
	return "M"
}

// mrzExpiry of a card without end is not published anywhere; the last day that
// two digits of a year can say is a value that sorts last.
func (p *Persona) mrzExpiry() string {
	if p.Expires.IsZero() {
		return "991231"
	}
	return p.Expires.mrz()
}

// MRZKey returns what MRZ-based access uses: document number, birth and expiry
// (YYMMDD).
func (p *Persona) MRZKey() (document, birth, expiry string) {
	return p.documentNumber(), p.Birth.mrz(), p.mrzExpiry()
}

// mrzName writes a name into the third line: first word, then the others,
// diacritics dropped, cut at 30 characters (ICAO 9303-3, 4.6 and section 6).
func mrzName(name string) (string, error) {
	var b strings.Builder
	for i, word := range strings.Fields(name) {
		plain, err := mrzWord(word)
		if err != nil {
			return "", err
		}
		switch i {
		case 0:
		case 1:
			b.WriteString("<<")
		default:
			b.WriteString("<")
		}
		b.WriteString(plain)
	}
	if b.Len() == 0 {
		return "", fmt.Errorf("empty name")
	}
	return (b.String() + strings.Repeat("<", 30))[:30], nil
}

func mrzWord(word string) (string, error) {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToUpper(word)) {
		switch {
		case r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		case bareLetters[r] != "":
			b.WriteString(bareLetters[r])
		case r == '-':
			b.WriteByte('<')
		case r == '\'' || r == '’' || unicode.Is(unicode.Mn, r): // left out
		default:
			return "", fmt.Errorf("letter %q has no form in the machine readable zone", r)
		}
	}
	if b.Len() == 0 {
		return "", fmt.Errorf("word %q has no form in the machine readable zone", word)
	}
	return b.String(), nil
}

// checkDigit weighs 7, 3, 1 (ICAO 9303-3, 4.9).
func checkDigit(s string) string {
	sum := 0
	for i := range len(s) {
		sum += [3]int{7, 3, 1}[i%3] * mrzValue(s[i])
	}
	return string(rune('0' + sum%10))
}

func mrzValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 0
}
