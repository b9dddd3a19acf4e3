package clock_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/clock"
	"motcua/protocol/request"
)

// machine is a kiosk whose clock can be turned, in faked time.
type machine struct {
	boot   string
	on     time.Time // power came on
	turned time.Duration
	log    bytes.Buffer
}

func newMachine() *machine { return &machine{boot: "first", on: time.Now().Add(-time.Minute)} }

func (m *machine) source() clock.Source {
	return clock.Source{
		Wall: func() time.Time { return time.Now().Add(m.turned).Round(0) },
		Up:   func() time.Duration { return time.Since(m.on) },
		Boot: m.boot,
	}
}

func (m *machine) open(file string) *clock.Clock {
	return clock.Open(file, m.source(), slog.New(slog.NewTextHandler(&m.log, nil)))
}

// ask asks a centre that is ahead by some time, over a way that takes some each.
func ask(c *clock.Clock, ahead, there, back time.Duration) {
	answer := c.Ask()
	time.Sleep(there)
	centre := time.Now().Add(ahead)
	time.Sleep(back)
	answer(centre)
}

func want(t *testing.T, c *clock.Clock, trust request.ClockTrust, offset, sloppy time.Duration) {
	t.Helper()
	s := c.State()
	got := time.Duration(s.OffsetMS) * time.Millisecond
	if s.Trust != trust || (got-offset).Abs() > sloppy {
		t.Errorf("%s, off by %v; want %s, %v", s.Trust, got, trust, offset)
	}
}

func TestClock(t *testing.T) {
	tell := func(name string, play func(t *testing.T, m *machine, c *clock.Clock)) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMachine()
				play(t, m, m.open(""))
			})
		})
	}
	tell("never told", func(t *testing.T, _ *machine, c *clock.Clock) {
		want(t, c, request.ClockUnset, 0, 0)
		if !c.Wanted() || !c.Centre().Equal(time.Now()) {
			t.Error("the time is not wanted, or another than the kiosk's")
		}
	})
	tell("told, and a day later", func(t *testing.T, _ *machine, c *clock.Clock) {
		ask(c, 42*time.Second, 100*time.Millisecond, 300*time.Millisecond)
		want(t, c, request.ClockSynced, 42*time.Second, 200*time.Millisecond)
		if c.Wanted() {
			t.Error("wanted again at once")
		}
		if d := time.Until(c.Centre()) - 42*time.Second; d.Abs() > 200*time.Millisecond {
			t.Errorf("the centre's time is wrong by %v", d)
		}
		time.Sleep(13 * time.Hour)
		want(t, c, request.ClockSynced, 42*time.Second, 200*time.Millisecond)
		if !c.Wanted() {
			t.Error("not wanted after half a day")
		}
		time.Sleep(12 * time.Hour)
		want(t, c, request.ClockHeld, 42*time.Second, 200*time.Millisecond)
		ask(c, 0, 0, 0)
		want(t, c, request.ClockSynced, 0, 0)
	})
	tell("an answer that was held back tells nothing", func(t *testing.T, _ *machine, c *clock.Clock) {
		ask(c, time.Hour, time.Second, 9500*time.Millisecond)
		want(t, c, request.ClockUnset, 0, 0)
		ask(c, time.Hour, time.Second, 8500*time.Millisecond)
		want(t, c, request.ClockSynced, time.Hour, clock.MaxUncertainty)
	})
	for name, by := range map[string]time.Duration{"forwards": time.Hour, "backwards": -48 * time.Hour, "by two seconds": 2 * time.Second} {
		tell("turned "+name, func(t *testing.T, m *machine, c *clock.Clock) {
			ask(c, time.Minute, 0, 0)
			time.Sleep(time.Hour)
			m.turned += by
			want(t, c, request.ClockHeld, time.Minute-by, 0)
			if d := time.Until(c.Centre()); d != time.Minute || !c.Wanted() {
				t.Errorf("the centre is %v ahead, wanted: %v", d, c.Wanted())
			}
			c.State()
			if n := strings.Count(m.log.String(), "was turned"); n != 1 {
				t.Errorf("told %d times", n)
			}
			ask(c, time.Minute, 0, 0)
			want(t, c, request.ClockSynced, time.Minute-by, 0)
		})
	}
	tell("slewed by a time server", func(t *testing.T, m *machine, c *clock.Clock) {
		ask(c, time.Minute, 0, 0)
		m.turned += 900 * time.Millisecond
		want(t, c, request.ClockSynced, time.Minute, time.Second)
	})
	tell("a clock without a battery", func(t *testing.T, m *machine, c *clock.Clock) {
		m.turned = -40 * 365 * 24 * time.Hour
		ask(c, 0, 0, 0)
		if s := c.State(); s.OffsetMS >= 10*365*24*3600*1000 {
			t.Errorf("an offset of %d that no request may state", s.OffsetMS)
		}
	})
}

// TestRestart: what was known outlives kioskd, but not the machine's run.
func TestRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, file := newMachine(), filepath.Join(t.TempDir(), "queue.db.clock")
		c := m.open(file)
		want(t, c, request.ClockUnset, 0, 0)
		ask(c, time.Minute, 0, 0)
		time.Sleep(time.Hour)
		m.turned = time.Hour
		c = m.open(file)
		want(t, c, request.ClockHeld, time.Minute-time.Hour, time.Millisecond)
		if !c.Wanted() {
			t.Error("not wanted after a restart")
		}
		m.boot, m.on = "second", time.Now()
		want(t, m.open(file), request.ClockUnset, 0, 0)
		m.boot = ""
		want(t, m.open(file), request.ClockUnset, 0, 0)
		for _, text := range []string{"", "{}", "nonsense", `{"version":1,"boot":"","wall_ms":-1}`} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			want(t, m.open(file), request.ClockUnset, 0, 0)
		}
	})
}

// TestUnwritable: a clock whose file cannot be written is as good, for as long as
// it runs.
func TestUnwritable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine()
		c := m.open(filepath.Join(t.TempDir(), "gone", "clock"))
		ask(c, time.Minute, 0, 0)
		want(t, c, request.ClockSynced, time.Minute, 0)
		if !strings.Contains(m.log.String(), "not kept") {
			t.Error("nothing is told")
		}
	})
}

// TestSystem: the machine's own clocks run, and its run has a name.
func TestSystem(t *testing.T) {
	s := clock.System()
	up := s.Up()
	if s.Boot == "" || up <= 0 || s.Up() < up || time.Since(s.Wall()).Abs() > time.Minute {
		t.Errorf("boot %q, up %v, wall %v", s.Boot, up, s.Wall())
	}
}
