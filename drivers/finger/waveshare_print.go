package finger

import (
	"context"
	"errors"
	"fmt"

	"motcua/drivers"
)

// WaitFinger has the module take pictures until there is a finger, or none. Each
// that shows one gives its features, which are thrown away.
func (d *Waveshare) WaitFinger(ctx context.Context, on bool) (err error) {
	defer d.end(ctx, "waiting for a finger", &err, func() {})
	return until(ctx, func() (bool, error) {
		there, err := d.look(ctx)
		return there == on, err
	})
}

func (d *Waveshare) look(ctx context.Context) (there bool, err error) {
	head, err := d.ask(ctx, wsFinger, wsPacket{Command: wsFeatures})
	switch code, refused := refusal(err); {
	case refused && code == wsTimeIsUp:
		return false, nil
	case refused && code == wsFail:
		return true, nil
	case err != nil:
		return false, err
	}
	features, err := d.data(ctx, head, wsHead+wsTemplate)
	clear(features)
	return true, err
}

// finger repeats a command until the module has had a finger in its time.
func (d *Waveshare) finger(ctx context.Context, do func() (wsPacket, error)) (p wsPacket, err error) {
	err = until(ctx, func() (bool, error) {
		p, err = do()
		if errors.Is(err, wsTimeIsUp) {
			return false, nil
		}
		return true, err
	})
	return p, err
}

// Enrol makes a template from 3 pictures. If one fails, all are taken anew.
func (d *Waveshare) Enrol(ctx context.Context, progress func(drivers.EnrolStep)) (t drivers.Template, err error) {
	defer d.end(ctx, "enrolling", &err, t.Wipe)
	if err := d.forget(ctx); err != nil { // the finger must not be a user's
		return t, err
	}
	e := enrolment{of: wsPictures, progress: progress, lifted: func() error { return pause(ctx, wsLift) }}
	for tries := 1; ; tries++ {
		head, failed, err := d.pictures(ctx, e)
		if err == nil {
			data, err := d.data(ctx, head, wsHead+wsTemplate)
			if err != nil {
				return t, err
			}
			return drivers.Template{Kind: d.kind(), Data: data[wsHead:]}, nil
		}
		if !errors.Is(err, wsFail) {
			return t, err
		}
		if tries == maxPoor && failed == 1 {
			return t, err
		}
		if tries == maxPoor {
			return t, fmt.Errorf("picture %d: %w, or %w", failed, err, drivers.ErrFingersDiffer)
		}
		if err := e.lift(failed); err != nil {
			return t, err
		}
	}
}

// pictures takes one after the other. It gives the answer to the last, or the
// picture that failed.
func (d *Waveshare) pictures(ctx context.Context, e enrolment) (head wsPacket, failed int, err error) {
	for n, command := range []byte{wsEnrol1, wsEnrol2, wsEnrol3} {
		e.ask(drivers.LayFinger, n+1)
		p := wsPacket{Command: command}
		if command != wsEnrol3 {
			p.P2, p.P3 = 1, 1 // user and permission
		}
		if head, err = d.finger(ctx, func() (wsPacket, error) { return d.ask(ctx, wsFinger, p) }); err != nil {
			return head, n + 1, err
		}
		if command == wsEnrol3 {
			return head, 0, nil
		}
		if err := e.lift(n + 1); err != nil {
			return head, n + 1, err
		}
	}
	return head, 0, nil
}

func (d *Waveshare) kind() string { return fmt.Sprintf("waveshare-%d", wsTemplate) }

// Verify compares one finger with a template. A poor finger is told as another one;
// there is no score.
func (d *Waveshare) Verify(ctx context.Context, t drivers.Template) (m drivers.FingerMatch, err error) {
	if err := fits(t, d.kind(), wsTemplate); err != nil {
		return m, d.fail("verifying", err)
	}
	defer d.end(ctx, "verifying", &err, func() { m = drivers.FingerMatch{} })
	data := append(make([]byte, wsHead, wsHead+wsTemplate), t.Data...)
	defer clear(data)
	_, err = d.finger(ctx, func() (wsPacket, error) { return d.give(ctx, wsFinger, wsCompare, data) })
	if errors.Is(err, wsFail) {
		return m, nil
	}
	return drivers.FingerMatch{Same: err == nil}, err
}

// CaptureFinger gives every second pixel of every second row, in 4 bits spread to 8.
// It takes five seconds.
func (d *Waveshare) CaptureFinger(ctx context.Context) (p drivers.FingerPicture, err error) {
	defer d.end(ctx, "taking a picture", &err, p.Wipe)
	head, err := d.finger(ctx, func() (wsPacket, error) { return d.ask(ctx, wsFinger, wsPacket{Command: wsPicture}) })
	if err != nil {
		return p, err
	}
	packed, err := d.data(ctx, head, wsSide*wsSide/2)
	if err != nil {
		return p, err
	}
	defer clear(packed)
	return drivers.FingerPicture{Width: wsSide, Height: wsSide, Grey: spread(packed)}, nil
}
