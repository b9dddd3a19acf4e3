package supervisor_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
	"motcua/drivers/supervisor"
)

func TestPluggedInUnpluggedAndBack(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.is(drivers.StateAbsent, false, drivers.ErrNoDevice)
		w.ready()
		if h := w.supervisor.Health(); h.Info.Model != "M1" || h.Info.Port != here || time.Since(h.Since) > 3*time.Second {
			t.Errorf("%+v", h)
		}
		time.Sleep(time.Hour)
		w.plug()
		time.Sleep(2 * time.Second)
		w.is(drivers.StateGone, false, drivers.ErrDeviceGone)
		if w.closed() != 1 {
			t.Errorf("closed %d times", w.closed())
		}
		time.Sleep(time.Hour)
		w.ready()
		if got, want := w.states(), "absent probing ready gone probing ready"; got != want {
			t.Errorf("told: %s\nwant: %s", got, want)
		}
	})
}

// A device that is pulled and put back between two looks is missed by the first
// call, and opened again.
func TestReplugedUnnoticed(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		err := w.supervisor.Use(t.Context(), func(context.Context, *device) error { return wrapped(drivers.ErrDeviceGone) })
		if !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("got %v", err)
		}
		w.is(drivers.StateGone, false, drivers.ErrDeviceGone)
		time.Sleep(time.Second)
		w.is(drivers.StateReady, true, nil)
	})
}

func TestOneUsesItAfterTheOther(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		begun := time.Now()
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if err := w.supervisor.Use(t.Context(), work(time.Second)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(begun); took != 10*time.Second {
			t.Errorf("10 calls of a second took %v", took)
		}
	})
}

// A call that is under way when the device is pulled ends with that.
func TestPulledDuringACall(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		time.AfterFunc(10*time.Second, func() { w.plug() })
		begun := time.Now()
		err := w.supervisor.Use(t.Context(), work(time.Hour))
		if !errors.Is(err, drivers.ErrDeviceGone) || time.Since(begun) > 13*time.Second {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
		w.is(drivers.StateGone, false, drivers.ErrDeviceGone)
	})
}

// Without a device a caller hears why, at once.
func TestUseWithoutADevice(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		begun := time.Now()
		if err := w.supervisor.Use(t.Context(), work(0)); !errors.Is(err, drivers.ErrNoDevice) || time.Since(begun) > 0 {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
		w.behave(func(b *behaviour) { b.openErr = wrapped(drivers.ErrInUse) })
		w.plug(here)
		time.Sleep(3 * time.Second)
		if err := w.supervisor.Use(t.Context(), work(0)); !errors.Is(err, drivers.ErrInUse) {
			t.Errorf("got %v", err)
		}
	})
}

func TestUseWaitsNoLongerThanItsContext(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		release := w.hang("open")
		w.plug(here)
		time.Sleep(3 * time.Second)
		ctx, cancel := within(time.Second)
		defer cancel()
		begun := time.Now()
		if err := w.supervisor.Use(ctx, work(0)); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Second {
			t.Errorf("while it is being opened: %v after %v", err, time.Since(begun))
		}
		if err := w.supervisor.Use(ctx, work(0)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ended before: %v", err)
		}
		release()
		time.Sleep(time.Second)
		go func() { _ = w.supervisor.Use(t.Context(), work(time.Minute)) }()
		synctest.Wait()
		ctx, cancel = within(time.Second)
		defer cancel()
		begun = time.Now()
		if err := w.supervisor.Use(ctx, work(0)); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Second {
			t.Errorf("while it is being used: %v after %v", err, time.Since(begun))
		}
		time.Sleep(time.Minute)
	})
}

// One answer that failed costs a question more; a device that stays silent is
// opened anew, more and more seldom.
func TestNoAnswer(t *testing.T) {
	for _, silence := range []error{drivers.ErrNoAnswer, drivers.ErrProtocol} {
		story(t, func(t *testing.T, w *world) {
			w.ready()
			_ = w.supervisor.Use(t.Context(), func(context.Context, *device) error { return wrapped(silence) })
			w.is(drivers.StateReady, true, nil)
			if w.opened() != 1 {
				t.Error("it was opened again")
			}
			w.behave(func(b *behaviour) { b.probeErr = wrapped(silence) })
			_ = w.supervisor.Use(t.Context(), func(context.Context, *device) error { return wrapped(silence) })
			w.is(drivers.StateDegraded, false, silence)
			time.Sleep(10 * time.Minute)
			gaps := w.gaps(1)
			if gaps[0] < 250*time.Millisecond || gaps[0] > time.Second || !slices.IsSorted(gaps) || gaps[len(gaps)-1] > 30*time.Second {
				t.Errorf("opened with gaps of %v", gaps)
			}
			w.behave(func(b *behaviour) { b.probeErr = nil })
			time.Sleep(30 * time.Second)
			w.is(drivers.StateReady, true, nil)

			time.Sleep(time.Hour) // long forgotten
			n := w.opened()
			_ = w.supervisor.Use(t.Context(), func(context.Context, *device) error { return wrapped(drivers.ErrDeviceGone) })
			lost := time.Now()
			for w.opened() == n {
				time.Sleep(100 * time.Millisecond)
			}
			if took := time.Since(lost); took > time.Second {
				t.Errorf("opened again after %v", took)
			}
		})
	}
}

