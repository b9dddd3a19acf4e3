package apdu

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrCardGone is returned by a [Transmitter] whose card was lifted, reset by
// somebody else or lost with its reader. The session with the chip is over; the
// person may put the card back and a new session may be opened.
var ErrCardGone = errors.New("card gone")

// ErrTooLong is returned by a [Transmitter] whose reader does not carry a command,
// or an answer, of this length. The chip has not left, but may have lost its
// session; a shorter exchange may succeed.
var ErrTooLong = errors.New("longer than the reader carries")

// Transmitter exchanges one command for one response with a card.
//
// An answer shorter than two bytes is never returned with a nil error. An error
// that wraps [ErrCardGone] means the card has left; one that wraps
// [ErrTooLong] that the exchange has to be shorter; one that wraps the context's
// error that the caller gave up; any other is the reader's.
type Transmitter interface {
	Transmit(ctx context.Context, command []byte) (response []byte, err error)
}

// Response is one response APDU.
type Response struct {
	Data   []byte
	Status Status
}

// ParseResponse splits the wire form; the data aliases b.
func ParseResponse(b []byte) (Response, error) {
	if len(b) < 2 {
		return Response{}, fmt.Errorf("response of %d bytes: %w", len(b), ErrMalformed)
	}
	n := len(b) - 2
	return Response{Data: b[:n:n], Status: Status(binary.BigEndian.Uint16(b[n:]))}, nil
}

// Bytes returns the wire form.
func (r Response) Bytes() []byte {
	b := make([]byte, 0, len(r.Data)+2)
	b = append(b, r.Data...)
	return binary.BigEndian.AppendUint16(b, uint16(r.Status))
}

// Err is nil for 9000 and a [*StatusError] otherwise.
func (r Response) Err(ins byte) error {
	if r.Status == StatusOK {
		return nil
	}
	return &StatusError{INS: ins, Status: r.Status}
}

// Exchange sends c and parses the answer. A status word other than 9000 is not
// an error here: what it means depends on the command.
func Exchange(ctx context.Context, t Transmitter, c Command) (Response, error) {
	b, err := c.Bytes()
	if err != nil {
		return Response{}, err
	}
	answer, err := t.Transmit(ctx, b)
	if err != nil {
		return Response{}, fmt.Errorf("sending command %02X: %w", c.INS, err)
	}
	return ParseResponse(answer)
}
