package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"motcua/daemon/outbox"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// Queue is what the uplink needs of daemon/outbox.
type Queue interface {
	Due(ctx context.Context, now time.Time, max int) ([]outbox.Entry, error)
	Next() (time.Time, bool)
	Hasten(at time.Time)
	MarkSent(ctx context.Context, id [16]byte, next time.Time) error
	Get(ctx context.Context, id [16]byte) (outbox.Entry, error)
	Settle(ctx context.Context, id [16]byte, receipt []byte, status string) error
	Stats(ctx context.Context) (outbox.Stats, error)
	Unreceipted(most int) []uint64
	Watch() (<-chan struct{}, func())
}

// Config is what a connection is made of.
type Config struct {
	Broker string // tls://host:port
	// Fallback is another broker of the same centre, tls://host:port; empty: none.
	Fallback string
	// Bearers are network interfaces, the best first; none: as the machine's routes
	// say.
	Bearers []string
	// TLS holds the device's certificate and the authority of the broker's. The
	// server's name is checked against the broker's, nothing older than TLS 1.3 is spoken.
	TLS    *tls.Config
	Branch wire.Branch // where the device may publish and listen

	// VerifyReceipt and VerifyResult check signatures and decode; see
	// protocol/envelope. They are called one at a time.
	VerifyReceipt func([]byte) (request.Receipt, error)
	VerifyResult  func([]byte) (request.Result, error)
	Greeting      Greeting
	Documents     Documents // nil: none are of use

	// Jitter gives numbers in [0,1), evenly. By default they are random.
	Jitter func() float64
	// Dial replaces the TLS connection in tests.
	Dial func(ctx context.Context, w Way) (net.Conn, error)
}

// Uplink is the kiosk's side of the link. Set its callbacks before Run; they are
// called one at a time, in the order of events, and must not block.
type Uplink struct {
	cfg   Config
	queue Queue
	log   *slog.Logger

	calls     sync.Mutex // held while a callback runs
	onSent    func(request.ID)
	onReceipt func(request.Receipt)
	onResult  func(request.Result)
	onStatus  func(Status)

	unanswered unanswered

	mu         sync.Mutex // guards what follows
	status     Status
	counts     Counts
	window     map[request.ID]time.Time // sent, no receipt: until when it keeps a place
	hold       time.Time                // the centre asked for silence until then
	hello      *hello                   // the last one, until its answer
	giving     bool                     // the last Welcome brought nonces
	complaints quota
}

// New makes an uplink that does nothing yet.
func New(c Config, q Queue, log *slog.Logger) *Uplink {
	if c.Jitter == nil {
		c.Jitter = rand.Float64
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Uplink{
		cfg: c, queue: q, log: log, window: map[request.ID]time.Time{}, unanswered: newUnanswered(),
		onSent: func(request.ID) {}, onReceipt: func(request.Receipt) {},
		onResult: func(request.Result) {}, onStatus: func(Status) {},
	}
}

// OnSent is told each time that a request was handed to the broker, which says
// nothing about its arrival.
func (u *Uplink) OnSent(f func(request.ID)) { u.onSent = f }

// OnReceipt is told of receipts that settled a request, once each, after that is
// durable.
func (u *Uplink) OnReceipt(f func(request.Receipt)) { u.onReceipt = f }

// OnResult is told of results whose signature verifies. The same result may come
// twice.
func (u *Uplink) OnResult(f func(request.Result)) { u.onResult = f }

// OnStatus is told when the connection comes, goes or fails for another reason.
func (u *Uplink) OnStatus(f func(Status)) { u.onStatus = f }

// errQueue marks errors of the queue, which end Run.
var errQueue = errors.New("the queue does not work")

// Run connects, delivers and connects again until the context ends; that is no
// error. Its errors are a configuration that cannot work, with
// fault.ConfigInvalid, and a queue that is broken or closed.
func (u *Uplink) Run(ctx context.Context) error {
	paths, err := u.cfg.paths()
	if err != nil {
		return err
	}
	defer u.report(Status{})
	var backoff Backoff
	back := homing{every: homeEvery}
	for {
		end := u.round(ctx, paths, &back)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(end.err, errQueue):
			return end.err
		case errors.Is(end.err, errBetter):
			continue
		}
		wait := u.wait(&backoff, end.lasted)
		u.trouble(ctx, end, wait)
		if !u.pause(ctx, wait) {
			return nil
		}
	}
}