// One probe that stays without an answer is asked again before anything is done.
func TestMissedAnswer(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.behave(func(b *behaviour) { b.misses = 1 })
		time.Sleep(time.Minute)
		w.is(drivers.StateReady, true, nil)
		if w.opened() != 1 {
			t.Errorf("opened %d times", w.opened())
		}
		w.behave(func(b *behaviour) { b.misses = 2 })
		time.Sleep(time.Minute)
		w.is(drivers.StateReady, true, nil)
		if w.opened() != 2 {
			t.Errorf("opened %d times", w.opened())
		}
	})
}

// What only a person can change is tried seldom, and says so; plugging it in again
// is tried at once.
func TestOnlyPeopleHelp(t *testing.T) {
	for _, why := range []error{drivers.ErrInUse, drivers.ErrRefused, fs.ErrPermission} {
		story(t, func(t *testing.T, w *world) {
			w.behave(func(b *behaviour) { b.openErr = wrapped(why) })
			w.plug(here)
			time.Sleep(time.Hour)
			w.is(drivers.StateDegraded, false, why)
			if text := w.supervisor.Health().Reason.Error(); !strings.Contains(text, "every few minutes") {
				t.Errorf("it says: %s", text)
			}
			if gaps := w.gaps(0); gaps[0] < 30*time.Second || gaps[len(gaps)-1] < 2*time.Minute || gaps[len(gaps)-1] > 5*time.Minute {
				t.Errorf("opened with gaps of %v", gaps)
			}
			if got, want := w.states(), "absent probing degraded"; got != want {
				t.Errorf("told: %s\nwant: %s", got, want)
			}
			w.plug()
			time.Sleep(3 * time.Second)
			n := w.opened()
			w.plug(here)
			time.Sleep(time.Hour)
			if gaps := w.gaps(n); gaps[0] > time.Minute {
				t.Errorf("once plugged in again, opened with gaps of %v", gaps)
			}
			w.behave(func(b *behaviour) { b.openErr = nil })
			w.plug()
			time.Sleep(3 * time.Second)
			w.ready()
		})
	}
}

// A module that refuses to say who it is has other settings than ours.
func TestRefusedWhenAsked(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.behave(func(b *behaviour) { b.probeErr = wrapped(drivers.ErrRefused) })
		w.plug(here)
		time.Sleep(3 * time.Second)
		w.is(drivers.StateDegraded, false, drivers.ErrRefused)
		if w.closed() != 1 {
			t.Errorf("closed %d times", w.closed())
		}
	})
}

// A defect keeps the device attached; it is used as far as it goes.
func TestDefect(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.behave(func(b *behaviour) { b.probeErr = wrapped(drivers.ErrDeviceFault) })
		time.Sleep(16 * time.Second)
		w.is(drivers.StateDegraded, true, drivers.ErrDeviceFault)
		if err := w.supervisor.Use(t.Context(), work(0)); err != nil {
			t.Error(err)
		}
		w.behave(func(b *behaviour) { b.probeErr = nil })
		time.Sleep(16 * time.Second)
		w.is(drivers.StateReady, true, nil)
		if w.opened() != 1 {
			t.Errorf("opened %d times", w.opened())
		}
	})
}

// What a check finds is told, at once after a call that met it.
func TestPaper(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.behave(func(b *behaviour) { b.checkErr = drivers.ErrPaperLow })
		time.Sleep(16 * time.Second)
		w.is(drivers.StateDegraded, true, drivers.ErrPaperLow)
		w.behave(func(b *behaviour) { b.checkErr = drivers.ErrPaperOut })
		_ = w.supervisor.Use(t.Context(), func(context.Context, *device) error { return wrapped(drivers.ErrPaperOut) })
		w.is(drivers.StateDegraded, true, drivers.ErrPaperOut)
		w.behave(func(b *behaviour) { b.checkErr = nil })
		time.Sleep(6 * time.Second) // whoever put the roll in waits
		w.is(drivers.StateReady, true, nil)
	})
}

