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
	// What fn will ask for first may be told ahead; it changes no answer.
	Update(ctx context.Context, fn func(Tx) error, ahead ...Look) error
	// Counts tells how many requests there are, by service and status.
	Counts(ctx context.Context) ([]Count, error)
	// Alarms lists the security alarms, the oldest first.
	Alarms(ctx context.Context) ([]Alarm, error)
	// Held lists requests that wait for a person, the oldest first, at most limit;
	// their envelopes are left out.
	Held(ctx context.Context, limit int) ([]*Record, error)
	// Accepted gives what was accepted between two times (unix milliseconds, the first
	// included), the oldest first, with its envelopes, one after the other; an error of
	// each ends it.
	Accepted(ctx context.Context, from, until int64, each func(*Record) error) error
	// Old lists requests that came before a time (unix milliseconds), with their
	// envelopes, which are whole ([Whole]): those that are settled and have no job, the
	// oldest first, at most limit.
	Old(ctx context.Context, before int64, limit int) ([]*Record, error)
	// Devices lists the devices that have sent anything, by name.
	Devices(ctx context.Context) ([]Device, error)
	// Jobs lists what is put off, in the order in which its requests were made.
	Jobs(ctx context.Context) ([]Job, error)
	// Events lists what is to be told to others, the oldest first, at most limit.
	Events(ctx context.Context, limit int) ([]Event, error)
}

// Tx is what a transaction can do.
type Tx interface {
	State
	// Near gives the records of a device that have the id, or a seq within one of
	// the given one. Envelopes are left out; of those with another id there need not
	// be more than ID, Seq, Prev and Digest. Receipt and Result of one that was
	// inserted by another Update of the same batch may be there only after this
	// Update has returned.
	Near(device string, id request.ID, seq uint64) ([]*Record, error)
	// Seqs gives the records of a device with these seqs, in their order; their
	// envelopes are left out.
	Seqs(device string, seqs []uint64) ([]*Record, error)
	// Tail gives the records of a device whose ids were made after since (unix
	// milliseconds) and end with these bytes; their envelopes are left out. Receipt
	// and Result are as with Near.
	Tail(device string, since int64, tail [6]byte) ([]*Record, error)
	// Record finds a request with its envelope; it is nil when there is none.
	Record(device string, id request.ID) (*Record, error)
	// Settle stores Status, Reason, Result and Decision of a record that is there
	// already. Its receipt stays what it was.
	Settle(r *Record) error
	// Strip stores Envelope in place of the whole one of a record that is settled and
	// has no job, and takes its Result. Others stay as they are.
	Strip(r *Record) error
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
	// Marked finds a mark whose time is not over at now.
	Marked(key string, now int64) (m Mark, found bool, err error)
	// Mark stores a mark, in place of an earlier one of its key. With each, two whose
	// time was over before now may be forgotten, so that they do not pile up and no
	// transaction has to forget many.
	Mark(m Mark, now int64) error
	// Raise stores a security alarm.
	Raise(Alarm) error
	// PutJob stores what has to be done for a request later, in place of an earlier
	// job for the same request.
	PutJob(Job) error
	// TakeJobs gives jobs whose time has come, the most urgent first, and puts their
	// Next off to the time until, so that nobody else takes them meanwhile.
	TakeJobs(now, until int64, limit int) ([]Job, error)
	// DropJob ends a job; one that is not there is no error.
	DropJob(device string, id request.ID) error
	// Emit stores what is to be told to others about this transaction.
	Emit(Event) error
	// DropEvents forgets events that have been told.
	DropEvents(numbers []uint64) error
}

// Look is what a transaction will ask for. An inbox reads in one go what those that
// share a sync ask for.
type Look struct {
	Device string // Near and Position; "": neither
	ID     request.ID
	Seq    uint64

	Service string // Claimed; "": not asked
	Key     request.Digest

	Marks []string // Marked
	State []string // Get
}

// Mark is what is remembered of something that may be used once, as long as it
// could be used at all.
type Mark struct {
	Key   string
	Value []byte
	Until int64 // unix milliseconds
}

// Event is a message that leaves because of a transaction, some time after it.
// Nothing in it is personal.
type Event struct {
	Number  uint64 // given by the inbox, grows in the order of the transactions
	ID      string // the same in every delivery
	Subject string // where it goes
	Data    []byte
}

// Job is a request whose service has still to be asked.
type Job struct {
	Device   string
	ID       request.ID
	Tries    int    // that failed
	Next     int64  // not before, unix milliseconds
	Deadline int64  // after this it is held for a person; 0: never
	Last     string // why the last try failed, a stable word
}

// Device is what the inbox knows of one.
type Device struct {
	Name string `json:"device"`
	Position
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
	Envelope []byte // as received: the evidence; or what [Gateway.Forget] has left of it

	// Level is what the evidence is worth by the centre's own checks, and Basis on
	// what that rests; both are empty when the evidence was not looked at.
	Level request.Level
	Basis Basis
	// From is when the centre gave the nonce of the visit's opening out: the card
	// was read between From and At. 0: dated by arrival alone.
	From int64
	// Decision is what an operator said about a held request.
	Decision string
}

// Position is the end of the complete part of a device's chain.
type Position struct {
	Contiguous uint64         `json:"contiguous"` // every envelope from 1 to this one is here
	Head       request.Digest `json:"head"`       // digest of that envelope
	// Frozen is the alarm after which nothing more is taken from the device until
	// an operator releases it; FrozenAt is when, unix milliseconds.
	Frozen   AlarmKind `json:"frozen,omitempty"`
	FrozenAt int64     `json:"frozen_at,omitempty"`
}

// Count is a number of requests.
type Count struct {
	Service string         `json:"service"`
	Status  request.Status `json:"status"`
	Count   int            `json:"count"`
}
