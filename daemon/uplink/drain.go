package uplink

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"motcua/daemon/outbox"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// most is how many requests may be under way without a receipt: enough to keep
// the way to the centre busy, few enough for a centre that comes back to life.
const most = 16

// drain sends what is due, for as long as the connection stands: at once when
// something is saved, again when no receipt came in time.
func (u *Uplink) drain(ctx context.Context, l *link) error {
	changes, stop := u.queue.Watch()
	defer stop()
	for {
		if err := u.send(ctx, l); err != nil {
			return err
		}
		timer := time.NewTimer(u.untilNext())
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-changes:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// send publishes what is due and fits.
func (u *Uplink) send(ctx context.Context, l *link) error {
	room := u.room()
	if room <= 0 {
		return nil
	}
	due, err := u.queue.Due(ctx, time.Now(), room)
	if err != nil {
		return queueError(ctx, err)
	}
	for _, e := range due {
		if err := u.sendOne(ctx, l, e); err != nil {
			return err
		}
	}
	return nil
}

// sendOne notes the sending first: a receipt may come back before a note could be
// made after it.
func (u *Uplink) sendOne(ctx context.Context, l *link, e outbox.Entry) error {
	now := time.Now()
	next := now.Add(resend(e.Attempts, u.cfg.Jitter()))
	u.mu.Lock()
	u.window[e.ID] = now.Add(wire.ResendFirst)
	u.mu.Unlock()
	if err := u.queue.MarkSent(ctx, e.ID, next); err != nil {
		return queueError(ctx, err)
	}
	u.calls.Lock() // a receipt may not be told of before the sending
	defer u.calls.Unlock()
	if err := l.publish(ctx, u.cfg.Branch.Up(wire.UpRequest), wire.QoSRequest, e.Envelope); err != nil {
		return err
	}
	u.count(func(c *Counts) *uint64 { return &c.Sent })
	if e.Attempts > 0 {
		u.count(func(c *Counts) *uint64 { return &c.Resent })
	}
	u.log.Debug("sent", "id", request.ID(e.ID), "seq", e.Seq, "service", e.Service, "times", e.Attempts+1)
	u.onSent(e.ID)
	return nil
}

// room is how many more requests may be under way now.
func (u *Uplink) room() int {
	now := time.Now()
	u.mu.Lock()
	defer u.mu.Unlock()
	if now.Before(u.hold) {
		return 0
	}
	for id, until := range u.window {
		if !until.After(now) {
			delete(u.window, id) // waited for long enough
		}
	}
	return most - len(u.window)
}

// untilNext is how long nothing is to be done unless something changes.
func (u *Uplink) untilNext() time.Duration {
	now := time.Now()
	next, some := u.queue.Next()
	if !some {
		next = now.Add(wire.KeepAlive)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.window) >= most {
		next = slices.MinFunc(slices.Collect(maps.Values(u.window)), time.Time.Compare)
	}
	if u.hold.After(next) {
		next = u.hold
	}
	return max(next.Sub(now), 0)
}

// queueError marks an error of the queue, which no reconnecting will mend.
func queueError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", errQueue, err)
}
