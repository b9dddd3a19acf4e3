package outbox

import (
	"context"
	"time"
)

// Stats is the state of the queue in numbers.
type Stats struct {
	Queued, Sent, Poison        int // open
	Receipted, Refused, Expired int // final, as far as kept
	// Overdue are open requests whose time has passed; the centre has to say so.
	Overdue int
	Oldest  time.Time // creation of the oldest open request; zero when none is open
	Bytes   int64     // of open envelopes
	Limit   int       // most open requests
	Seq     uint64    // of the newest request, 0 when there never was one
	Head    [32]byte  // its digest
}

// Open is the number of requests that have no receipt yet.
func (s Stats) Open() int { return s.Queued + s.Sent + s.Poison }

// Stats counts, in memory. Its error is [ErrBroken]; the numbers are right even
// then.
func (s *Store) Stats(context.Context) (Stats, error) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	n := Stats{
		Receipted: s.final[Receipted], Refused: s.final[Refused], Expired: s.final[Expired],
		Bytes: s.payload, Limit: s.o.MaxItems, Seq: s.last, Head: s.head,
	}
	for _, it := range s.open {
		switch it.State {
		case Queued:
			n.Queued++
		case Poison:
			n.Poison++
		default:
			n.Sent++
		}
		if it.ExpiresAt.Before(now) {
			n.Overdue++
		}
	}
	if len(s.open) > 0 {
		n.Oldest = s.open[0].CreatedAt
	}
	return n, s.broken
}
