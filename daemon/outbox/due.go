package outbox

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// patience is after how many sendings without a receipt a request no longer holds
// back others of the same subject.
const patience = 6

// late is the class of requests whose time has passed: sent after all others, for
// the centre to say "expired", so that its numbers have no gap.
const late = maxClass + 1

// Due returns up to max requests that may be sent at a time, with their
// envelopes, most urgent first: by class, those past their expiry last; within a
// class those that were never sent come before those that got no receipt, so that
// a request on which the centre chokes holds nobody up; then by seq. Of one
// subject only one is under way.
func (s *Store) Due(ctx context.Context, now time.Time, max int) ([]Entry, error) {
	due := s.due(now, max)
	if err := s.Err(); err != nil || len(due) == 0 {
		return nil, err
	}
	err := s.do(&job{ctx: ctx, read: func() error {
		for i := range due {
			b, err := s.db.envelope(context.Background(), due[i].Seq)
			if err != nil {
				return err
			}
			due[i].Envelope = b
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	return due, nil
}

// due picks from memory.
func (s *Store) due(now time.Time, most int) []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Entry
	busy := s.busy()
	for turn := range uint8(2 * (late + 1)) {
		for _, it := range s.open {
			if len(all) >= most {
				return all
			}
			if it.turn(now) != turn || it.Next.After(now) || it.waits(busy) {
				continue
			}
			if it.Subject != [16]byte{} {
				busy[it.Subject] = it.Seq
			}
			all = append(all, it.Entry)
		}
	}
	return all
}

// busy maps subjects to the request of theirs that is under way.
func (s *Store) busy() map[[16]byte]uint64 {
	busy := map[[16]byte]uint64{}
	for _, it := range s.open {
		if it.State == Sent && it.Attempts < patience && it.Subject != [16]byte{} {
			busy[it.Subject] = it.Seq
		}
	}
	return busy
}

// waits reports whether another request of the same subject is under way.
func (it *item) waits(busy map[[16]byte]uint64) bool {
	seq, found := busy[it.Subject]
	return found && seq != it.Seq
}

// turn is the order of sending at a time, 0 first.
func (it *item) turn(now time.Time) uint8 {
	class := it.Class
	if it.ExpiresAt.Before(now) {
		class = late
	}
	if it.State == Queued {
		return 2 * class
	}
	return 2*class + 1
}

// Next is the earliest time at which [Store.Due] will have something; false when
// only a change can bring something.
func (s *Store) Next() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var next time.Time
	found := false
	busy := s.busy()
	for _, it := range s.open {
		if !it.waits(busy) && (!found || it.Next.Before(next)) {
			next, found = it.Next, true
		}
	}
	return next, found
}

// Get returns a request, open or settled. Errors: [ErrUnknown], [ErrBroken],
// [ErrClosed].
func (s *Store) Get(ctx context.Context, id [16]byte) (Entry, error) {
	var e Entry
	err := s.do(&job{ctx: ctx, read: func() error {
		var err error
		e, err = s.db.get(context.Background(), id)
		if errors.Is(err, sql.ErrNoRows) {
			return caller{ErrUnknown}
		}
		return err
	}})
	if err != nil {
		return Entry{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if it := s.byID[id]; it != nil { // memory is newer than the disk
		e.State, e.SentAt, e.Next, e.Attempts = it.State, it.SentAt, it.Next, it.Attempts
	}
	return e, nil
}
