package ticket

import (
	"errors"
	"fmt"

	"motcua/protocol/code/ascii"
	"motcua/protocol/code/own"
	"motcua/protocol/wire"
)

var (
	// ErrNotTicket: the text is not the code of a ticket.
	ErrNotTicket = errors.New("not the code of a ticket")
	// ErrVersion: it is that of another version, which this program does not know.
	ErrVersion = errors.New("unknown version of a ticket's code")
	// ErrCheck: the check digits do not fit: misread, mistyped, or, where it was
	// typed, of another facility.
	ErrCheck = errors.New("the ticket's check digits do not fit")
)

// Recognised tells whether text begins as the code of a ticket does, of whatever
// version.
func Recognised(text string) bool { return own.Version("MC", text) != "" }

// Parse reads a code. Errors: [ErrNotTicket], [ErrVersion], [ErrCheck].
func Parse(text string) (Reference, error) {
	if v := own.Version("MC", text); v != "" && v != "1" {
		return Reference{}, ErrVersion
	}
	facility, number, ours := own.Parts(prefix, text)
	if !ours {
		return Reference{}, ErrNotTicket
	}
	return checked(facility, number)
}

// ParseTyped reads what a person typed at a facility: the printed number and its
// check digits. Small letters, blanks, hyphens, and letters that look like digits
// are taken. Errors: [ErrNotTicket], [ErrCheck].
func ParseTyped(facility, text string) (Reference, error) {
	if len(text) > 4*numberLength {
		return Reference{}, ErrNotTicket
	}
	return checked(facility, own.Typed(text))
}

// checked takes a number with its check digits behind it.
func checked(facility, number string) (Reference, error) {
	if err := wire.CheckName(facility); err != nil {
		return Reference{}, fmt.Errorf("%w: facility: %w", ErrNotTicket, err)
	}
	if len(number) != numberLength+2 || !ascii.Only(number[:numberLength], own.Alphabet) || !ascii.Only(number[numberLength:], ascii.Digits) {
		return Reference{}, ErrNotTicket
	}
	r := Reference{Facility: facility, Number: number[:numberLength]}
	if r.check() != number[numberLength:] {
		return Reference{}, ErrCheck
	}
	return r, nil
}
