package session

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"motcua/drivers"
	"motcua/protocol/emrtd/portrait"
	"motcua/protocol/local"
)

// Session serves one person after the other. Its methods may be called from any
// goroutine; its fields below the loop's line belong to the loop alone.
type Session struct {
	cfg   Config
	log   *slog.Logger
	inbox chan func()
	quit  chan struct{} // closed when the loop has ended
	faces *portrait.Decoder

	mu      sync.Mutex // guards out and changed
	out     published
	changed chan struct{}

	// The loop's own.
	ctx     context.Context
	tasks   sync.WaitGroup
	kiosk   kiosk
	slot    slot
	visit   *visit
	salt    [32]byte // key of the subjects' hashes
	edge    edge
	timer   *time.Timer
	idleAt  time.Time // zero: no limit runs
	endAt   time.Time
	call    *time.Timer // ends a call for staff that nobody answers; nil before the first
	wording *time.Timer // ends the word about a scanned code; nil before the first
}

// New prepares a session; Run starts it.
func New(cfg Config, log *slog.Logger) *Session {
	if cfg.UseReader == nil {
		cfg.UseReader = func(string) bool { return true }
	}
	if cfg.Times.Read == 0 {
		cfg.Times.Read = DefaultRead
	}
	roster := cfg.Duty != nil
	if !roster {
		cfg.Duty = nobody{}
	}
	if cfg.Vaccines == nil {
		cfg.Vaccines = unvaccinated{}
	}
	if cfg.Audit == nil {
		cfg.Audit = unaudited{}
	}
	if cfg.Meter == nil {
		cfg.Meter = unmetered{}
	}
	if cfg.Seal == nil {
		cfg.Seal = &unsealed{}
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	s := &Session{
		cfg: cfg, log: log,
		inbox:   make(chan func(), 64),
		quit:    make(chan struct{}),
		faces:   portrait.NewDecoder(1, portrait.DefaultLimits()),
		changed: make(chan struct{}),
		kiosk:   newKiosk(cfg.Seal, roster),
		edge:    newEdge(),
	}
	s.out.snap = local.Snapshot{Version: local.Version, Kiosk: s.shownKiosk()}
	return s
}

// Run serves until ctx ends, and returns once everything that it started has
// stopped. A visit that is under way then ends: what is saved stays saved,
// everything else is wiped.
func (s *Session) Run(ctx context.Context) error {
	if _, err := io.ReadFull(s.cfg.Rand, s.salt[:]); err != nil {
		return fmt.Errorf("reading randomness: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	s.ctx = ctx
	s.timer = time.NewTimer(time.Hour)
	defer s.timer.Stop()
	s.tasks.Go(s.watch)
	defer s.faces.Wait()
	defer s.tasks.Wait()
	defer close(s.quit)
	defer cancel()
	for {
		s.publish()
		select {
		case <-ctx.Done():
			s.end("stopping")
			s.publish()
			return nil
		case f := <-s.inbox:
			f()
		case <-s.timer.C:
			s.idle(time.Now())
		}
		s.arm(time.Now())
	}
}

// watch brings what happens at the readers to the loop.
func (s *Session) watch() {
	err := s.cfg.Readers.Watch(s.ctx, func(e drivers.CardEvent) {
		s.post(func() { s.cardEvent(e) })
	})
	if err != nil && !errors.Is(err, s.ctx.Err()) {
		s.log.Error("watching the card readers ended", "err", err)
	}
}

// post hands f to the loop. After the session has ended it does nothing.
func (s *Session) post(f func()) {
	select {
	case s.inbox <- f:
	case <-s.quit:
	}
}

// run does work outside the loop for the visit v and posts what comes of it. The
// outcome is dropped when v is over by then. The work's context ends with v.
func (s *Session) run(v *visit, work func(ctx context.Context) (outcome func())) {
	ctx := v.ctx // v is wiped when it ends
	s.tasks.Go(func() {
		outcome := work(ctx)
		s.post(func() {
			if s.visit == v {
				outcome()
			}
		})
	})
}

// later posts f after d, unless v is over by then.
func (s *Session) later(v *visit, d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() {
		s.post(func() {
			if s.visit == v {
				f()
			}
		})
	})
}

// step is where the visit stands.
func (s *Session) step() local.Step {
	if s.visit == nil {
		return Attract
	}
	return s.visit.step
}
