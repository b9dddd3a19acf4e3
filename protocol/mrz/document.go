package mrz

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// ErrFormat is wrapped when a text is no machine readable zone: its length or
// its characters are wrong.
var ErrFormat = errors.New("not a machine readable zone")

// Field names one field with a check digit.
type Field string

// Fields with a check digit.
const (
	FieldNumber    Field = "number"
	FieldBirth     Field = "birth"
	FieldExpiry    Field = "expiry"
	FieldOptional  Field = "optional"
	FieldComposite Field = "composite"
)

// CheckError says which check digits do not fit. The document that comes with
// it holds what stands there all the same.
type CheckError struct{ Fields []Field }

func (e *CheckError) Error() string { return fmt.Sprintf("check digits do not fit: %v", e.Fields) }

// Format is the size and layout of a zone.
type Format int

// Formats of Doc 9303.
const (
	TD1 Format = iota + 1 // three lines of 30: cards
	TD2                   // two lines of 36
	TD3                   // two lines of 44: passports
)

func (f Format) String() string {
	if f < TD1 || f > TD3 {
		return "no format"
	}
	return fmt.Sprintf("TD%d", int(f))
}

// Document is what a machine readable zone says; fillers are taken off.
type Document struct {
	Format      Format
	Type        string // such as ID, P
	Issuer      string // three letters, such as VNM
	Number      string // whole, also when it overflows its field
	Nationality string
	Surname     string // words separated by one space
	Given       string
	// Birth and Expiry are YYMMDD as they stand there, fillers where unknown.
	Birth, Expiry string
	Sex           string // "M", "F" or ""
	// Optional is optional data (of line 1 in TD1), Optional2 that of line 2 in TD1.
	Optional, Optional2 string
	Lines               []string
}

// LogValue keeps a person out of the logs.
func (Document) LogValue() slog.Value { return slog.StringValue("[machine readable zone]") }

// String keeps a person out of messages.
func (Document) String() string { return "[machine readable zone]" }

// GoString keeps a person out of %#v.
func (Document) GoString() string { return "[machine readable zone]" }

// BirthDate is the date of birth, of the century that puts it last before or on
// ref. It is false where day, month or year are not known.
func (d Document) BirthDate(ref time.Time) (time.Time, bool) {
	year, month, day, ok := splitDate(d.Birth)
	if !ok {
		return time.Time{}, false
	}
	century := ref.Year() / 100 * 100
	date, ok := exactDate(century+year, month, day)
	if !ok || date.After(ref) {
		// Not a date of this century (29 February) or still to come.
		return exactDate(century-100+year, month, day)
	}
	return date, true
}

// ExpiryDate is the date of expiry, of the century that puts it nearest to ref.
// It is false where there is none.
func (d Document) ExpiryDate(ref time.Time) (time.Time, bool) {
	year, month, day, ok := splitDate(d.Expiry)
	if !ok {
		return time.Time{}, false
	}
	full := ref.Year()/100*100 + year
	switch {
	case full-ref.Year() > 50:
		full -= 100
	case ref.Year()-full > 49:
		full += 100
	}
	return exactDate(full, month, day)
}

func splitDate(yymmdd string) (year, month, day int, ok bool) {
	if len(yymmdd) != 6 || strings.Trim(yymmdd, "0123456789") != "" {
		return 0, 0, 0, false
	}
	two := func(i int) int { return int(yymmdd[i]-'0')*10 + int(yymmdd[i+1]-'0') }
	return two(0), two(2), two(4), true
}

// exactDate refuses what time.Date would move to another month.
func exactDate(year, month, day int) (time.Time, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, int(t.Month()) == month && t.Day() == day
}
