package bhyt

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"motcua/protocol/code/ascii"
	"motcua/protocol/emrtd/lds"
)

var (
	// ErrNotCard: the text does not have the form of an insurance card's code.
	ErrNotCard = errors.New("not the code of an insurance card")
	// ErrMalformed: it has the form, but a field in it is wrong. Scanning again may
	// help; a card that stays wrong has to be looked at.
	ErrMalformed = errors.New("a wrong field in the code of an insurance card")
)

const (
	// MaxSize is the most bytes of a code.
	MaxSize = 4096

	separator = "|"
	endMark   = "$"
	nothing   = "-"

	oldFields = 14 // without the end mark
	newFields = 16
	minFields = 4 // number, name, birth, sex

	maxWord = 64 // bytes of a field that is kept as it stands
)

// Recognised tells whether text has the form of an insurance card's code: a name
// in hexadecimal in the second field and a date in the third.
func Recognised(text string) bool {
	fields := strings.SplitN(text, separator, minFields)
	if len(fields) < minFields {
		return false
	}
	_, named := hexText(fields[1])
	_, born := birth(fields[2])
	return named && born && fields[1] != nothing && fields[2] != nothing
}

// Parse reads the code. Errors: [ErrNotCard], [ErrMalformed].
func Parse(text string) (*Card, error) {
	if len(text) > MaxSize || !Recognised(text) {
		return nil, ErrNotCard
	}
	fields, whole := fieldsOf(text)
	if len(fields) < minFields {
		return nil, fmt.Errorf("cut off after %d fields: %w", len(fields), ErrMalformed)
	}
	c := &Card{Whole: whole}
	most := oldFields
	if isNewNumber(fields[0]) {
		most = newFields
	}
	if len(fields) > most {
		return nil, fmt.Errorf("%d fields, %d are known: %w", len(fields), most, ErrMalformed)
	}
	for i, f := range c.layout()[:len(fields)] {
		value, ok := f.read(fields[i])
		if !ok {
			return nil, fmt.Errorf("%s: %w", f.name, ErrMalformed)
		}
		*f.into = value
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// fieldsOf splits the text. Without its end mark the last field may be cut off,
// and is left out.
func fieldsOf(text string) (fields []string, whole bool) {
	body, whole := strings.CutSuffix(text, endMark)
	fields = strings.Split(body, separator)
	return fields[:len(fields)-1], whole
}

// field is one field of the code: how it is read and where it goes.
type field struct {
	name string
	into *string
	read func(string) (value string, ok bool)
}

// layout is the fields of both forms in their order; the older one ends after the
// check.
func (c *Card) layout() []field {
	return []field{
		{"number", &c.Number, number},
		{"name", &c.Name, required(hexText)},
		{"birth", &c.Birth, required(birth)},
		{"sex", &c.Sex, sex},
		{"address", &c.Address, hexText},
		{"facility", &c.Facility, facility},
		{"valid from", &c.From, date},
		{"valid until", &c.Until, date},
		{"date of issue", &c.Issued, date},
		{"agency", &c.Manager, asItStands},
		{"guardian", &c.Guardian, hexText},
		{"level", &c.Level, asItStands},
		{"five years", &c.FiveYears, date},
		{"check", &c.Check, asItStands},
		{"area", &c.Area, asItStands},
		{"place of issue", &c.Place, hexText},
	}
}

// check holds fields against each other.
func (c *Card) check() error {
	from, errFrom := time.Parse(dayFirst, c.From)
	until, errUntil := time.Parse(dayFirst, c.Until)
	if errFrom == nil && errUntil == nil && until.Before(from) {
		return fmt.Errorf("valid until before it is valid: %w", ErrMalformed)
	}
	return nil
}

func number(s string) (string, bool) { return s, IsNumber(s) }

func sex(s string) (string, bool) {
	switch s {
	case "1":
		return "M", true
	case "2":
		return "F", true
	}
	return "", false
}

// required refuses a field that is empty.
func required(read func(string) (string, bool)) func(string) (string, bool) {
	return func(s string) (string, bool) {
		value, ok := read(s)
		return value, ok && value != ""
	}
}

// hexText reads UTF-8 in hexadecimal and makes it fit to be shown.
func hexText(s string) (string, bool) {
	if s == nothing {
		return "", true
	}
	b, err := hex.DecodeString(s)
	if err != nil || !utf8.Valid(b) {
		return "", false
	}
	shown := lds.Shown(string(b))
	return shown, shown != ""
}

const dayFirst = "02/01/2006"

// date reads a day of the calendar.
func date(s string) (string, bool) {
	if s == nothing {
		return "", true
	}
	t, err := time.Parse(dayFirst, s)
	return s, err == nil && t.Year() >= 1900 && t.Year() < 2200
}

// birth reads a day, or a year alone where no more is known.
func birth(s string) (string, bool) {
	if len(s) == len("2006") && ascii.Only(s, ascii.Digits) {
		return s, s >= "1900" && s < "2200"
	}
	return date(s)
}

// facility reads "79 - 000": province and place.
func facility(s string) (string, bool) {
	if s == nothing {
		return "", true
	}
	province, place, found := strings.Cut(s, nothing)
	code := strings.TrimSpace(province) + strings.TrimSpace(place)
	return code, found && len(code) == 5 && ascii.Only(code[:2], ascii.Digits) && ascii.Only(code[2:], ascii.Digits+ascii.Capital)
}

// asItStands keeps a short word whose form is not known.
func asItStands(s string) (string, bool) {
	if s == nothing {
		return "", true
	}
	return s, len(s) <= maxWord && ascii.Printable(s)
}
