package supervisor

import (
	"context"
	"errors"
	"sync"
	"time"

	"motcua/drivers"
)

// Times of the supervision.
const (
	rescan    = 2 * time.Second  // from one look for paths to the next
	heartbeat = 15 * time.Second // from one probe of an idle device to the next
	recheck   = 5 * time.Second  // the same while something is wrong with it
	openWait  = 30 * time.Second // for an opening: it may try several protocols and speeds
	probeWait = 5 * time.Second
	closeWait = 3 * time.Second
	// grace is how long after its context's end a call may take to come back.
	grace = 2 * time.Second
)

// Config says what is supervised. Class, Paths, Open and Jitter are needed.
type Config[D drivers.Device] struct {
	Class drivers.Class
	// Paths lists where the device may be now, the best first. It is called often
	// and must return at once.
	Paths func() []string
	// Claim takes a path for this supervisor before it is opened, so that two that
	// look for their devices do not meet; nil: every path is free.
	Claim func(path string) (release func(), ok bool)
	// Open opens the device at a path.
	Open func(ctx context.Context, path string) (D, error)
	// Check says what is wrong with a device that answers, such as a printer
	// without paper; nil: what Probe says is all.
	Check func(ctx context.Context, d D) error
	// Attend runs beside the calls while a device is attached, for one that reports
	// by itself; nil: none. When it returns the device is opened anew.
	Attend func(ctx context.Context, d D) error
	// Tell is told every change, in order, and must return at once; nil: nobody.
	Tell func(drivers.Health)
	// Jitter gives a number in [0,1) for the length of a wait.
	Jitter func() float64
}

// Supervisor keeps a device attached while Run runs. Its other methods may be
// called from any goroutine, also before and after.
type Supervisor[D drivers.Device] struct {
	cfg   Config[D]
	calls chan call[D]
	ended chan struct{} // closed when Run has ended

	mu     sync.Mutex // guards health
	health drivers.Health

	// The loop's own.
	pace   pace
	losses losses
	known  []string // the paths that were there at the last look
	met    bool     // a device was attached before
}

// New prepares a supervisor; Run starts it.
func New[D drivers.Device](cfg Config[D]) *Supervisor[D] {
	if cfg.Claim == nil {
		cfg.Claim = func(string) (func(), bool) { return func() {}, true }
	}
	if cfg.Check == nil {
		cfg.Check = func(context.Context, D) error { return nil }
	}
	if cfg.Tell == nil {
		cfg.Tell = func(drivers.Health) {}
	}
	return &Supervisor[D]{
		cfg: cfg, calls: make(chan call[D]), ended: make(chan struct{}),
		health: drivers.Health{Class: cfg.Class, State: drivers.StateAbsent, Since: time.Now(), Reason: errNotLooked},
		pace:   pace{jitter: cfg.Jitter},
	}
}

// What is said where no device ever answered.
var (
	errNotLooked = wrap(drivers.ErrNoDevice, errors.New("not looked for yet"))
	errNothing   = wrap(drivers.ErrNoDevice, errors.New("nothing is plugged in"))
	errStopped   = wrap(drivers.ErrDeviceGone, errors.New("its supervision has ended"))
)

// Run supervises until ctx ends, and closes the device then. It is called once and
// returns only ctx's error.
func (s *Supervisor[D]) Run(ctx context.Context) error {
	defer close(s.ended)
	for ctx.Err() == nil {
		if a := s.attach(ctx); a != nil {
			s.serve(ctx, a)
		}
	}
	s.mu.Lock() // nobody is told: it was wanted
	s.health.State, s.health.Usable, s.health.Reason, s.health.Since = drivers.StateGone, false, errStopped, time.Now()
	s.mu.Unlock()
	return ctx.Err()
}

// Health tells how the device is.
func (s *Supervisor[D]) Health() drivers.Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.health
}

// tell keeps and tells a change. An empty info leaves the last one.
func (s *Supervisor[D]) tell(state drivers.State, usable bool, info drivers.Info, reason error) {
	s.mu.Lock()
	now := s.health
	now.State, now.Usable, now.Reason = state, usable, reason
	if info != (drivers.Info{}) {
		now.Info = info
	}
	if same(now, s.health) {
		s.mu.Unlock()
		return
	}
	now.Since = time.Now()
	s.health = now
	s.mu.Unlock()
	s.cfg.Tell(now)
}

func same(a, b drivers.Health) bool {
	return a.State == b.State && a.Usable == b.Usable && a.Info == b.Info && textOf(a.Reason) == textOf(b.Reason)
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
