package uplink

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// Greeting is how kiosk and centre talk about the link itself. The zero value
// says nothing to the centre.
type Greeting struct {
	// Sign signs with the device's key, Verify checks the centre's signature; see
	// protocol/envelope.
	Sign   func(request.Hello) ([]byte, error)
	Verify func([]byte) (request.Welcome, error)
	Nonces Nonces // nil: none are asked for
	Leases Leases // nil: no numbers are asked for
	Clock  Clock  // nil: nobody wants to know the time
	Audit  Audit  // nil: no checkpoints are sent
}

// Nonces keeps the centre's nonces; daemon/nonces.
type Nonces interface {
	Wanted() int // how many to ask for
	Low() bool   // ask soon
	Add(fresh [][]byte, until time.Time)
}

// Leases keeps the numbers that the centre has lent; daemon/leases.
type Leases interface {
	Wishes() []request.LeaseWish
	Low() bool // ask soon
	Add(fresh []request.Lease)
	// Wanted tells that a queue has just become low.
	Wanted() <-chan struct{}
	// Returns are numbers to be given back, and Returned tells that the centre has
	// them.
	Returns() []request.LeaseReturn
	Returned(done []request.LeaseReturn)
}

// Clock learns the centre's time; daemon/clock.
type Clock interface {
	Ask() (answer func(centre time.Time))
	Wanted() bool // ask soon
}

// Audit is the device's audit log; daemon/audit.
type Audit interface {
	// Next waits for a signed checkpoint to send.
	Next(ctx context.Context) ([]byte, error)
	// Held takes the newest one that the centre has; size 0 for none. It tells
	// whether the log agrees.
	Held(size uint64, root request.Digest) bool
}

// Times of greeting.
const (
	// greetWait is how long sending waits for the Welcome: what the centre has comes
	// back before it, and need not be sent again.
	greetWait = 2 * time.Second
	// Another Hello is sent when clock, nonces or numbers want one, looked at in
	// these intervals with full jitter.
	needEvery = 15 * time.Minute
	needSoon  = 2 * time.Minute  // while the centre goes on giving
	needNow   = 10 * time.Second // when a queue has just become low
)

// hello is the question that waits for its answer.
type hello struct {
	id       request.ID
	clock    func(centre time.Time)
	returns  []request.LeaseReturn
	welcomed chan struct{}
}