func (u *Uplink) wait(b *Backoff, lasted time.Duration) time.Duration {
	if lasted > 0 {
		return b.Lost(lasted, u.cfg.Jitter())
	}
	return b.Failed(u.cfg.Jitter())
}

// ending is how a connection ended, or why there was none.
type ending struct {
	way    Way
	lasted time.Duration // 0: it never stood
	err    error
}

// round tries one way after the other until a connection stands, and returns how
// that ended. When none stands it is the first way's trouble that is told.
func (u *Uplink) round(ctx context.Context, paths []path, back *homing) ending {
	var first ending
	for i, p := range paths {
		limit := connectTimeout
		if i+1 < len(paths) {
			limit = nextTimeout
		}
		end := ending{way: p.Way}
		end.lasted, end.err = u.connection(ctx, paths[:i+1], limit, back)
		if end.lasted > 0 || ctx.Err() != nil || errors.Is(end.err, errQueue) || errors.Is(end.err, errBetter) {
			return end
		}
		u.log.Debug("no connection", "way", p.String(), "err", end.err)
		if i == 0 {
			first = end
		}
	}
	return first
}

// connection is one connection over the last of the ways, from dialling to its
// end. It returns how long it stood, 0 when it never did, and why it ended. The
// others are better ones.
func (u *Uplink) connection(ctx context.Context, ways []path, limit time.Duration, back *homing) (lasted time.Duration, err error) {
	p, better := ways[len(ways)-1], ways[:len(ways)-1]
	l, err := u.connect(ctx, u.cfg.Branch.Device, p, limit)
	if refuses(err) {
		u.readOnly(ctx, p, limit)
	}
	if err != nil {
		return 0, err
	}
	defer l.close()
	if err := l.listen(ctx, u.cfg.Branch); err != nil {
		return 0, err
	}
	since := time.Now()
	u.connected(p.Way)
	back.arrived(len(better) == 0)
	err = u.serve(ctx, l, better, back)
	return time.Since(since), err
}

// connect opens a way for a client id.
func (u *Uplink) connect(ctx context.Context, clientID string, p path, limit time.Duration) (*link, error) {
	l, err := connect(ctx, clientID, p, limit)
	if err == nil {
		l.dropped = func() { u.count(func(c *Counts) *uint64 { return &c.Dropped }) }
	}
	return l, err
}

// within dials within a time.
func (p path) within(ctx context.Context, limit time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return p.dial(ctx)
}

// serve sends and listens until the link is lost or the context ends.
func (u *Uplink) serve(ctx context.Context, l *link, better []path, back *homing) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 6)
	var wg sync.WaitGroup
	wg.Go(func() { failed <- u.deliver(ctx, l) })
	wg.Go(func() { failed <- u.answers(ctx, l) })
	wg.Go(func() { failed <- u.curious(ctx, l) })
	wg.Go(func() { failed <- u.vouch(ctx, l) })
	wg.Go(func() { failed <- u.documents(ctx, l) })
	if len(better) > 0 {
		wg.Go(func() { failed <- u.lookHome(ctx, better, back) })
	}
	var err error
	select {
	case err = <-failed:
	case err = <-l.lost:
		err = fmt.Errorf("%w: %w", errLost, err)
	}
	cancel()
	wg.Wait()
	return err
}

// savedWindow is within what time another try is made when a request was saved
// while there was no connection.
const savedWindow = 5 * time.Second

// pause waits; false when the context ended. A request that is saved meanwhile
// shortens the wait, once: somebody is looking at the screen. People do not come
// all at once, and their kiosks still throw dice.
func (u *Uplink) pause(ctx context.Context, wait time.Duration) bool {
	changes, stop := u.queue.Watch()
	defer stop()
	before := u.saved(ctx)
	end := time.Now().Add(wait)
	t := time.NewTimer(wait)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-t.C:
			return true
		case <-changes:
			if u.saved(ctx) == before {
				continue // the queue's own business
			}
			changes = nil
			t.Reset(min(time.Until(end), spread(0, savedWindow, u.cfg.Jitter())))
		}
	}
}

// saved is the number of the newest request.
func (u *Uplink) saved(ctx context.Context) uint64 {
	stats, err := u.queue.Stats(ctx)
	if err != nil {
		return 0 // the next connection ends with it
	}
	return stats.Seq
}
