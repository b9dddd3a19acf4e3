package gateway

import (
	"context"

	"motcua/protocol/request"
)

// Inbox is durable storage with transactions.
type Inbox interface {
	// Update runs fn in a transaction. When it returns nil, what fn did survives a
	// loss of power; when it returns an error, nothing of it has happened. Updates
	// run one after the other; several may share one sync of the disk. fn may be
	// called again when another one of those fails, so it must start anew each time.
	Update(ctx context.Context, fn func(Tx) error) error
	// Counts tells how many requests there are, by service and status.
	Counts(ctx context.Context) ([]Count, error)
	// Alarms lists the security alarms, the oldest first.
	Alarms(ctx context.Context) ([]Alarm, error)
}

// Tx is what a transaction can do.
type Tx interface {
	State
	// Near gives the records of a device that have the id, or a seq within one of
	// the given one; their envelopes are left out. Receipt and Result of one that
	// was inserted by another Update of the same batch may be there only after
	// this Update has returned.
	Near(device string, id request.ID, seq uint64) ([]*Record, error)
	// Insert stores a record; (device, id) and (device, seq) are unique. finish
	// adds what costs time and needs no storage, which is Receipt and Result; it is
	// called after fn, in parallel with that of other records, and its error undoes
	// the Update. The record must not change afterwards.
	Insert(r *Record, finish func(*Record) error) error
	// Position is how far the device's chain is complete.
	Position(device string) (Position, error)
	SetPosition(device string, p Position) error
	// Claimed finds the receipt number of the request that holds a business key.
	Claimed(service string, key request.Digest) (no string, found bool, err error)
	// Claim registers a business key that nobody holds.
	Claim(service string, key request.Digest, no string) error
	// Raise stores a security alarm.
	Raise(Alarm) error
}

// Record is one request in the inbox. It holds nothing personal in clear.
type Record struct {
	Device   string
	ID       request.ID
	Seq      uint64
	Prev     request.Digest
	Digest   request.Digest
	Service  string
	Status   request.Status
	Reason   string // why it was not accepted, a stable word for operators
	At       int64  // the centre's clock, unix milliseconds
	Receipt  []byte // as signed
	Result   []byte // as signed; nil when there is none
	Envelope []byte // as received: the evidence
}

// Position is the end of the complete part of a device's chain.
type Position struct {
	Contiguous uint64         // every envelope from 1 to this one is here
	Head       request.Digest // digest of that envelope
}

// Count is a number of requests.
type Count struct {
	Service string         `json:"service"`
	Status  request.Status `json:"status"`
	Count   int            `json:"count"`
}
