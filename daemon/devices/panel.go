package devices

import (
	"context"
	"log/slog"
	"maps"
	"sync"

	"golang.org/x/sync/errgroup"

	"motcua/drivers"
	"motcua/protocol/local"
)

// Host is the visit that the devices belong to.
type Host interface {
	// State returns the newest snapshot and a channel that is closed once there is
	// a newer one.
	State() (local.Snapshot, <-chan struct{})
	// CallStaff is a press of the staff button.
	CallStaff()
	// Scanned is a code that was held before the code reader. Its bytes belong to the
	// host from then on.
	Scanned(payload []byte)
	// SetCase tells whether the case is open, or nobody can tell. It must return at
	// once.
	SetCase(open bool)
}

// panel connects the board with the visit: lamps and sounds one way, what happens
// at the board the other way. Boards come and go; the lamps that are wanted stay.
type panel struct {
	host Host
	log  *slog.Logger
	tell func(drivers.BoardEvent)

	calls chan struct{} // a call for staff that nobody was told of yet

	mu      sync.Mutex
	want    lights
	changed chan struct{} // closed once other lamps are wanted
}

func newPanel(host Host, tell func(drivers.BoardEvent), log *slog.Logger) *panel {
	return &panel{host: host, tell: tell, log: log, calls: make(chan struct{}, 1), changed: make(chan struct{})}
}

// follow turns what the visit shows into what the board is to do, until ctx ends.
func (p *panel) follow(ctx context.Context) {
	called := false
	for {
		snap, newer := p.host.State()
		p.light(lightsOf(snap))
		if snap.Kiosk.StaffCalled && !called {
			select {
			case p.calls <- struct{}{}:
			default: // there is one already
			}
		}
		called = snap.Kiosk.StaffCalled
		select {
		case <-newer:
		case <-ctx.Done():
			return
		}
	}
}

func (p *panel) light(l lights) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if maps.Equal(l, p.want) {
		return
	}
	p.want = l
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *panel) wanted() (lights, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.want, p.changed
}

// attend serves one attached board until it is lost or ctx ends.
func (p *panel) attend(ctx context.Context, b drivers.Board) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return b.Watch(ctx, p.event) })
	g.Go(func() error { return p.shine(ctx, b) })
	g.Go(func() error { return p.sound(ctx, b) })
	return g.Wait()
}

func (p *panel) event(e drivers.BoardEvent) {
	p.log.Debug("board", "event", e.String())
	p.tell(e)
	if e == drivers.StaffCalled {
		p.host.CallStaff()
	}
}

func (p *panel) shine(ctx context.Context, b drivers.Board) error {
	for {
		want, changed := p.wanted()
		for _, lamp := range drivers.Lamps() {
			if err := b.Light(ctx, lamp, want[lamp]); err != nil {
				return err
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *panel) sound(ctx context.Context, b drivers.Board) error {
	for {
		select {
		case <-p.calls:
			if err := b.Sound(ctx, drivers.SoundStaff); err != nil {
				p.log.Warn("buzzer", "err", err)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
