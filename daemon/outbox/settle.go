package outbox

import (
	"context"
	"slices"
	"time"
)

// MarkSent notes that a request is about to be sent and when it may be sent
// again. The note reaches the disk with the next commit, within a second: a
// request that is sent once more after a crash does no harm. One that is sent
// again and again while others get receipts becomes [Poison].
func (s *Store) MarkSent(_ context.Context, id [16]byte, next time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	it := s.byID[id]
	if it == nil {
		return nil // settled meanwhile
	}
	now := s.now()
	s.share.sent(it.late(now))
	if it.State == Queued {
		it.State, it.SentAt = Sent, now
	}
	it.Attempts++
	it.Next = next
	s.judge(it, now)
	s.touched[it.Seq] = it
	select {
	case s.noted <- struct{}{}:
	default:
	}
	s.changed()
	return nil
}

// Hasten makes every open request but the poisonous due at the latest at a time:
// after a connection was lost, nobody knows what had arrived. It is not kept on
// disk.
func (s *Store) Hasten(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, it := range s.open {
		if it.State != Poison && it.Next.After(at) {
			it.Next = at
		}
	}
	s.changed()
}

// marks writes what MarkSent noted.
func (s *Store) marks(b *batch) error {
	for _, e := range s.takeTouched() {
		if err := b.db.fate(b.ctx, &e); err != nil {
			return err
		}
		b.wrote(0)
	}
	return nil
}

func (s *Store) takeTouched() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Entry, 0, len(s.touched))
	for _, it := range s.touched {
		all = append(all, it.Entry)
	}
	clear(s.touched)
	return all
}

// behind reports whether MarkSent noted anything that the disk does not know.
func (s *Store) behind() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.touched) > 0
}

// Settle ends a request with the centre's receipt, whose status it is given and
// whose signature the caller has verified. It is durable on return. Settling
// again changes nothing and is no error. Errors: [ErrUnknown], [ErrBroken],
// [ErrClosed].
func (s *Store) Settle(ctx context.Context, id [16]byte, receipt []byte, status string) error {
	state, err := settled(status)
	if err != nil {
		return err
	}
	return s.do(&job{ctx: ctx, write: func(b *batch) error {
		return s.settle(b, id, slices.Clone(receipt), state, status)
	}})
}

func (s *Store) settle(b *batch, id [16]byte, receipt []byte, state State, status string) error {
	s.mu.Lock()
	it := s.byID[id]
	var e Entry
	if it != nil {
		e = it.Entry
	}
	s.mu.Unlock()
	if it == nil {
		return s.settledBefore(b, id)
	}
	if b.ended[id] {
		return caller{}
	}
	e.State, e.Status, e.Receipt, e.SettledAt = state, status, receipt, s.now()
	if err := b.db.fate(b.ctx, &e); err != nil {
		return err
	}
	if s.short { // gives back more space than the receipt takes
		if err := b.db.drop(b.ctx, e.Seq); err != nil {
			return err
		}
	}
	b.ended[id] = true
	b.wrote(len(receipt))
	b.after = append(b.after, func() { s.remove(it, state) })
	return nil
}

// settledBefore tells a request that was settled earlier from one that never was
// in the queue.
func (s *Store) settledBefore(b *batch, id [16]byte) error {
	known, err := b.db.known(b.ctx, id)
	if err != nil {
		return err
	}
	if !known {
		return caller{ErrUnknown}
	}
	return caller{}
}
