package supervisor_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"motcua/drivers"
	"motcua/drivers/supervisor"
)

// A call that hangs in the kernel is left behind: nobody waits, everybody hears
// why, nothing more is begun, and the device is opened anew once the call is back.
func TestCallsThatDoNotComeBack(t *testing.T) {
	for _, in := range []string{"use", "probe", "open", "close"} {
		t.Run(in, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				if in != "open" {
					w.ready()
				}
				release := w.hang(in)
				ctx, cancel := within(time.Second)
				defer cancel()
				begun := time.Now()
				switch in {
				case "use":
					if err := w.supervisor.Use(ctx, work(0)); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Second {
						t.Errorf("%v after %v", err, time.Since(begun))
					}
				case "open":
					w.plug(here)
				case "close":
					_ = w.supervisor.Use(ctx, func(context.Context, *device) error { return drivers.ErrDeviceGone })
				}
				time.Sleep(time.Minute)
				w.is(drivers.StateDegraded, false, drivers.ErrDeviceMute)
				opens := w.opened()
				for range 100 {
					if err := w.supervisor.Use(t.Context(), work(0)); !errors.Is(err, drivers.ErrDeviceMute) {
						t.Fatal(err)
					}
					time.Sleep(time.Minute)
				}
				if w.opened() != opens {
					t.Error("it was opened again although a call hangs")
				}
				release()
				time.Sleep(5 * time.Second)
				w.is(drivers.StateReady, true, nil)
				if w.opened() != w.closed()+1 {
					t.Errorf("opened %d times, closed %d times", w.opened(), w.closed())
				}
			})
		})
	}
}

// The end of the program does not wait for a call that hangs.
func TestEndWithACallThatHangs(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		release := w.hang("use")
		ctx, cancel := within(time.Second)
		defer cancel()
		_ = w.supervisor.Use(ctx, work(0))
		time.Sleep(time.Minute)
		begun := time.Now()
		w.stop()
		err := <-w.ended
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		release()
		w.ended <- err // the story looks at it, too
	})
}

// A caller with all the time in the world hears as soon as it is known that the
// device was pulled and its call does not come back.
func TestPulledDuringACallThatHangs(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		release := w.hang("use")
		time.AfterFunc(time.Minute, func() { w.plug() })
		begun := time.Now()
		err := w.supervisor.Use(t.Context(), work(0))
		if took := time.Since(begun); !errors.Is(err, drivers.ErrDeviceMute) || took > time.Minute+5*time.Second {
			t.Errorf("got %v after %v", err, took)
		}
		release()
		time.Sleep(5 * time.Second)
		w.is(drivers.StateGone, false, drivers.ErrDeviceGone)
	})
}

// One that is told to end and does not is waited for, and told.
func TestAttendDoesNotEnd(t *testing.T) {
	var release chan struct{}
	storyWith(t, func(c *supervisor.Config[*device]) {
		release = make(chan struct{})
		c.Attend = func(context.Context, *device) error { <-release; return nil }
	}, func(t *testing.T, w *world) {
		w.ready()
		w.plug()
		time.Sleep(time.Minute)
		w.is(drivers.StateDegraded, false, drivers.ErrDeviceMute)
		if w.closed() != 0 {
			t.Error("the device was closed under it")
		}
		close(release)
		time.Sleep(5 * time.Second)
		w.is(drivers.StateGone, false, drivers.ErrDeviceGone)
	})
}
