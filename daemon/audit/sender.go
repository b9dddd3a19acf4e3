package audit

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"motcua/protocol/request"
)

// sender knows what the centre has.
type sender struct {
	sent   int64 // size of the last checkpoint that was sent
	bridge bool  // the centre has said what it has: prove the way from there
	held   int64
	// differs: the centre has something that this log never was.
	differs bool
}

// Next waits for a checkpoint that the centre does not have yet, and gives its
// signed bytes. It counts as sent from then on; one that got lost is made up for
// when the centre has said what it has, see [Log.Held].
func (l *Log) Next(ctx context.Context) ([]byte, error) {
	for {
		l.mu.Lock()
		if l.broken != nil {
			defer l.mu.Unlock()
			return nil, l.broken
		}
		size, from, found := l.sender.next(int64(l.head.Size))
		changed := l.changed
		l.mu.Unlock()
		if found {
			_, signed, err := l.checkpoint(size, from)
			return signed, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-l.stopped:
			return nil, ErrClosed
		}
	}
}

// next names the bridge over what got lost first, and then the newest checkpoint.
func (s *sender) next(newest int64) (size, from int64, found bool) {
	if s.bridge {
		s.bridge = false
		switch {
		case s.sent > s.held:
			return s.sent, s.held, true
		case s.differs && s.sent > 0:
			return s.sent, 0, true
		}
	}
	if newest <= s.sent {
		return 0, 0, false
	}
	size, from = newest, s.sent
	s.sent = newest
	return size, from, true
}

// Held takes what the centre says that it has: size and root of its newest
// checkpoint of this device, 0 for none. It tells whether this log agrees; one
// that was restored from an old copy, or has begun anew, does not.
func (l *Log) Held(size uint64, root request.Digest) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	agrees := size == 0
	l.sender.held = 0
	if size > 0 && size <= l.head.Size {
		own, err := tlog.TreeHash(int64(size), hashes{l.hashes})
		agrees = err == nil && request.Digest(own) == root
		l.sender.held = int64(size) // also when it does not agree: the centre shall see that
	}
	l.sender.sent = max(l.sender.sent, l.sender.held)
	l.sender.bridge, l.sender.differs = true, !agrees
	l.tellLocked()
	return agrees
}
