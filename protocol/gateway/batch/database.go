package batch

import (
	"context"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Database is where batches are stored.
type Database interface {
	// Transact runs do in one transaction of the database and commits it; it may run
	// do again when the first try comes to nothing. An error of do undoes everything
	// and is wrapped by Transact's, unless the database had caused it: then Transact's
	// error is the database's.
	Transact(ctx context.Context, do func(Storage) error) error
}

// Storage is a transaction of the database while it runs. Its methods are those of
// [gateway.Tx] as far as a batch does not take them over.
type Storage interface {
	// Near is that of [gateway.Tx], of ID, Seq, Prev and Digest alone.
	Near(device string, id request.ID, seq uint64) ([]*gateway.Record, error)
	// Ahead finds all that is wanted, in as few steps as it can.
	Ahead(Wanted) (Found, error)
	Seqs(device string, seqs []uint64) ([]*gateway.Record, error)
	Tail(device string, since int64, tail [6]byte) ([]*gateway.Record, error)
	Record(device string, id request.ID) (*gateway.Record, error)
	Settle(r *gateway.Record) error
	Strip(r *gateway.Record) error
	Position(device string) (gateway.Position, error)
	Claimed(service string, key request.Digest) (no string, found bool, err error)
	Get(key string) (value []byte, found bool, err error)
	// Marked finds a mark, whatever its time.
	Marked(key string) (m gateway.Mark, found bool, err error)
	Raise(gateway.Alarm) error
	PutJob(gateway.Job) error
	TakeJobs(now, until int64, limit int) ([]gateway.Job, error)
	DropJob(device string, id request.ID) error
	DropEvents(numbers []uint64) error

	// Write stores what a batch adds.
	Write(Changes) error
	// Apart runs do and undoes what it has stored when it returns an error, which
	// Apart returns.
	Apart(do func() error) error
}

// Place is where a record would be.
type Place struct {
	Device string
	ID     request.ID
	Seq    uint64
}

// Wanted is what the transactions of a batch will ask for, each thing once.
type Wanted struct {
	Places    []Place // what is near them
	Positions []string
	Claims    []BusinessKey
	Marks     []string
	State     []string
}

// Found is what the database has of what was wanted.
type Found struct {
	Near      []*gateway.Record // as [Storage.Near] gives them, in any order and perhaps more than once
	Positions map[string]gateway.Position
	Claims    map[BusinessKey]string // numbers
	Marks     map[string]gateway.Mark
	State     map[string][]byte
}

// NewFound is without anything.
func NewFound() Found {
	return Found{
		Positions: map[string]gateway.Position{}, Claims: map[BusinessKey]string{},
		Marks: map[string]gateway.Mark{}, State: map[string][]byte{},
	}
}

// Changes is what a batch adds to the database, in the order in which it was added
// where there is one.
type Changes struct {
	Records   []*gateway.Record
	Claims    []Claim
	Events    []gateway.Event
	State     map[string][]byte
	Positions map[string]gateway.Position
	Marks     map[string]gateway.Mark
	// Forget is how many marks whose time was over before Before may be forgotten.
	Forget int
	Before int64
}

// Empty tells that there is nothing to write.
func (c Changes) Empty() bool {
	return len(c.Records)+len(c.Claims)+len(c.Events)+len(c.State)+len(c.Positions)+len(c.Marks) == 0
}

// Claim is a business key with the number of the request that holds it.
type Claim struct {
	BusinessKey
	No string
}

// BusinessKey is what only one request of a service may hold.
type BusinessKey struct {
	Service string
	Key     request.Digest
}
