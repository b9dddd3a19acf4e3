package outbox

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"
)

// Due returns up to max requests that may be sent at a time, with their
// envelopes, most urgent first: by class, which waiting improves; within a class
// those that were never sent come before those that got no receipt, so that a
// request on which the centre chokes holds nobody up; then by seq. Those past
// their expiry and the poisonous have one place in eight while others are due. Of
// one subject only one is under way, and they go in the order of saving.
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
	var turns [turns][]*item
	for _, it := range s.open {
		if it.Next.After(now) || it.waits(now) {
			continue
		}
		if t := it.turn(now); len(turns[t]) < most {
			turns[t] = append(turns[t], it)
		}
	}
	var all []Entry
	subjects := map[[16]byte]bool{{}: false}
	for _, it := range s.share.order(slices.Concat(turns[:firstLate]...), slices.Concat(turns[firstLate:]...)) {
		if len(all) == most {
			break
		}
		if subjects[it.Subject] {
			continue
		}
		if it.Subject != [16]byte{} {
			subjects[it.Subject] = true
		}
		all = append(all, it.Entry)
	}
	return all
}

// Next is the earliest time at which [Store.Due] will have something; false when
// only a change can bring something.
func (s *Store) Next() (time.Time, bool) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	var next time.Time
	found := false
	for _, it := range s.open {
		if !it.waits(now) && (!found || it.Next.Before(next)) {
			next, found = it.Next, true
		}
	}
	return next, found
}

// Unreceipted are the seqs of requests that were sent and have no receipt, the
// oldest first, at most so many.
func (s *Store) Unreceipted(most int) []uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []uint64
	for _, it := range s.open {
		if it.State == Sent && len(all) < most {
			all = append(all, it.Seq)
		}
	}
	return all
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
