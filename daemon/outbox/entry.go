package outbox

import (
	"fmt"
	"time"

	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// State is where a request is on its way.
type State string

// States. Queued, sent and poison are open, the others final. Poison, refused and
// expired are dead letters: what the person asked for will not happen without
// somebody who looks at it.
const (
	Queued    State = "queued"    // durable here, not sent yet
	Sent      State = "sent"      // sent at least once, no receipt yet
	Receipted State = "receipted" // the centre has it: accepted, duplicate or held
	Poison    State = "poison"    // no receipt though others got theirs: tried once a day, a receipt still settles it
	Refused   State = "refused"   // the centre will never process it
	Expired   State = "expired"   // it reached the centre after its time
)

// Final reports whether nothing more will happen to a request in this state.
func (s State) Final() bool { return s == Receipted || s == Refused || s == Expired }

// Dead reports whether a request in this state is a dead letter; the state is the
// reason.
func (s State) Dead() bool { return s == Poison || s == Refused || s == Expired }

// known reports whether there is such a state.
func (s State) known() bool { return s == Queued || s == Sent || s == Poison || s.Final() }

// settled maps the status of a receipt to the state it leads to.
func settled(status string) (State, error) {
	switch request.Status(status) {
	case request.StatusAccepted, request.StatusDuplicate, request.StatusHeld:
		return Receipted, nil
	case request.StatusRefused:
		return Refused, nil
	case request.StatusExpired:
		return Expired, nil
	}
	return "", fmt.Errorf("settling: unknown status of a receipt")
}

// Draft is what the queue has to know about a request before it is sealed.
type Draft struct {
	ID      [16]byte // unique; UUIDv7
	Service string   // id of the catalogue, such as H01
	Class   uint8    // 0..3, 0 is sent first
	// Subject is a keyed hash of the person; of one subject one request at a time
	// is under way. Zero: nobody in particular.
	Subject   [16]byte
	ExpiresAt time.Time // after this the centre answers "expired"
	// Reserved: it may use the room that is kept for such requests. It counts when the
	// request is saved, and is not kept.
	Reserved bool
}

// Limits of a draft and its envelope.
const (
	maxClass   = 3
	maxService = 16
)

func (d Draft) validate() error {
	switch {
	case d.ID == [16]byte{}:
		return fmt.Errorf("queueing a request: it has no id")
	case d.Service == "" || len(d.Service) > maxService:
		return fmt.Errorf("queueing a request: the service needs 1 to %d characters", maxService)
	case d.Class > maxClass:
		return fmt.Errorf("queueing a request: class %d, 0 to %d are allowed", d.Class, maxClass)
	case d.ExpiresAt.IsZero():
		return fmt.Errorf("queueing a request: it has no expiry")
	}
	return nil
}

// checkEnvelope holds what a seal function returns to its word.
func checkEnvelope(envelope []byte, digest, sum [32]byte) error {
	if len(envelope) == 0 || len(envelope) > wire.MaxRequest {
		return fmt.Errorf("queueing a request: an envelope of %d bytes, 1 to %d are allowed", len(envelope), wire.MaxRequest)
	}
	if digest != sum {
		return fmt.Errorf("queueing a request: the digest is not that of the envelope")
	}
	return nil
}

// Entry is a request in the queue.
type Entry struct {
	Draft
	Seq    uint64   // counts this device's envelopes from 1, without gaps
	Prev   [32]byte // digest of the envelope before, zero for the first
	Digest [32]byte // SHA-256 of Envelope
	// Envelope is the sealed bytes, the same at every sending; nil in answers of
	// [Store.Enqueue] and once dropped after settling.
	Envelope  []byte
	State     State
	CreatedAt time.Time
	SentAt    time.Time // first sending; zero: never
	Next      time.Time // not to be sent before; zero: at once
	Attempts  int       // sendings
	SettledAt time.Time // zero while open
	Status    string    // of the receipt, such as accepted
	Receipt   []byte    // as signed by the centre
}
