package finger

import (
	"context"
	"sync"
	"time"
)

// Script is what a module does wrong: faults of type F, by its commands. The zero
// value is none, and stands for any command as its key.
type Script[C comparable, F any] struct {
	mu   sync.Mutex
	next map[C][]F
}

// On makes the next answers to a command suffer one fault each, instead of those
// that were set for it before; the zero fault is none. The zero command stands for
// whichever comes next.
func (s *Script[C, F]) On(command C, faults ...F) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		s.next = map[C][]F{}
	}
	s.next[command] = faults
}

// Next is the fault of a command that has come.
func (s *Script[C, F]) Next(command C) (f F) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var whichever C
	for _, c := range []C{command, whichever} {
		if faults := s.next[c]; len(faults) > 0 {
			s.next[c] = faults[1:]
			return faults[0]
		}
	}
	return f
}

// Slow is how long an answer takes that comes when every host has given up.
const Slow = 4 * time.Second

// Pause lets time pass, while there is power.
func Pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
