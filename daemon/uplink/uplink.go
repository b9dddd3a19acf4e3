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
	// TLS holds the device's certificate and the authority of the broker's. The
	// server's name is checked against Broker, nothing older than TLS 1.3 is spoken.
	TLS    *tls.Config
	Branch wire.Branch // where the device may publish and listen

	// VerifyReceipt and VerifyResult check signatures and decode; see
	// protocol/envelope. They are called one at a time.
	VerifyReceipt func([]byte) (request.Receipt, error)
	VerifyResult  func([]byte) (request.Result, error)
	Greeting      Greeting

	// Jitter gives numbers in [0,1), evenly. By default they are random.
	Jitter func() float64
	// Dial replaces the TLS connection in tests.
	Dial func(ctx context.Context) (net.Conn, error)
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
	dial, err := u.cfg.dialer()
	if err != nil {
		return err
	}
	defer u.report(Status{})
	var backoff Backoff
	for {
		lasted, err := u.connection(ctx, dial)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, errQueue) {
			return err
		}
		wait := u.wait(&backoff, lasted)
		u.trouble(ctx, err, wait)
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

// connection is one connection from dialling to its end. It returns how long it
// stood, 0 when it never did, and why it ended.
func (u *Uplink) connection(ctx context.Context, dial dialFunc) (lasted time.Duration, err error) {
	l, err := connect(ctx, u.cfg.Branch.Device, dial)
	if err != nil {
		return 0, err
	}
	defer l.close()
	l.dropped = func() { u.count(func(c *Counts) *uint64 { return &c.Dropped }) }
	if err := l.listen(ctx, u.cfg.Branch); err != nil {
		return 0, err
	}
	since := time.Now()
	u.connected()
	err = u.serve(ctx, l)
	return time.Since(since), err
}

// serve sends and listens until the link is lost or the context ends.
func (u *Uplink) serve(ctx context.Context, l *link) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 3)
	var wg sync.WaitGroup
	wg.Go(func() { failed <- u.deliver(ctx, l) })
	wg.Go(func() { failed <- u.answers(ctx, l) })
	wg.Go(func() { failed <- u.curious(ctx, l) })
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
			changes = nil
			t.Reset(min(time.Until(end), spread(0, savedWindow, u.cfg.Jitter())))
		}
	}
}
