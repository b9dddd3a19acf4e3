package supervisor_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
	"motcua/drivers/supervisor"
)

// Whatever happens in whatever order: no caller waits longer than its context, no
// two use the device, nothing is told twice, and once all is well the device is
// ready.
func TestAnythingMayHappen(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 0))
		storyWith(t, func(c *supervisor.Config[*device]) { c.Jitter = rand.New(rand.NewPCG(seed, 1)).Float64 }, func(t *testing.T, w *world) {
			release := func() {}
			for range 60 {
				release = w.mishap(r, release)
				time.Sleep(time.Duration(r.Int64N(int64(20 * time.Second))))
				if r.IntN(2) == 0 {
					w.useFor(time.Duration(r.Int64N(int64(5 * time.Second))))
				}
			}
			release()
			w.behave(func(b *behaviour) { *b = behaviour{} })
			w.plug()
			time.Sleep(10 * time.Minute)
			w.ready()
			w.consistent()
		})
	}
}

// mishap does something to the device.
func (w *world) mishap(r *rand.Rand, release func()) func() {
	errs := []error{nil, drivers.ErrNoAnswer, drivers.ErrProtocol, drivers.ErrDeviceGone, drivers.ErrInUse, drivers.ErrRefused, drivers.ErrDeviceFault}
	err := errs[r.IntN(len(errs))]
	switch r.IntN(7) {
	case 0:
		w.plug(here)
	case 1:
		w.plug()
	case 2:
		w.plug("/dev/serial/by-path/other", here)
	case 3:
		w.behave(func(b *behaviour) { b.openErr = err })
	case 4:
		w.behave(func(b *behaviour) { b.probeErr = err })
	case 5:
		release()
		return w.hang([]string{"open", "probe", "use", "close"}[r.IntN(4)])
	case 6:
		release()
		return func() {}
	}
	return release
}

// useFor uses the device for as long as d may last.
func (w *world) useFor(d time.Duration) {
	ctx, cancel := within(d)
	defer cancel()
	begun := time.Now()
	err := w.supervisor.Use(ctx, work(time.Second))
	if took := time.Since(begun); took > d {
		w.t.Errorf("a call took %v, its context %v", took, d)
	}
	if errors.Is(err, context.Canceled) {
		w.t.Errorf("a call that nobody gave up: %v", err)
	}
}

// consistent looks at everything that the listener was told.
func (w *world) consistent() {
	w.t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, h := range w.told {
		if (h.State == drivers.StateReady) != (h.Reason == nil) && h.State != drivers.StateProbing || h.State == drivers.StateReady && !h.Usable {
			w.t.Errorf("told: %+v", h)
		}
		if i == 0 {
			continue
		}
		before := w.told[i-1]
		if h.Since.Before(before.Since) {
			w.t.Errorf("told in another order than it happened: %+v after %+v", h, before)
		}
		before.Since = h.Since
		if h == before {
			w.t.Errorf("told twice: %+v", h)
		}
	}
}
