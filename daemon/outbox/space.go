package outbox

import (
	"context"
	"fmt"

	"motcua/protocol/fault"
)

// look keeps an eye on the disk before something is written: when it is full, the
// reserve is given up; when there is room again, it is taken again.
func (s *Store) look() {
	available, err := free(s.path)
	if err != nil {
		return // the write will tell
	}
	if !s.short && available < lowWater {
		s.reserve.give()
		s.short = true
		s.o.Log.Warn("disk full: reserve given up, requests are refused", "fault", fault.DiskFull, "free", available)
	}
	if s.short && available > reserveSize+2*lowWater {
		if err := s.reserve.take(); err != nil {
			return
		}
		s.short = false
		s.o.Log.Info("the disk has room again", "free", available)
	}
}

// retain drops what has been settled long enough: envelopes first, then lines
// from the oldest on, so that those that stay still follow each other. The last
// line is never dropped, it is the head of the chain.
func (s *Store) retain() {
	now := s.now()
	envelopes, lines := millis(now.Add(-s.o.KeepEnvelope)), millis(now.Add(-s.o.KeepReceipt))
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
