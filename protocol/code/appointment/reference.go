package appointment

import (
	"errors"
	"fmt"
	"strings"

	"motcua/protocol/code/ascii"
	"motcua/protocol/code/own"
	"motcua/protocol/wire"
)

// Bounds of an appointment's number.
const (
	MinNumber = 6
	MaxNumber = 16
)

var (
	// ErrNotAppointment: the text is not the code of an appointment.
	ErrNotAppointment = errors.New("not the code of an appointment")
	// ErrVersion: it is that of another version, which this program does not know.
	ErrVersion = errors.New("unknown version of an appointment's code")
	// ErrCheck: the check digits do not fit: misread, mistyped, or, where it was typed,
	// of another facility.
	ErrCheck = errors.New("the appointment's check digits do not fit")
)

// Reference names an appointment to the hospital that made it.
type Reference struct {
	Facility string // its name in topics and certificates
	Number   string // 6 to 16 characters of base 32, as the hospital chose them
}

// letters are how a code begins, prefix how one of version 1 does.
const (
	letters = "MA"
	prefix  = letters + "1:"
)

// Recognised tells whether text begins as the code of an appointment does, of whatever
// version.
func Recognised(text string) bool { return own.Version(letters, text) != "" }

// Of is the reference to an appointment of a facility. It fails for a name or a number
// that no code can carry.
func Of(facility, number string) (Reference, error) {
	if err := wire.CheckName(facility); err != nil {
		return Reference{}, fmt.Errorf("%w: facility: %w", ErrNotAppointment, err)
	}
	if len(number) < MinNumber || len(number) > MaxNumber || !ascii.Only(number, own.Alphabet) {
		return Reference{}, fmt.Errorf("%w: number", ErrNotAppointment)
	}
	return Reference{facility, number}, nil
}

// Parse reads a code. Errors: [ErrNotAppointment], [ErrVersion], [ErrCheck].
func Parse(text string) (Reference, error) {
	if v := own.Version(letters, text); v != "" && v != "1" {
		return Reference{}, ErrVersion
	}
	facility, number, ours := own.Parts(prefix, text)
	if !ours {
		return Reference{}, ErrNotAppointment
	}
	return checked(facility, number)
}

// ParseTyped reads what a person typed at a facility: the printed number with its check
// digits. Small letters, blanks, hyphens, and letters that look like digits are taken.
// Errors: [ErrNotAppointment], [ErrCheck].
func ParseTyped(facility, text string) (Reference, error) {
	if len(text) > 4*MaxNumber {
		return Reference{}, ErrNotAppointment
	}
	return checked(facility, own.Typed(text))
}

// checked takes a number with its check digits behind it.
func checked(facility, text string) (Reference, error) {
	number, digits := text[:max(0, len(text)-2)], text[max(0, len(text)-2):]
	r, err := Of(facility, number)
	switch {
	case err != nil:
		return Reference{}, err
	case !ascii.Only(digits, ascii.Digits):
		return Reference{}, ErrNotAppointment
	case r.check() != digits:
		return Reference{}, ErrCheck
	}
	return r, nil
}

// check are the digits over kind, version, facility and number.
func (r Reference) check() string { return own.Digits("A1" + r.Facility + r.Number) }

// Code is the text of the code to print.
func (r Reference) Code() string { return prefix + r.Facility + ":" + r.Number + r.check() }

// Printed is what people read and type: the number in groups of four, and its check
// digits, without the facility.
func (r Reference) Printed() string {
	var groups []string
	for rest := r.Number; rest != ""; {
		n := min(4, len(rest))
		groups, rest = append(groups, rest[:n]), rest[n:]
	}
	return strings.Join(append(groups, r.check()), "-")
}
