package ticket

import (
	"encoding/binary"
	"fmt"
	"strings"

	"motcua/protocol/code/own"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// numberLength is that of a number: ten characters of five bits.
const numberLength = 10

// Reference names a request to whoever has the ticket.
type Reference struct {
	Facility string // the facility's name in topics and certificates
	// Number is ten characters of [NumberOf]. In one facility two requests of a
	// million have the same with a probability of one in two thousand; whoever finds
	// more than one asks for the card.
	Number string
}

// Of is the reference to a request that was made at a facility.
func Of(facility string, id request.ID) (Reference, error) {
	if err := wire.CheckName(facility); err != nil {
		return Reference{}, fmt.Errorf("making a ticket's code: facility: %w", err)
	}
	return Reference{Facility: facility, Number: NumberOf(id)}, nil
}

// NumberOf is the short number of a request: the last 50 bits of its id, which
// are random (RFC 9562, 5.7), from the highest on.
func NumberOf(id request.ID) string {
	bits := binary.BigEndian.Uint64(id[8:])
	var b [numberLength]byte
	for i := range b {
		b[numberLength-1-i] = own.Alphabet[bits>>(5*i)&31]
	}
	return string(b[:])
}

// TailOf is the last 48 bits of the ids that a number names; the first two bits of the
// number stand before them. A number is one that [Parse] has taken.
func TailOf(number string) (tail [6]byte) {
	var bits uint64
	for _, c := range []byte(number) {
		bits = bits<<5 | uint64(strings.IndexByte(own.Alphabet, c))&31
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], bits)
	copy(tail[:], b[2:])
	return tail
}

// prefix is that of version 1 of the code.
const prefix = "MC1:"

// Code is the text of the code to print.
func (r Reference) Code() string {
	return prefix + r.Facility + ":" + r.Number + r.check()
}

// Printed is what people read and type: the number and its check digits in
// groups, without the facility.
func (r Reference) Printed() string {
	return strings.Join([]string{r.Number[:5], r.Number[5:], r.check()}, "-")
}

// check are the digits over version, facility and number.
func (r Reference) check() string { return own.Digits("1" + r.Facility + r.Number) }
