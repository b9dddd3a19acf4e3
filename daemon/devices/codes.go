package devices

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"motcua/drivers"
	"motcua/drivers/supervisor"
	"motcua/protocol/local"
)

// Times of reading codes.
const (
	// scanFor is how long one scan waits for a code before the reader is asked how it
	// is again.
	scanFor = 10 * time.Second
	// sameFor is how long the same code is not told again: it is still being held
	// there.
	sameFor = 3 * time.Second
	// readerRest is the pause after a scan that failed.
	readerRest = time.Second
)

// takesCode tells whether the visit has a use for a code. The reader's light is on
// only then.
func takesCode(s local.Snapshot) bool {
	v := s.Visit
	if v == nil {
		return s.Kiosk.Fault == nil && !s.Kiosk.CardLeft
	}
	switch v.Step {
	case local.StepPlace, local.StepKey:
		return true
	case local.StepQuestion:
		return v.Question != nil && v.Question.Scan
	case local.StepProblem:
		return v.Problem != nil && slices.Contains(v.Problem.Exits, local.VerbRetry)
	default:
		return false
	}
}

// scanner hands codes to the visit for as long as it takes some.
type scanner struct {
	host   Host
	reader *supervisor.Supervisor[drivers.CodeReader]

	last [sha256.Size]byte // of the code that was told last
	seen time.Time         // when it was last seen
}

// follow scans until ctx ends.
func (c *scanner) follow(ctx context.Context) {
	for ctx.Err() == nil {
		snap, newer := c.host.State()
		if !takesCode(snap) {
			wait(ctx, newer)
			continue
		}
		scan, err := c.scan(ctx)
		if err != nil {
			pause(ctx, readerRest) // the supervisor tells what is wrong with it
			continue
		}
		if len(scan.Raw) > 0 && c.isNew(scan.Raw, time.Now()) {
			c.host.Scanned(scan.Raw)
		}
	}
}

// scan waits for one code, and gives none when the visit takes none any more or
// nobody has held one there.
func (c *scanner) scan(ctx context.Context) (drivers.Scan, error) {
	scanning, cancel := context.WithTimeout(ctx, scanFor)
	defer cancel()
	go func() { // ends with scanning
		for scanning.Err() == nil {
			snap, newer := c.host.State()
			if !takesCode(snap) {
				cancel()
				return
			}
			wait(scanning, newer)
		}
	}()
	scan, err := supervisor.Ask(scanning, c.reader, func(ctx context.Context, r drivers.CodeReader) (drivers.Scan, error) {
		return r.Scan(ctx)
	})
	if err != nil && scanning.Err() != nil {
		return scan, nil // it may have read one in its last moment
	}
	return scan, err
}

// isNew tells a code that was not just told; of that one only a digest is kept.
func (c *scanner) isNew(raw []byte, now time.Time) bool {
	digest := sha256.Sum256(raw)
	same := digest == c.last && now.Sub(c.seen) < sameFor
	c.last, c.seen = digest, now
	return !same
}

func wait(ctx context.Context, newer <-chan struct{}) {
	select {
	case <-newer:
	case <-ctx.Done():
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
