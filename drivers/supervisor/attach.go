package supervisor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/drivers"
)

// attached is a device that answered.
type attached[D drivers.Device] struct {
	path    string
	device  D
	owner   *owner
	release func() // gives the path back
	since   time.Time
	info    drivers.Info
	trouble error // what it answered with; nil: it is well

	look     *time.Ticker
	attended chan error // how Attend ended; nil without one
	stop     context.CancelFunc
	lost     error // why it is lost; nil: it is not
}

// attach looks for the device and opens it. It returns nil when that failed, after
// the wait that has to follow, or when ctx ended.
func (s *Supervisor[D]) attach(ctx context.Context) *attached[D] {
	paths := s.cfg.Paths()
	fresh := s.known == nil || !slices.Equal(paths, s.known)
	s.known = append([]string{}, paths...)
	if len(paths) == 0 {
		s.tellAway(nil)
		s.rest(ctx, rescan)
		return nil
	}
	if fresh { // what is plugged in is tried at once
		s.pace.again()
		s.tell(drivers.StateProbing, false, drivers.Info{}, nil)
	}
	var failed []error
	for _, path := range paths {
		a, err := s.open(ctx, path)
		if a != nil || ctx.Err() != nil {
			return a
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", path, err))
		}
	}
	why := errors.Join(failed...)
	switch {
	case why == nil || vanished(why):
		s.tellAway(why)
	case onlyPeopleHelp(why):
		s.tell(drivers.StateDegraded, false, drivers.Info{}, fmt.Errorf("%w (tried again every few minutes)", why))
	default:
		s.tell(drivers.StateDegraded, false, drivers.Info{}, why)
	}
	s.rest(ctx, s.pace.next(why))
	return nil
}

// tellAway tells that nothing is there, or not any more.
func (s *Supervisor[D]) tellAway(why error) {
	switch {
	case s.met && why == nil:
		why = wrap(drivers.ErrDeviceGone, errUnplugged)
	case why == nil:
		why = errNothing
	}
	state := drivers.StateAbsent
	if s.met {
		state = drivers.StateGone
	}
	s.tell(state, false, drivers.Info{}, why)
}

var errUnplugged = errors.New("it was unplugged")

// open opens and asks what is at a path. It returns nothing for a path that another
// supervisor has.
func (s *Supervisor[D]) open(ctx context.Context, path string) (*attached[D], error) {
	release, ok := s.cfg.Claim(path)
	if !ok {
		return nil, nil
	}
	a := &attached[D]{path: path, owner: newOwner(), release: release}
	within, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	var err error // the owner's until it is back
	done := a.owner.do(func() { err = s.openAndAsk(within, a) })
	if !back(within, done) {
		if !s.mute(ctx, done) { // left behind
			a.owner.end(func() {
				if err == nil {
					_ = a.device.Close()
				}
			})
			return nil, ctx.Err()
		}
		if err == nil { // it came in the end, and too late
			s.closeDevice(ctx, a)
			err = drivers.ErrDeviceMute
		}
	}
	if err != nil {
		a.owner.end(nothing)
		release()
		return nil, err
	}
	a.since = time.Now()
	return a, nil
}

func (s *Supervisor[D]) openAndAsk(ctx context.Context, a *attached[D]) (err error) {
	if a.device, err = s.cfg.Open(ctx, a.path); err != nil {
		return late(ctx, err)
	}
	a.info, a.trouble = s.ask(ctx, a.device)
	if a.trouble != nil && (errors.Is(a.trouble, drivers.ErrRefused) || !troubled(a.trouble)) {
		_ = a.device.Close() // why it is of no use is known
		return a.trouble
	}
	return nil
}

// ask asks a device who and how it is.
func (s *Supervisor[D]) ask(ctx context.Context, d D) (drivers.Info, error) {
	info, err := d.Probe(ctx)
	if err == nil {
		err = s.cfg.Check(ctx, d)
	}
	return info, late(ctx, err)
}

// rest lets time pass, or until the paths change. Callers hear meanwhile why there
// is no device.
func (s *Supervisor[D]) rest(ctx context.Context, d time.Duration) {
	end := time.NewTimer(d)
	defer end.Stop()
	look := time.NewTicker(rescan)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-end.C:
			return
		case <-look.C:
			if !slices.Equal(s.cfg.Paths(), s.known) {
				return
			}
		case c := <-s.calls:
			c.answer(s.Health().Reason)
		}
	}
}

// mute tells that a call does not come back, and waits until it does; false when
// ctx ended before.
func (s *Supervisor[D]) mute(ctx context.Context, done <-chan struct{}) bool {
	s.tell(drivers.StateDegraded, false, drivers.Info{}, drivers.ErrDeviceMute)
	for {
		select {
		case <-done:
			return true
		case <-ctx.Done():
			return false
		case c := <-s.calls:
			c.answer(drivers.ErrDeviceMute)
		}
	}
}

// closeDevice closes the device in its own goroutine; false when it was left
// behind.
func (s *Supervisor[D]) closeDevice(ctx context.Context, a *attached[D]) bool {
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWait)
	defer cancel()
	done := a.owner.do(func() { _ = a.device.Close() }) // it is lost or not wanted any more
	return back(within, done) || s.mute(ctx, done)
}
