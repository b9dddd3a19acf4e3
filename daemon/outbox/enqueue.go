package outbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"motcua/protocol/fault"
)

// Seal makes the envelope of a request that gets number seq and follows the
// envelope with digest prev. It is called by the writer, one at a time, in order,
// and may not call the store.
type Seal = func(seq uint64, prev [32]byte) (envelope []byte, digest [32]byte, err error)

// Enqueue makes a request durable; it is on the disk when Enqueue returns. A seal
// function that fails uses up no number. Errors: [ErrExists] with the entry that
// is there, [ErrFull], [ErrBroken] (whether the request was kept is known when
// the queue has been opened again), ErrClosed, the context's before the writer
// took the call.
func (s *Store) Enqueue(ctx context.Context, d Draft, seal Seal) (Entry, error) {
	if err := d.validate(); err != nil {
		return Entry{}, err
	}
	var e Entry
	err := s.do(&job{ctx: ctx, write: func(b *batch) error {
		var err error
		e, err = s.write(b, d, seal)
		return err
	}})
	if errors.Is(err, ErrExists) {
		if e, err := s.Get(ctx, d.ID); err == nil {
			return e, ErrExists
		}
	}
	return e, err
}

// write adds one request to the batch.
func (s *Store) write(b *batch, d Draft, seal Seal) (Entry, error) {
	if err := s.admit(b, d.part()); err != nil {
		return Entry{}, err
	}
	envelope, digest, err := seal(b.last+1, b.head)
	if err != nil {
		return Entry{}, caller{fmt.Errorf("sealing a request: %w", err)}
	}
	if err := checkEnvelope(envelope, digest, sha256.Sum256(envelope)); err != nil {
		return Entry{}, caller{err}
	}
	e := Entry{Draft: d, Seq: b.last + 1, Prev: b.head, Digest: digest, State: Queued, CreatedAt: s.now(), Envelope: envelope}
	e.ExpiresAt = fromMillis(millis(d.ExpiresAt))
	if err := b.db.insert(b.ctx, &e); isTaken(err) {
		return Entry{}, caller{ErrExists}
	} else if err != nil {
		return Entry{}, err
	}
	e.Envelope = nil
	b.last, b.head = e.Seq, digest
	b.fresh++
	b.wrote(len(envelope))
	b.after = append(b.after, func() { s.insert(e, len(envelope)) })
	return e, nil
}

// admit refuses what does not fit.
func (s *Store) admit(b *batch, of Part) error {
	if s.short {
		return caller{fault.Wrap(fault.DiskFull, fmt.Errorf("%w: the disk has no space left", ErrFull))}
	}
	s.mu.Lock()
	open, bytes := len(s.open)+b.fresh, s.payload+int64(b.bytes)
	s.mu.Unlock()
	if err := s.o.full(of, open, bytes); err != nil {
		return caller{err}
	}
	return nil
}

// Admit says whether a new visit may begin: nil, or [ErrFull] when the queue or
// the disk is nearly full, or [ErrBroken]. It is asked before a card is read.
func (s *Store) Admit() error {
	if err := s.part(ToBegin); err != nil {
		return err
	}
	return s.space(s.o.ReserveBytes)
}

// AdmitReserved says the same of a visit whose only request is a reserved one: nil
// for as long as there is room for that at all.
func (s *Store) AdmitReserved() error {
	if err := s.part(Reserved); err != nil {
		return err
	}
	return s.space(min(lowWater, s.o.ReserveBytes))
}

// space says whether so much of the disk is free.
func (s *Store) space(wanted int64) error {
	available, err := free(s.path)
	if err != nil {
		return fault.Wrap(fault.QueueBroken, fmt.Errorf("asking for free space: %w", err))
	}
	if available < wanted {
		return fault.Wrap(fault.DiskFull, fmt.Errorf("%w: %d MiB free on the disk, %d are wanted", ErrFull, available>>20, wanted>>20))
	}
	return nil
}

// part says whether a part of the queue has room, and the queue works.
func (s *Store) part(of Part) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	return s.o.full(of, len(s.open), s.payload)
}
