package request

import "motcua/protocol/fault"

// Status is what the centre did with an envelope.
type Status string

// Statuses of a receipt.
const (
	StatusAccepted  Status = "accepted"  // processed, a result follows
	StatusDuplicate Status = "duplicate" // another request had asked for the same already; its result is given again
	StatusHeld      Status = "held"      // kept, waits for a person
	StatusRefused   Status = "refused"   // will never be processed, Code says why
	StatusExpired   Status = "expired"   // came after its time
)

// Receipt is the centre's signed word that it has an envelope. The same envelope
// gets the same receipt, however often it is sent.
type Receipt struct {
	V      uint       `cbor:"v"`
	ID     ID         `cbor:"id"`
	Device string     `cbor:"device"`
	Seq    uint64     `cbor:"seq"`
	Digest Digest     `cbor:"digest"` // of the envelope's bytes
	Status Status     `cbor:"status"`
	Code   fault.Code `cbor:"code,omitempty"` // with refused, expired and held
	No     string     `cbor:"no,omitempty"`   // number a person can quote
	At     int64      `cbor:"at"`             // the centre's clock, unix milliseconds
	// Contiguous is the highest seq of the device up to which the centre has every
	// envelope, and ChainHead the digest of that one. A kiosk that finds its own
	// chain behind or beside them has been rolled back.
	Contiguous uint64 `cbor:"contiguous"`
	ChainHead  Digest `cbor:"chain_head"`
	RetryAfter uint32 `cbor:"retry_after,omitempty"` // seconds; the centre asks for fewer messages
}
