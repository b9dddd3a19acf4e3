package board_test

import (
	"bytes"
	"errors"
	"log"
	"log/slog"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"motcua/drivers"
	"motcua/drivers/board"
)

// in runs a story in which time passes as fast as it can.
func in(t *testing.T, story func(t *testing.T)) { synctest.Test(t, story) }

// A pin that is not there is told and costs nothing else.
func TestAbsentPinsAreTold(t *testing.T) {
	in(t, func(t *testing.T) {
		p := pins
		p.Lamps = maps.Clone(pins.Lamps)
		p.Lamps[drivers.LampTicket], p.Presence = "NOLAMP", "NOSENSOR"
		c := newChip(1)
		b, err := board.Open(c, p)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		_, err = b.Probe(t.Context())
		if !errors.Is(err, drivers.ErrDeviceFault) || !errors.Is(err, drivers.ErrNoDevice) {
			t.Errorf("probing: %v", err)
		}
		for _, name := range []string{"lamp ticket (NOLAMP)", "presence sensor (NOSENSOR)"} {
			if !strings.Contains(err.Error(), name) {
				t.Errorf("%q is not in: %v", name, err)
			}
		}
		for _, l := range drivers.Lamps() {
			if err := b.Light(t.Context(), l, drivers.LampOn); err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		if c.Level("L1") != gpio.High {
			t.Error("another lamp does not shine")
		}
	})
}

func TestNoPinAtAll(t *testing.T) {
	none := board.Pins{Buzzer: "NOBUZZER", Tamper: "NOSWITCH"}
	for _, p := range []board.Pins{{}, none} {
		if _, err := board.Open(newChip(1), p); !errors.Is(err, drivers.ErrNoDevice) {
			t.Errorf("%+v: %v, want no device", p, err)
		}
	}
}

// A line that another program has is ours as soon as that lets go.
func TestOccupiedLine(t *testing.T) {
	in(t, func(t *testing.T) {
		c := newChip(1)
		c.Occupy("L1")
		c.Occupy("TAMPER")
		b, err := board.Open(c, pins)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if _, err = b.Probe(t.Context()); !errors.Is(err, drivers.ErrInUse) {
			t.Errorf("probing: %v, want in use", err)
		}
		if err := b.Light(t.Context(), drivers.LampCard, drivers.LampOn); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		c.Vacate("L1")
		c.Vacate("TAMPER")
		if _, err := b.Probe(t.Context()); err != nil {
			t.Error(err)
		}
		if c.Level("L1") != gpio.High {
			t.Error("the lamp does not shine, which it was told to before")
		}
	})
}

// An expander that lost its power for a moment is set right by the next probe.
func TestForgetfulExpander(t *testing.T) {
	in(t, func(t *testing.T) {
		c := newChip(1)
		b, err := board.Open(c, pins)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if err := b.Light(t.Context(), drivers.LampCard, drivers.LampOn); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		c.Reset("L1")
		if _, err := b.Probe(t.Context()); err != nil || c.Level("L1") != gpio.High {
			t.Errorf("probing: %v, lamp %v", err, c.Level("L1"))
		}
	})
}

// Outputs begin at rest, are never read, and end at rest: nothing lights up by
// itself, and no output becomes an input.
func TestOutputsAtRest(t *testing.T) {
	in(t, func(t *testing.T) {
		c := newChip(1)
		b, err := board.Open(c, pins)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range drivers.Lamps() {
			name := pins.Lamps[l]
			if got := c.Changes(name); len(got) != 1 || got[0].Level != gpio.Low {
				t.Errorf("lamp %s at the start: %v", l, got)
			}
			_ = b.Light(t.Context(), l, drivers.LampBlink)
		}
		for range 100 {
			time.Sleep(100 * time.Millisecond)
			if _, err := b.Probe(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, l := range drivers.Lamps() {
				if !c.Driven(pins.Lamps[l]) {
					t.Fatalf("lamp %s has become an input", l)
				}
			}
		}
		_ = b.Close()
		for _, l := range drivers.Lamps() {
			if c.Level(pins.Lamps[l]) != gpio.Low {
				t.Errorf("lamp %s was left on", l)
			}
		}
	})
}

// A tamper switch that never comes to rest is an open case, told once; watching it
// does not take the processor.
func TestSwingingTamperSwitch(t *testing.T) {
	in(t, func(t *testing.T) {
		c := newChip(1)
		b, err := board.Open(c, pins)
		if err != nil {
			t.Fatal(err)
		}
		events := make(chan drivers.BoardEvent, 10)
		go func() { _ = b.Watch(t.Context(), func(e drivers.BoardEvent) { events <- e }) }()
		time.Sleep(time.Second)
		stop := c.Swing("TAMPER", 100*time.Microsecond)
		before := c.Calls()
		time.Sleep(10 * time.Second)
		if calls := c.Calls() - before; calls > 10*600 {
			t.Errorf("%d calls in 10 s", calls)
		}
		stop()
		c.Close("TAMPER")
		time.Sleep(time.Second)
		_ = b.Close()
		var got []string
		for len(events) > 0 {
			got = append(got, (<-events).String())
		}
		want := []string{"person left", "case closed", "case opened", "case closed"}
		if strings.Join(got[2:], ", ") != strings.Join(want[2:], ", ") {
			t.Errorf("reported: %v", got)
		}
	})
}

// An edge that the kernel never told is found by looking again.
func TestMissedEdge(t *testing.T) {
	in(t, func(t *testing.T) {
		c := newChip(1)
		deaf := deafLines{c}
		b, err := board.Open(deaf, board.Pins{Tamper: "TAMPER"})
		if err != nil {
			t.Fatal(err)
		}
		events := make(chan drivers.BoardEvent, 10)
		go func() { _ = b.Watch(t.Context(), func(e drivers.BoardEvent) { events <- e }) }()
		if e := <-events; e != drivers.CaseClosed {
			t.Fatal(e)
		}
		opened := time.Now()
		c.Open("TAMPER")
		if e := <-events; e != drivers.CaseOpened || time.Since(opened) > 6*time.Second {
			t.Errorf("%s after %v", e, time.Since(opened))
		}
		_ = b.Close()
	})
}

// deafLines never tell an edge.
type deafLines struct{ board.Lines }

type deafInput struct{ board.Input }

func (d deafLines) Input(name string, pull gpio.Pull) (board.Input, error) {
	in, err := d.Lines.Input(name, pull)
	return deafInput{in}, err
}

func (deafInput) WaitForEdge(timeout time.Duration) (int, gpio.Edge, error) {
	time.Sleep(timeout)
	return 0, gpio.NoEdge, os.ErrDeadlineExceeded
}

// Whoever lights a lamp waits for nothing, even if the kernel does not come back.
func TestLightDoesNotWaitForTheKernel(t *testing.T) {
	in(t, func(t *testing.T) {
		c := newChip(1)
		b, err := board.Open(c, pins)
		if err != nil {
			t.Fatal(err)
		}
		release := c.Hang()
		begun := time.Now()
		for range 3 {
			if err := b.Light(t.Context(), drivers.LampCard, drivers.LampOn); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second)
		}
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("it took %v", took)
		}
		release()
		synctest.Wait()
		if c.Level("L1") != gpio.High {
			t.Error("the lamp does not shine once the kernel came back")
		}
		_ = b.Close()
	})
}

// TestSystem starts the real periph. A machine without a chip that may be used says
// so, and the global log is ours.
func TestSystem(t *testing.T) {
	var told bytes.Buffer
	defer log.SetOutput(log.Writer())
	lines, err := board.System(slog.New(slog.NewTextHandler(&told, nil)))
	if err == nil && lines == nil || err != nil && !errors.Is(err, drivers.ErrNoDevice) {
		t.Errorf("got %v, %v", lines, err)
	}
	log.Println("a word of periph's")
	if !strings.Contains(told.String(), `msg="a word of periph's"`) {
		t.Errorf("the log has %q", told.String())
	}
}