// A device that comes and goes is told as such, and is well again once it stayed.
func TestFlapping(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		for range 3 {
			w.plug(here)
			time.Sleep(5 * time.Second)
			w.plug()
			time.Sleep(5 * time.Second)
		}
		w.plug(here)
		time.Sleep(5 * time.Second)
		w.is(drivers.StateDegraded, true, drivers.ErrUnsteady)
		if err := w.supervisor.Use(t.Context(), work(0)); err != nil {
			t.Error(err)
		}
		time.Sleep(3 * time.Minute)
		w.is(drivers.StateReady, true, nil)
		w.plug()
		time.Sleep(5 * time.Second)
		w.ready() // one more loss is nothing
	})
}

// An idle device is asked now and then; one that is used is not.
func TestHeartbeat(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.behave(func(b *behaviour) { b.probeErr = drivers.ErrNoAnswer })
		if err := w.supervisor.Use(t.Context(), work(time.Hour)); err != nil { // the fake fails when two use it
			t.Error(err)
		}
		w.is(drivers.StateReady, true, nil)
		time.Sleep(16 * time.Second)
		w.is(drivers.StateDegraded, false, drivers.ErrNoAnswer)
	})
}

// The port of another supervisor is left alone; of several, the one that answers is
// taken.
func TestSeveralPorts(t *testing.T) {
	const taken = "/dev/serial/by-id/taken"
	ports := supervisor.NewPorts("/dev")
	if _, ok := ports.Claim(taken); !ok {
		t.Fatal("a free port was not given")
	}
	free := func(path string) bool {
		release, ok := ports.Claim(path)
		if ok {
			release()
		}
		return ok
	}
	storyWith(t, func(c *supervisor.Config[*device]) { c.Claim = ports.Claim }, func(t *testing.T, w *world) {
		const other = "/dev/serial/by-id/modem"
		w.plug(taken)
		time.Sleep(time.Minute)
		w.is(drivers.StateAbsent, false, drivers.ErrNoDevice)
		if w.opened() != 0 {
			t.Error("a port of another supervisor was opened")
		}
		w.behave(func(b *behaviour) { b.foreign = other })
		w.plug(taken, other, here)
		time.Sleep(3 * time.Second)
		w.is(drivers.StateReady, true, nil)
		if h := w.supervisor.Health(); h.Info.Port != here || !free(other) || free(here) {
			t.Errorf("%v; free: the other port %v, ours %v", h.Info, free(other), free(here))
		}
		w.plug()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if !free(here) {
			t.Error("the port was not given back")
		}
	})
}

// Attend runs as long as the device is attached, and its end is the device's.
func TestAttend(t *testing.T) {
	running, begun := 0, 0
	var fail chan error
	storyWith(t, func(c *supervisor.Config[*device]) {
		fail = make(chan error)
		c.Attend = func(ctx context.Context, _ *device) error {
			running++
			begun++
			defer func() { running-- }()
			select {
			case err := <-fail:
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}, func(t *testing.T, w *world) {
		w.ready()
		time.Sleep(time.Hour)
		synctest.Wait()
		if running != 1 || begun != 1 {
			t.Errorf("%d run, %d begun", running, begun)
		}
		fail <- wrapped(drivers.ErrDeviceFault)
		w.is(drivers.StateDegraded, false, drivers.ErrDeviceFault)
		time.Sleep(time.Second)
		w.is(drivers.StateReady, true, nil)
		w.plug()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if running != 0 || begun != 2 {
			t.Errorf("%d run, %d begun", running, begun)
		}
	})
}

func TestEnd(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		using := make(chan error, 1)
		go func() { using <- w.supervisor.Use(t.Context(), work(time.Hour)) }()
		synctest.Wait()
		w.stop()
		if err := <-using; !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("a call that was under way: %v", err)
		}
		synctest.Wait()
		if w.closed() != 1 {
			t.Errorf("closed %d times", w.closed())
		}
		if err := w.supervisor.Use(t.Context(), work(0)); !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("a call after the end: %v", err)
		}
		if h := w.supervisor.Health(); h.Usable || !strings.HasSuffix(w.states(), "ready") {
			t.Errorf("%+v; told: %s", h, w.states())
		}
	})
}

func TestAskBringsTheAnswer(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		got, err := supervisor.Ask(t.Context(), w.supervisor, func(context.Context, *device) (int, error) { return 7, wrapped(drivers.ErrRefused) })
		if got != 7 || !errors.Is(err, drivers.ErrRefused) {
			t.Errorf("got %d, %v", got, err)
		}
		w.is(drivers.StateReady, true, nil) // it was the question that was refused
		release := w.hang("use")
		ctx, cancel := within(time.Second)
		defer cancel()
		late, err := supervisor.Ask(ctx, w.supervisor, func(ctx context.Context, d *device) (int, error) { return 7, d.work(ctx, 0) })
		if late != 0 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("too late: %d, %v", late, err)
		}
		release()
	})
}
