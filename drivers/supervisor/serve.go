package supervisor

import (
	"context"
	"errors"
	"slices"
	"time"

	"motcua/drivers"
)

// serve lets callers use an attached device until it is lost or ctx ends, and
// closes it.
func (s *Supervisor[D]) serve(ctx context.Context, a *attached[D]) {
	s.met = true
	s.settle(a)
	s.attend(ctx, a)
	a.look = time.NewTicker(rescan)
	defer a.look.Stop()
	beat := time.NewTimer(a.pulse())
	defer beat.Stop()
	for a.lost == nil && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case c := <-s.calls:
			if doubtful(s.use(ctx, a, c)) && a.lost == nil {
				s.examine(ctx, a)
			}
			beat.Reset(a.pulse())
		case <-beat.C:
			s.examine(ctx, a)
			beat.Reset(a.pulse())
		case <-a.look.C:
			s.lookFor(a)
		case err := <-a.attended:
			a.unattended(err)
		}
	}
	s.detach(ctx, a)
}

// pulse is how long the device may be idle until it is asked how it is.
func (a *attached[D]) pulse() time.Duration {
	if a.trouble != nil {
		return recheck
	}
	return heartbeat
}

// attend starts Attend, if there is one.
func (s *Supervisor[D]) attend(ctx context.Context, a *attached[D]) {
	ctx, a.stop = context.WithCancel(ctx)
	if s.cfg.Attend == nil {
		return
	}
	a.attended = make(chan error, 1)
	go func() { a.attended <- s.cfg.Attend(ctx, a.device) }()
}

var errUnattended = errors.New("it is not watched any more")

// unattended takes the end of Attend.
func (a *attached[D]) unattended(err error) {
	a.attended = nil
	if err == nil {
		err = errUnattended
	}
	a.lost = err
}

// lookFor looks whether the device's path is still there.
func (s *Supervisor[D]) lookFor(a *attached[D]) {
	if !slices.Contains(s.cfg.Paths(), a.path) {
		a.lost = wrap(drivers.ErrDeviceGone, errUnplugged)
	}
}

// use makes a call for somebody and replies.
func (s *Supervisor[D]) use(ctx context.Context, a *attached[D], c call[D]) error {
	call, cancel := context.WithCancelCause(c.ctx)
	defer cancel(nil)
	stop := context.AfterFunc(ctx, func() { cancel(errStopped) })
	defer stop()
	err := s.perform(ctx, call, cancel, a, func(d D) error { return c.do(call, d) }, c.answer)
	if c.ctx.Err() == nil && call.Err() != nil && errors.Is(err, context.Canceled) {
		err = context.Cause(call) // the device's end, not the caller's
	}
	if vanished(err) && a.lost == nil {
		a.lost = err
	}
	c.answer(err)
	return err
}

// perform makes a call in the device's goroutine, and ends it when the device
// vanishes meanwhile. One that does not come back is given up and waited for; the
// device is lost then.
func (s *Supervisor[D]) perform(ctx, call context.Context, cancel context.CancelCauseFunc, a *attached[D], do func(D) error, givenUp func(error)) error {
	var err error // the owner's until it is back
	done := a.owner.do(func() { err = do(a.device) })
	for call.Err() == nil {
		select {
		case <-done:
			return err
		case <-a.look.C:
			s.lookFor(a)
		case ended := <-a.attended:
			a.unattended(ended)
		case <-call.Done():
		}
		if a.lost != nil {
			cancel(a.lost)
		}
	}
	if back(call, done) {
		return err
	}
	givenUp(drivers.ErrDeviceMute)
	if !s.mute(ctx, done) { // left behind
		a.owner.end(func() { _ = a.device.Close() })
		a.owner = nil
	}
	a.lost = drivers.ErrDeviceMute
	return drivers.ErrDeviceMute
}

// examine asks the device how it is; once more when it does not answer.
func (s *Supervisor[D]) examine(ctx context.Context, a *attached[D]) {
	for range 2 {
		within, cancel := context.WithCancelCause(ctx)
		timed, stop := context.WithTimeout(within, probeWait)
		var info drivers.Info
		err := s.perform(ctx, timed, cancel, a, func(d D) (err error) {
			info, err = s.ask(timed, d)
			return err
		}, func(error) {})
		stop()
		cancel(nil)
		switch {
		case a.lost != nil || ctx.Err() != nil:
			return
		case err == nil || troubled(err):
			a.info, a.trouble = info, err
			s.settle(a)
			return
		case vanished(err):
			a.lost = err
			return
		default:
			a.trouble = err
		}
	}
	a.lost = a.trouble
}

// settle tells how the attached device is.
func (s *Supervisor[D]) settle(a *attached[D]) {
	now := time.Now()
	why := s.losses.unsteady(a.since, now)
	if a.trouble != nil {
		why = a.trouble
	}
	if now.Sub(a.since) >= mostWindow {
		s.pace.again()
	}
	if why == nil {
		s.tell(drivers.StateReady, true, a.info, nil)
	} else {
		s.tell(drivers.StateDegraded, true, a.info, why)
	}
}

// detach lets go of the device, tells why, and waits before it is tried anew.
func (s *Supervisor[D]) detach(ctx context.Context, a *attached[D]) {
	if ctx.Err() == nil {
		s.losses.add(time.Now(), a.lost)
		state := drivers.StateDegraded
		if vanished(a.lost) {
			state = drivers.StateGone
		}
		s.tell(state, false, drivers.Info{}, a.lost)
	}
	free := s.unattend(ctx, a)
	if a.owner == nil {
		return // left behind, together with its path
	}
	free = s.closeDevice(ctx, a) && free
	a.owner.end(nothing)
	if !free {
		return
	}
	a.release()
	if ctx.Err() == nil {
		s.known = s.cfg.Paths()
		s.rest(ctx, s.pace.next(a.lost))
	}
}

// unattend ends Attend; false when it was left behind.
func (s *Supervisor[D]) unattend(ctx context.Context, a *attached[D]) bool {
	a.stop()
	if a.attended == nil {
		return true
	}
	ended := make(chan struct{})
	go func() { <-a.attended; close(ended) }()
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWait)
	defer cancel()
	return back(within, ended) || s.mute(ctx, ended)
}
