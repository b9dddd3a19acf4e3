package drivertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/drivers"
)

// liftedEarly takes the finger away at each frame of a verification and lays it
// down again a moment later: the person is not told that anything was wrong.
func liftedEarly(f fingers) {
	d := f.open()
	t := f.enrol(d, 1)
	f.Lay(1, false)
	verify := task{"verify", func(ctx context.Context, d drivers.FingerReader) error {
		_, err := d.Verify(ctx, t)
		return err
	}}
	for _, n := range f.points(d, verify) {
		f.Lay(1, false)
		back := make(chan struct{})
		f.Line.Before(n, func() {
			f.Lift()
			time.AfterFunc(time.Second, func() {
				f.Lay(1, false)
				close(back)
			})
		})
		m, err := d.Verify(f.t.Context(), t)
		if err != nil || !m.Same {
			f.t.Errorf("lifted at frame %d: same %v, %v", n, m.Same, err)
		}
		f.nothingLeft()
		<-back
	}
	f.Lift()
}

// purged finds fingers of others in the module, when it is opened and later.
func purged(f fingers) {
	f.Line.Keep()
	d := f.open()
	f.nothingLeft()
	f.Line.Keep()
	if err := d.Purge(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	f.nothingLeft()
	f.Line.Keep()
	f.enrol(d, 1)
	f.Line.Keep()
	if err := d.Close(); err != nil {
		f.t.Error(err)
	}
	f.nothingLeft()
}

func cancelledEverywhere(f fingers) {
	d := f.open()
	t := f.enrol(d, 1)
	for _, do := range f.tasks(t) {
		for _, n := range f.points(d, do) {
			ctx, cancel := context.WithCancel(f.t.Context())
			f.Line.Before(n, cancel)
			began := time.Now()
			err := do.do(ctx, d)
			cancel()
			if err != nil && !errors.Is(err, context.Canceled) {
				f.t.Errorf("%s cancelled at frame %d: %v", do.name, n, err)
			}
			if took := time.Since(began); took > 10*time.Second {
				f.t.Errorf("%s cancelled at frame %d: went on for %v", do.name, n, took)
			}
			f.nothingLeft()
		}
		f.works(d, t)
	}
}

func unpluggedEverywhere(f fingers) {
	d := f.open()
	t := f.enrol(d, 1)
	for _, fault := range f.Line.Faults {
		if !fault.Unplugs {
			continue
		}
		for _, do := range f.tasks(t) {
			for _, n := range f.points(d, do) {
				fault.Inject(n)
				if err := do.do(f.t.Context(), d); !errors.Is(err, drivers.ErrDeviceGone) {
					f.t.Errorf("%s unplugged at frame %d: %v", do.name, n, err)
				}
				if err := d.Close(); err != nil {
					f.t.Errorf("%s unplugged at frame %d: closing: %v", do.name, n, err)
				}
				f.Line.Plug()
				d = f.open()
				f.nothingLeft()
			}
			f.works(d, t)
		}
	}
}

// faultEverywhere has a fault befall each frame of each task. The call may fail, in
// words that the vocabulary has; nothing stays in the module, and the next call is
// right: no late answer is taken for its own.
func faultEverywhere(f fingers, name string) {
	at := slices.IndexFunc(f.Line.Faults, func(fault FingerFault) bool { return fault.Name == name })
	if at < 0 {
		f.t.Fatalf("the line does not know the fault %q", name)
	}
	fault := f.Line.Faults[at]
	d := f.open()
	t := f.enrol(d, 1)
	for _, do := range f.tasks(t) {
		for _, n := range f.points(d, do) {
			fault.Inject(n)
			ctx, cancel := context.WithTimeout(f.t.Context(), f.longest())
			err := do.do(ctx, d)
			cancel()
			f.Line.Calm()
			if err != nil && (!known(err) || fault.Harmless) || errors.Is(err, context.DeadlineExceeded) {
				f.t.Errorf("%s at frame %d: %v", do.name, n, err)
			}
			if err := d.Purge(f.t.Context()); err != nil {
				f.t.Errorf("%s at frame %d: and then the module cannot be emptied: %v", do.name, n, err)
			}
			f.nothingLeft()
			f.after = fmt.Sprintf("after %s, fault at frame %d: ", do.name, n)
			f.verifies(d, t, 2, false)
		}
		f.works(d, t)
	}
}

func replugged(f fingers) {
	d := f.open()
	t := f.enrol(d, 1)
	for range 3 {
		f.Line.Unplug()
		if _, err := d.Verify(f.t.Context(), t); !errors.Is(err, drivers.ErrDeviceGone) {
			f.t.Errorf("verifying with a reader that was pulled: %v", err)
		}
		if err := d.Close(); err != nil {
			f.t.Errorf("closing a reader that was pulled: %v", err)
		}
		if _, err := f.Open(f.t.Context()); !errors.Is(err, drivers.ErrDeviceGone) {
			f.t.Errorf("opening a reader that was pulled: %v", err)
		}
		f.Line.Plug()
		d = f.open()
		f.works(d, t)
	}
}
