package session

import (
	"time"

	"motcua/protocol/fault"
)

// Meter counts what happens in visits. It is called from the session's loop and
// must return at once. Nothing that it is told is about the person.
type Meter interface {
	// Read is a reading of a card that ended: intact, forged, mismatch, key-refused,
	// key-blocked, card-gone or not-read.
	Read(outcome string, took time.Duration)
	// Form is a form that was sent: how many of its values nobody had to type or choose.
	Form(service string, reused, all int)
	Verified(verdict, level string)
	Problem(c fault.Code)
	// Ended is a visit that is over, by how far its request came: ticket, received,
	// saved, or none.
	Ended(with string)
}

// unmetered counts nothing.
type unmetered struct{}

func (unmetered) Read(string, time.Duration) {}
func (unmetered) Form(string, int, int)      {}
func (unmetered) Verified(string, string)    {}
func (unmetered) Problem(fault.Code)         {}
func (unmetered) Ended(string)               {}

// readOutcome is the meter's word for what came of a reading.
func readOutcome(e Event) string {
	switch e {
	case Intact:
		return "intact"
	case Forged:
		return "forged"
	case Mismatch:
		return "mismatch"
	case KeyRefused:
		return "key-refused"
	case KeyBlocked:
		return "key-blocked"
	case CardGone:
		return "card-gone"
	default:
		return "not-read"
	}
}

// came is how far the request of a visit has come.
func (v *visit) came() string {
	t := v.sent
	switch {
	case t.ticket != nil, t.saved && v.number.taken != nil:
		return "ticket"
	case t.receipt != nil:
		return "received"
	case t.saved:
		return "saved"
	}
	return "none"
}
