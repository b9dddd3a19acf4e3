package emu

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters that have no canonical decomposition into a Latin letter and a mark.
var bareLetters = map[rune]string{'Đ': "D", 'Ƀ': "B", 'Ø': "OE", 'Ł': "L"}

// mrzLines builds the machine readable zone of the persona's document (ICAO
// 9303-4, 9303-5 and 9303-6, 4.2).
func mrzLines(p *Persona) (string, error) {
	d := p.document()
	switch d.Form {
	case FormTD2:
		return mrzTD2(p, d)
	case FormTD3:
		return mrzTD3(p, d)
	case FormTD1:
	}
	return mrzTD1(p, d)
}

// mrzTD1 is three lines of 30. The Vietnamese layout puts the 12-digit number
// into the optional data.
func mrzTD1(p *Persona, d Document) (string, error) {
	name, err := mrzName(p.Name, 30)
	if err != nil {
		return "", err
	}
	number, rest := mrzNumber(d.Number)
	if p.citizen() {
		rest = p.Number + "<<" + checkDigit(p.Number)
	}
	line1 := fill(d.Code, 2) + string(d.State) + number + fill(rest, 15)
	birth, expiry := p.Birth.mrz(), p.mrzExpiry()
	dates := birth + checkDigit(birth) + p.mrzSex() + expiry + checkDigit(expiry)
	composite := line1[5:30] + birth + checkDigit(birth) + expiry + checkDigit(expiry) + fill("", 11)
	return line1 + dates + string(d.State) + fill("", 11) + checkDigit(composite) + name, nil
}

// mrzTD2 is two lines of 36.
func mrzTD2(p *Persona, d Document) (string, error) {
	name, err := mrzName(p.Name, 31)
	if err != nil {
		return "", err
	}
	number, rest := mrzNumber(d.Number)
	birth, expiry := p.Birth.mrz(), p.mrzExpiry()
	optional := fill(rest, 7)
	composite := number + birth + checkDigit(birth) + expiry + checkDigit(expiry) + optional
	return fill(d.Code, 2) + string(d.State) + name +
		number + string(d.State) + birth + checkDigit(birth) + p.mrzSex() + expiry + checkDigit(expiry) + optional + checkDigit(composite), nil
}

// mrzTD3 is two lines of 44; the optional data is the personal number.
func mrzTD3(p *Persona, d Document) (string, error) {
	name, err := mrzName(p.Name, 39)
	if err != nil {
		return "", err
	}
	number, _ := mrzNumber(d.Number)
	birth, expiry := p.Birth.mrz(), p.mrzExpiry()
	optional := fill(p.Number, 14)
	optional += checkDigit(optional)
	composite := number + birth + checkDigit(birth) + expiry + checkDigit(expiry) + optional
	return fill(d.Code, 2) + string(d.State) + name +
		number + string(d.State) + birth + checkDigit(birth) + p.mrzSex() + expiry + checkDigit(expiry) + optional + checkDigit(composite), nil
}

// mrzNumber is nine characters of the document number with the check digit. Of a
// longer number the rest goes into the optional data, with the check digit of the
// whole and a filler behind it (ICAO 9303-5, 4.2.2, note j).
func mrzNumber(number string) (field, rest string) {
	if len(number) <= 9 {
		field = fill(number, 9)
		return field + checkDigit(field), ""
	}
	return number[:9] + "<", number[9:] + checkDigit(number) + "<"
}

func fill(s string, n int) string { return s + strings.Repeat("<", n-len(s)) }

func (p *Persona) documentNumber() string { return p.document().Number }

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

// mrzName writes a name into a field: first word, then the others, diacritics
// dropped, cut where the field ends (ICAO 9303-3, 4.6 and section 6).
func mrzName(name string, width int) (string, error) {
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
	return (b.String() + strings.Repeat("<", width))[:width], nil
}

// MRZNames are the two parts of a name as a zone writes them, fillers between words.
func MRZNames(name string) (family, given string, err error) {
	const width = 80
	all, err := mrzName(name, width)
	family, given, _ = strings.Cut(strings.TrimRight(all, "<"), "<<")
	return family, given, err
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
