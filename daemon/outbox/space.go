package outbox

import (
	"context"
	"fmt"

	"motcua/protocol/fault"
)

// look keeps an eye on the disk before something is written. When space runs
// out, requests are refused while there still is some: what is in the WAL moves
// into the database file, and from then on settling only writes over what is
// allocated, and frees more than it takes because envelopes are dropped at once.
func (s *Store) look() {
	available, err := free(s.path)
	if err != nil {
		return // the write will tell
	}
	s.tight = available < lowWater
	if !s.tight && !s.short {
		return
	}
	unused, err := s.db.unused(context.Background())
	if err != nil {
		return
	}
	switch spare := available + unused; {
	case !s.short && spare < lowWater:
		s.short = true
		s.o.Log.Warn("disk full: requests are refused", "fault", fault.DiskFull, "free", available)
		s.pages = maxPages
		s.checkpoint()
		s.retain()
	case s.short && spare > 2*lowWater:
		s.short = false
		s.o.Log.Info("there is room for requests again", "free", available, "in_file", unused)
	}
	if available < drained {
		s.reserve.give()
	} else if available > reserveSize+lowWater {
		_ = s.reserve.take() // later, then
	}
}

// retain drops what has been settled long enough: envelopes first, then lines
// from the oldest on, so that those that stay still follow each other. The last
// line is never dropped, it is the head of the chain.
func (s *Store) retain() {
	s.mu.Lock()
	none := len(s.final) == 0
	s.mu.Unlock()
	if none {
		return
	}
	now := s.now()
	envelopes, lines := millis(now.Add(-s.o.KeepEnvelope)), millis(now.Add(-s.o.KeepReceipt))
	if s.short {
		envelopes = millis(now) + 1
	}
	for s.Err() == nil {
		dropped, err := s.db.forget(context.Background(), envelopes, lines)
		if err != nil {
			_ = s.fail(fmt.Errorf("dropping what is old: %w", err))
			return
		}
		s.pages += 2 * dropped
		s.checkpoint()
		if dropped < forgetAtOnce {
			break
		}
	}
	if err := s.recount(); err != nil {
		_ = s.fail(err)
	}
}

// recount brings the numbers of settled requests up to date.
func (s *Store) recount() error {
	if s.Err() != nil {
		return nil
	}
	final, err := s.db.finals(context.Background())
	if err != nil {
		return fmt.Errorf("counting what is settled: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.final = final
	return nil
}
