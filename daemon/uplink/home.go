package uplink

import (
	"context"
	"errors"
	"time"
)

// Times of using a way that is not the best.
const (
	// nextTimeout is how long opening a way may take while there is another one.
	nextTimeout = 5 * time.Second
	// homeEvery is how often the better ways are tried, with full jitter around it.
	homeEvery = 5 * time.Minute
	homeMost  = time.Hour
	// A connection is left for a better one when nothing is under way, or after
	// homeWait.
	homeWait = time.Minute
)

// errBetter: a better way is there again.
var errBetter = errors.New("a better way is open")

// homing says how often the better ways are tried. A way that opens, and is then
// of no use, is tried more and more seldom. It belongs to Run and to one
// connection at a time.
type homing struct {
	every time.Duration
	tried bool // the connection before was left for a better one
}

// arrived is told where a connection came to stand.
func (h *homing) arrived(best bool) {
	switch {
	case best:
		h.every = homeEvery
	case h.tried:
		h.every = min(2*h.every, homeMost)
	}
	h.tried = false
}

// lookHome tries the better ways now and then, and returns errBetter when one of
// them is open. What is tried is the way up to the broker's certificate.
func (u *Uplink) lookHome(ctx context.Context, better []path, h *homing) error {
	for {
		if err := sleep(ctx, spread(h.every/2, h.every*3/2, u.cfg.Jitter())); err != nil {
			return err
		}
		if !open(ctx, better) {
			continue
		}
		for late := time.Now().Add(homeWait); u.underWay() && time.Now().Before(late); {
			if err := sleep(ctx, time.Second); err != nil {
				return err
			}
		}
		u.log.Info("a better way to the centre is open: going back to it")
		h.tried = true
		return errBetter
	}
}

// open reports whether one of some ways can be opened.
func open(ctx context.Context, ways []path) bool {
	for _, p := range ways {
		c, err := p.within(ctx, nextTimeout)
		if err == nil {
			_ = c.Close()
			return true
		}
	}
	return false
}

// underWay reports whether a receipt is waited for.
func (u *Uplink) underWay() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.window) > 0
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
