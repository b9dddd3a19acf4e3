package uplink

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/daemon/outbox"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// mostHold bounds how long a centre may ask for silence.
const mostHold = time.Hour

// answers reads what the centre sends, one message after the other.
func (u *Uplink) answers(ctx context.Context, l *link) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case m := <-l.incoming:
			if err := u.answer(ctx, m); err != nil {
				return err
			}
		}
	}
}

// answer takes one message. Only an error of the queue is returned: whatever is
// wrong with a message concerns that message.
func (u *Uplink) answer(ctx context.Context, m message) error {
	switch m.kind {
	case wire.DownResult:
		u.result(m.payload)
		return nil
	case wire.DownCommand:
		return u.welcome(ctx, m.payload)
	}
	err := u.receipt(ctx, m.payload)
	if bad, ok := errors.AsType[*badReceipt](err); ok {
		u.count(func(c *Counts) *uint64 { return &c.BadReceipts })
		u.complain(time.Now(), "a receipt is false, nothing was settled", bad.error)
		return nil
	}
	return err
}

// errElsewhere: a message is true, and not ours.
var errElsewhere = errors.New("it is for another device")

// badReceipt is a receipt that must not settle anything.
type badReceipt struct{ error }

func bad(format string, args ...any) error { return &badReceipt{fmt.Errorf(format, args...)} }

// receipt settles the request that a receipt names, if all of it is true.
func (u *Uplink) receipt(ctx context.Context, b []byte) error {
	r, err := u.cfg.VerifyReceipt(b)
	if err != nil {
		return &badReceipt{err}
	}
	if r.Device != u.cfg.Branch.Device {
		return &badReceipt{errElsewhere}
	}
	e, err := u.queue.Get(ctx, r.ID)
	if errors.Is(err, outbox.ErrUnknown) {
		u.count(func(c *Counts) *uint64 { return &c.Unknown })
		u.log.Warn("a receipt for a request that is not in the queue", "id", r.ID, "seq", r.Seq)
		return nil
	}
	if err != nil {
		return queueError(ctx, err)
	}
	if r.Digest != request.Digest(e.Digest) || r.Seq != e.Seq {
		return bad("request %s: it names number %d and digest %s, saved are %d and %s", r.ID, r.Seq, r.Digest, e.Seq, request.Digest(e.Digest))
	}
	if err := u.checkChain(ctx, r, e); err != nil {
		return err
	}
	return u.settle(ctx, b, r, e)
}

func (u *Uplink) settle(ctx context.Context, b []byte, r request.Receipt, e outbox.Entry) error {
	if e.State.Final() {
		u.count(func(c *Counts) *uint64 { return &c.Repeated })
		return nil
	}
	if err := u.queue.Settle(ctx, r.ID, b, string(r.Status)); err != nil {
		return queueError(ctx, err)
	}
	u.mu.Lock()
	delete(u.window, r.ID)
	u.keepSilent(r.RetryAfter)
	u.counts.Receipts++
	u.mu.Unlock()
	u.unanswered.add(r, time.Now())
	u.calls.Lock()
	defer u.calls.Unlock()
	u.log.Debug("receipted", "id", r.ID, "seq", r.Seq, "status", r.Status, "fault", r.Code)
	u.onReceipt(r)
	return nil
}

// keepSilent sends nothing for as many seconds, which the centre asked for; u.mu
// is held.
func (u *Uplink) keepSilent(seconds uint32) {
	if seconds > 0 {
		u.hold = time.Now().Add(min(time.Duration(seconds)*time.Second, mostHold))
	}
}

// behind is what a queue is that has forgotten what the centre knows.
const behind = "the centre knows more of this kiosk's requests than the queue: it was restored from an old copy; provision the kiosk again"

// checkChain compares the centre's memory of this device with the queue's. A
// queue that is behind was restored from an old copy: it would use numbers twice.
func (u *Uplink) checkChain(ctx context.Context, r request.Receipt, e outbox.Entry) error {
	stats, err := u.queue.Stats(ctx)
	if err != nil {
		return queueError(ctx, err)
	}
	if r.Contiguous > stats.Seq {
		u.log.Error(behind, "fault", fault.QueueBroken, "centre", r.Contiguous, "queue", stats.Seq)
	}
	if r.Contiguous == e.Seq && r.ChainHead != request.Digest(e.Digest) {
		return bad("request %s: the centre's chain ends in %s, the queue's in %s", r.ID, r.ChainHead, request.Digest(e.Digest))
	}
	return nil
}

// result hands on a result that is true; what it is worth is the visit's matter.
func (u *Uplink) result(b []byte) {
	r, err := u.cfg.VerifyResult(b)
	if err == nil && r.Device != u.cfg.Branch.Device {
		err = errElsewhere
	}
	if err != nil {
		u.count(func(c *Counts) *uint64 { return &c.BadResults })
		u.complain(time.Now(), "a result is false, it is not shown", err)
		return
	}
	u.unanswered.done(r.ID)
	u.count(func(c *Counts) *uint64 { return &c.Results })
	u.calls.Lock()
	defer u.calls.Unlock()
	u.onResult(r)
}