// deliver says hello, takes what the centre says to that, and then sends what is
// still open, for as long as the connection stands.
func (u *Uplink) deliver(ctx context.Context, l *link) error {
	if err := u.untilAllowed(ctx); err != nil {
		return err
	}
	h, err := u.sayHello(ctx, l)
	if err != nil {
		return err
	}
	if h != nil {
		late := time.NewTimer(greetWait)
		defer late.Stop()
		select {
		case <-h.welcomed:
		case <-late.C:
			// slow, or without hellos; or a broker whose rules drop what we say
			u.log.Warn("the centre does not answer a hello: requests are sent, and kept until their receipts come",
				"fault", fault.CentreSilent, "do", "if they stay, look at the gateway and at the device's access rules at the broker")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	close(l.greeted)
	u.queue.Hasten(time.Now()) // what was under way may be lost
	return u.drain(ctx, l)
}

// untilAllowed waits while the centre wants silence.
func (u *Uplink) untilAllowed(ctx context.Context) error {
	u.mu.Lock()
	wait := time.Until(u.hold)
	u.mu.Unlock()
	if wait <= 0 {
		return nil
	}
	return sleep(ctx, wait)
}

// sayHello sends a Hello; a nil hello means that nobody signs any.
func (u *Uplink) sayHello(ctx context.Context, l *link) (*hello, error) {
	g := u.cfg.Greeting
	if g.Sign == nil {
		return nil, nil
	}
	m, err := u.newHello(ctx)
	if err != nil {
		return nil, err
	}
	b, err := g.Sign(m)
	if err != nil {
		u.log.Error("a hello could not be signed", "fault", fault.Internal, "err", err)
		return nil, nil
	}
	h := &hello{id: m.ID, clock: func(time.Time) {}, returns: m.Returns, welcomed: make(chan struct{})}
	if g.Clock != nil {
		h.clock = g.Clock.Ask()
	}
	u.mu.Lock()
	u.hello = h
	u.mu.Unlock()
	if err := l.publish(ctx, u.cfg.Branch.Up(wire.UpEvent), wire.QoSEvent, b); err != nil {
		return nil, err
	}
	u.count(func(c *Counts) *uint64 { return &c.Hellos })
	u.log.Debug("hello", "open", len(m.Open), "nonces", m.Nonces, "seq", m.Last)
	return h, nil
}

func (u *Uplink) newHello(ctx context.Context) (request.Hello, error) {
	now := time.Now()
	id, err := request.NewID(now, rand.Reader)
	if err != nil {
		return request.Hello{}, fmt.Errorf("making a hello: %w", err)
	}
	m := request.Hello{V: request.Version, Type: request.TypeHello, ID: id, Device: u.cfg.Branch.Device, At: now.UnixMilli()}
	if u.cfg.Greeting.Nonces != nil {
		m.Nonces = uint8(max(0, min(u.cfg.Greeting.Nonces.Wanted(), request.MaxNonces)))
	}
	if u.cfg.Greeting.Leases != nil {
		m.Leases, m.Returns = u.cfg.Greeting.Leases.Wishes(), u.cfg.Greeting.Leases.Returns()
	}
	m.Open = u.unanswered.seqs(now)
	m.Open = append(m.Open, u.queue.Unreceipted(request.MaxOpen-len(m.Open))...)
	slices.Sort(m.Open)
	m.Open = slices.Compact(m.Open)
	stats, err := u.queue.Stats(ctx) // after the seqs, of which it names the last
	if err != nil {
		return request.Hello{}, queueError(ctx, err)
	}
	m.Last, m.Head = stats.Seq, stats.Head
	return m, nil
}

// welcome takes the centre's answer to the last Hello.
func (u *Uplink) welcome(ctx context.Context, b []byte) error {
	if u.cfg.Greeting.Verify == nil {
		return nil
	}
	w, err := u.cfg.Greeting.Verify(b)
	if err == nil && w.Device != u.cfg.Branch.Device {
		err = errElsewhere
	}
	if err != nil {
		u.count(func(c *Counts) *uint64 { return &c.BadWelcomes })
		u.complain(time.Now(), "a welcome is false, nothing of it counts", err)
		return nil
	}
	u.mu.Lock()
	h := u.hello
	if h == nil || h.id != w.Re {
		u.mu.Unlock()
		u.log.Debug("a welcome to nobody", "re", w.Re)
		return nil
	}
	u.hello = nil
	u.counts.Welcomes++
	u.keepSilent(w.RetryAfter)
	u.giving = len(w.Nonces)+len(w.Leases) > 0
	u.mu.Unlock()
	h.clock(time.UnixMilli(w.At))
	if n := u.cfg.Greeting.Nonces; n != nil && len(w.Nonces) > 0 {
		n.Add(w.Nonces, time.UnixMilli(w.NoncesUntil))
	}
	if l := u.cfg.Greeting.Leases; l != nil {
		l.Add(w.Leases)
		l.Returned(h.returns)
	}
	u.heard(w)
	close(h.welcomed)
	return u.compare(ctx, w)
}

// compare holds the centre's memory of this device against the queue's.
func (u *Uplink) compare(ctx context.Context, w request.Welcome) error {
	stats, err := u.queue.Stats(ctx)
	if err != nil {
		return queueError(ctx, err)
	}
	switch {
	case w.Contiguous > stats.Seq:
		u.log.Error(behind, "fault", fault.QueueBroken, "centre", w.Contiguous, "queue", stats.Seq)
	case w.Contiguous == stats.Seq && w.ChainHead != request.Digest(stats.Head):
		u.log.Error("the centre's chain of this kiosk ends in another request than the queue's: there are two of this kiosk; provision it again",
			"fault", fault.QueueBroken, "seq", w.Contiguous)
	default:
		u.log.Debug("welcome", "centre", w.Contiguous, "queue", stats.Seq, "nonces", len(w.Nonces))
	}
	return nil
}

// curious sends further Hellos while the connection stands: for answers that are
// missing, and when clock, nonces or numbers want one.
func (u *Uplink) curious(ctx context.Context, l *link) error {
	if u.cfg.Greeting.Sign == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	need := time.Now().Add(u.needIn())
	var wanted <-chan struct{}
	if u.cfg.Greeting.Leases != nil {
		wanted = u.cfg.Greeting.Leases.Wanted()
	}
	for {
		next := need
		if at, some := u.unanswered.next(); some && at.Before(next) {
			next = at
		}
		timer := time.NewTimer(time.Until(next))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-u.unanswered.changed:
			timer.Stop()
			continue
		case <-wanted: // people go on taking numbers
			timer.Stop()
			if soon := time.Now().Add(spread(0, needNow, u.cfg.Jitter())); soon.Before(need) {
				need = soon
			}
			continue
		case <-timer.C:
		}
		now := time.Now()
		ask := u.unanswered.due(now)
		if !now.Before(need) {
			ask = u.needs() || ask
			need = now.Add(u.needIn())
		}
		if !ask {
			continue
		}
		if err := u.untilAllowed(ctx); err != nil {
			return err
		}
		if _, err := u.sayHello(ctx, l); err != nil {
			return err
		}
	}
}

// needs reports whether clock, nonces or numbers want a Hello.
func (u *Uplink) needs() bool {
	g := u.cfg.Greeting
	return g.Clock != nil && g.Clock.Wanted() || g.Nonces != nil && g.Nonces.Low() || g.Leases != nil && g.Leases.Low()
}

func (u *Uplink) needIn() time.Duration {
	u.mu.Lock()
	window := needEvery
	if u.giving {
		window = needSoon
	}
	u.mu.Unlock()
	return spread(window/4, window, u.cfg.Jitter())
}
