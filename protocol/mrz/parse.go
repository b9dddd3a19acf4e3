package mrz

import (
	"fmt"
	"strings"
)

// Parse reads a zone; lines may be separated by white space or not at all. Check
// digits that do not fit give a [*CheckError] together with the document; a
// text that is no zone gives an error that wraps [ErrFormat].
func Parse(text string) (Document, error) {
	if len(text) > 200 {
		return Document{}, fmt.Errorf("text of %d bytes: %w", len(text), ErrFormat)
	}
	joined := strings.Join(strings.Fields(text), "")
	for i := range len(joined) {
		if _, ok := value(joined[i]); !ok {
			return Document{}, fmt.Errorf("character at %d: %w", i, ErrFormat)
		}
	}
	switch len(joined) {
	case 90:
		return parseTD1([]string{joined[:30], joined[30:60], joined[60:]})
	case 72:
		return parseTwoLines(TD2, []string{joined[:36], joined[36:]})
	case 88:
		return parseTwoLines(TD3, []string{joined[:44], joined[44:]})
	}
	return Document{}, fmt.Errorf("%d characters: %w", len(joined), ErrFormat)
}

func parseTD1(l []string) (Document, error) {
	d := Document{Format: TD1, Lines: l}
	d.heading(l[0])
	var c checks
	d.Number, d.Optional = c.number(l[0][5:14], l[0][14], l[0][15:30])
	d.Birth, d.Expiry = l[1][:6], l[1][8:14]
	c.digit(FieldBirth, l[1][6], d.Birth)
	c.digit(FieldExpiry, l[1][14], d.Expiry)
	d.Sex, d.Nationality = sex(l[1][7]), trim(l[1][15:18])
	d.Optional2 = trim(l[1][18:29])
	c.digit(FieldComposite, l[1][29], l[0][5:30], l[1][:7], l[1][8:15], l[1][18:29])
	d.names(l[2])
	return d, c.err()
}

func parseTwoLines(f Format, l []string) (Document, error) {
	d := Document{Format: f, Lines: l}
	d.heading(l[0])
	d.names(l[0][5:])
	var c checks
	second := l[1]
	end := len(second) - 1 // the composite check digit
	optional := second[28:end]
	if f == TD3 {
		optional = second[28:42]
		c.digit(FieldOptional, second[42], optional)
		d.Number, d.Optional = trim(second[:9]), trim(optional)
		c.digit(FieldNumber, second[9], second[:9])
	} else {
		d.Number, d.Optional = c.number(second[:9], second[9], optional)
	}
	d.Nationality, d.Birth, d.Expiry = trim(second[10:13]), second[13:19], second[21:27]
	d.Sex = sex(second[20])
	c.digit(FieldBirth, second[19], d.Birth)
	c.digit(FieldExpiry, second[27], d.Expiry)
	c.digit(FieldComposite, second[end], second[:10], second[13:20], second[21:end])
	return d, c.err()
}

func (d *Document) heading(line string) {
	d.Type, d.Issuer = trim(line[:2]), trim(line[2:5])
}

func (d *Document) names(field string) {
	surname, given, _ := strings.Cut(trim(field), "<<")
	d.Surname, d.Given = words(surname), words(given)
}

// checks collects the check digits that do not fit.
type checks struct{ failed []Field }

func (c *checks) digit(f Field, got byte, fields ...string) {
	want, _ := CheckDigit(fields...)
	empty := strings.Trim(strings.Join(fields, ""), "<") == ""
	if got != want && (got != '<' || !empty) {
		c.failed = append(c.failed, f)
	}
}

// number reads the document number; one that is too long for its field goes on
// in the optional data, followed by its check digit (Doc 9303 part 5, note j).
func (c *checks) number(field string, digit byte, optional string) (number, rest string) {
	if digit != '<' || trim(optional) == "" || strings.Contains(field, "<") {
		c.digit(FieldNumber, digit, field)
		return trim(field), trim(optional)
	}
	more, rest, _ := strings.Cut(optional, "<")
	if more == "" {
		c.failed = append(c.failed, FieldNumber)
		return trim(field), trim(optional)
	}
	number = field + more[:len(more)-1]
	c.digit(FieldNumber, more[len(more)-1], number)
	return number, trim(rest)
}

func (c *checks) err() error {
	if len(c.failed) > 0 {
		return &CheckError{Fields: c.failed}
	}
	return nil
}

func trim(s string) string { return strings.TrimRight(s, "<") }

func words(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '<' }), " ")
}

func sex(c byte) string {
	if c == 'M' || c == 'F' {
		return string(rune(c))
	}
	return ""
}
