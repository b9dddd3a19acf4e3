package pccovid

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"motcua/protocol/code/ascii"
	"motcua/protocol/personal"
)

var (
	// ErrNotCode: the text does not have the form of the code.
	ErrNotCode = errors.New("not a national personal code")
	// ErrMalformed: it has the form, but a field in it is wrong.
	ErrMalformed = errors.New("a wrong field in a national personal code")
)

// Person is what the code says.
type Person struct {
	personal.Masked
	Number string // of the identity paper; its first six characters may be stars
	Name   string // without marks
	Birth  string // dd/mm/yyyy
	// Kind is "0" or "1": of the number. What they stand for is not published.
	Kind string
	// QID names the person in the app that made the code.
	QID string
	// Extra are the fields that follow, as they stand there.
	Extra []string
}

// Hidden tells whether the beginning of the number is not said.
func (p *Person) Hidden() bool { return strings.HasPrefix(p.Number, stars) }

const (
	// MaxSize is the most bytes of a code.
	MaxSize = 4096

	separator = "|"
	minFields = 5
	maxFields = 16
	maxName   = 128
	maxQID    = 64

	stars = "******"
)

// Recognised tells whether text has the form of the code: a date in the third
// field, 0 or 1 in the fourth.
func Recognised(text string) bool {
	fields := strings.SplitN(text, separator, minFields)
	if len(fields) < minFields {
		return false
	}
	_, dated := birth(fields[2])
	return dated && (fields[3] == "0" || fields[3] == "1")
}

// Parse reads the code. Errors: [ErrNotCode], [ErrMalformed].
func Parse(text string) (*Person, error) {
	if len(text) > MaxSize || !Recognised(text) {
		return nil, ErrNotCode
	}
	fields := strings.Split(text, separator)
	day, _ := birth(fields[2])
	p := &Person{Number: fields[0], Name: strings.Join(strings.Fields(fields[1]), " "), Birth: day, Kind: fields[3], QID: fields[4]}
	if len(fields) > minFields {
		p.Extra = fields[minFields:]
	}
	switch {
	case !isNumber(p.Number):
		return nil, fmt.Errorf("number: %w", ErrMalformed)
	case p.Name == "" || len(p.Name) > maxName || !ascii.Only(p.Name, ascii.Capital+ascii.Small+" '-."):
		return nil, fmt.Errorf("name: %w", ErrMalformed)
	case p.QID == "" || len(p.QID) > maxQID || !ascii.Printable(p.QID):
		return nil, fmt.Errorf("QID: %w", ErrMalformed)
	case len(fields) > maxFields:
		return nil, fmt.Errorf("%d fields: %w", len(fields), ErrMalformed)
	}
	return p, nil
}

// isNumber tells whether s is the number of an identity paper or passport, whole
// or with stars for its first six characters.
func isNumber(s string) bool {
	rest := strings.TrimPrefix(s, stars)
	return len(s) >= 7 && len(s) <= 15 && ascii.Only(rest, ascii.Digits+ascii.Capital)
}

func birth(s string) (dayFirst string, ok bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() >= 2200 {
		return "", false
	}
	return t.Format("02/01/2006"), true
}
