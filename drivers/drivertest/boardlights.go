package drivertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"motcua/drivers"
)

// mostFlashes is how often anything may flash in a second (WCAG 2.3.1).
const mostFlashes = 3

// lit tells whether a lamp or the buzzer is on after its changes so far.
func lit(changes []Flash) bool { return len(changes) > 0 && changes[len(changes)-1].On }

func light(t *testing.T, b *BoardBench, l drivers.Lamp, p drivers.LampPattern) {
	t.Helper()
	begun := time.Now()
	if err := b.Board.Light(t.Context(), l, p); err != nil {
		t.Fatalf("lamp %s: %v", l, err)
	}
	if took := time.Since(begun); took > time.Second/5 {
		t.Errorf("setting lamp %s took %v", l, took)
	}
}

func lamps(t *testing.T, b *BoardBench) {
	for _, l := range drivers.Lamps() {
		if lit(b.Lamp(l)) {
			t.Errorf("lamp %s is lit at the start", l)
		}
		light(t, b, l, drivers.LampOn)
	}
	pass(t, time.Second/5)
	for _, l := range drivers.Lamps() {
		if !lit(b.Lamp(l)) {
			t.Errorf("lamp %s is not lit", l)
		}
		light(t, b, l, drivers.LampBlink)
	}
	pass(t, patience)
	for _, l := range drivers.Lamps() {
		flashes(t, b.Lamp(l), patience)
		light(t, b, l, drivers.LampOff)
	}
	pass(t, time.Second/2)
	dark := len(b.Lamp(drivers.LampCard))
	pass(t, prompt)
	for _, l := range drivers.Lamps() {
		if lit(b.Lamp(l)) {
			t.Errorf("lamp %s is lit when it is off", l)
		}
	}
	if n := len(b.Lamp(drivers.LampCard)); n != dark {
		t.Errorf("a lamp that is off changed %d times", n-dark)
	}
}

// flashes checks that a lamp blinked during the time before now: often enough to be
// seen, and not more often than is safe.
func flashes(t *testing.T, changes []Flash, during time.Duration) {
	t.Helper()
	var on []time.Time
	for _, c := range changes {
		if c.On && time.Since(c.At) <= during {
			on = append(on, c.At)
		}
	}
	if len(on) < int(during/(2*time.Second)) {
		t.Errorf("lit %d times in %v", len(on), during)
	}
	for i := range on {
		if i >= mostFlashes && on[i].Sub(on[i-mostFlashes]) < time.Second {
			t.Fatalf("lit %d times within %v", mostFlashes+1, on[i].Sub(on[i-mostFlashes]))
		}
	}
}

// flicker asks for more changes than is safe.
func flicker(t *testing.T, b *BoardBench) {
	for i := range 200 {
		light(t, b, drivers.LampStaff, []drivers.LampPattern{drivers.LampOn, drivers.LampOff, drivers.LampBlink}[i%3])
		pass(t, 20*time.Millisecond)
	}
	flashes(t, b.Lamp(drivers.LampStaff), 4*time.Second)
	light(t, b, drivers.LampStaff, drivers.LampOn)
	pass(t, time.Second/2)
	if !lit(b.Lamp(drivers.LampStaff)) {
		t.Error("the last wish was not granted")
	}
}

func sounds(t *testing.T, b *BoardBench) {
	for _, s := range []drivers.Sound{drivers.SoundDone, drivers.SoundWrong, drivers.SoundStaff} {
		before := len(b.Buzzer())
		begun := time.Now()
		if err := b.Board.Sound(t.Context(), s); err != nil {
			t.Fatalf("sound %d: %v", s, err)
		}
		if took := time.Since(begun); took < 50*time.Millisecond || took > patience {
			t.Errorf("sound %d took %v", s, took)
		}
		heard := b.Buzzer()
		if len(heard) < before+2 || lit(heard) {
			t.Errorf("sound %d: heard %v", s, heard[before:])
		}
	}
	if err := b.Board.Sound(t.Context(), 99); err == nil {
		t.Error("an unknown sound was played")
	}
}

// soundGivenUp: the buzzer is silent when Sound returns, whatever ended it.
func soundGivenUp(t *testing.T, b *BoardBench) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second/4)
	defer cancel()
	if err := b.Board.Sound(ctx, drivers.SoundStaff); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	if heard := b.Buzzer(); len(heard) == 0 || lit(heard) {
		t.Errorf("heard %v", heard)
	}
}

func soundsInTurn(t *testing.T, b *BoardBench) {
	alone := func(s drivers.Sound) int {
		before := len(b.Buzzer())
		if err := b.Board.Sound(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		return len(b.Buzzer()) - before
	}
	want := alone(drivers.SoundStaff) + alone(drivers.SoundWrong)
	before := len(b.Buzzer())
	done := make(chan error, 2)
	for _, s := range []drivers.Sound{drivers.SoundStaff, drivers.SoundWrong} {
		go func() { done <- b.Board.Sound(t.Context(), s) }()
	}
	for range 2 {
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(patience):
			t.Fatal("the sounds do not end")
		}
	}
	if got := len(b.Buzzer()) - before; got != want {
		t.Errorf("two sounds at once: %d changes, want the %d of one after the other", got, want)
	}
}

func boardWatchCancelled(t *testing.T, b *BoardBench) {
	for range 5 {
		w := watchBoard(t, b.Board)
		w.begin(normal...)
		w.end()
	}
}

func boardCancelledBefore(t *testing.T, b *BoardBench) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, probeErr := b.Board.Probe(ctx)
	for what, err := range map[string]error{
		"Probe": probeErr,
		"Light": b.Board.Light(ctx, drivers.LampCard, drivers.LampOn),
		"Sound": b.Board.Sound(ctx, drivers.SoundDone),
		"Watch": b.Board.Watch(ctx, func(drivers.BoardEvent) {}),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s returned %v, want the context's error", what, err)
		}
	}
	pass(t, prompt)
	if lit(b.Lamp(drivers.LampCard)) || len(b.Buzzer()) > 1 {
		t.Error("something was done")
	}
}

func boardClosed(t *testing.T, b *BoardBench) {
	w := watchBoard(t, b.Board)
	w.begin(normal...)
	light(t, b, drivers.LampCard, drivers.LampOn)
	light(t, b, drivers.LampStaff, drivers.LampBlink)
	sounding := make(chan error, 1)
	go func() { sounding <- b.Board.Sound(t.Context(), drivers.SoundStaff) }()
	pass(t, time.Second/10)
	for i := range 2 {
		if err := b.Board.Close(); err != nil {
			t.Errorf("close number %d: %v", i+1, err)
		}
	}
	for _, l := range drivers.Lamps() {
		if lit(b.Lamp(l)) {
			t.Errorf("lamp %s is lit", l)
		}
	}
	for what, err := range map[string]error{
		"Watch": within(t, "a watch of a closed board", w.ended),
		"Sound": within(t, "a sound of a closed board", sounding),
		"Light": b.Board.Light(t.Context(), drivers.LampCard, drivers.LampOn),
	} {
		if !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("%s returned %v, want gone", what, err)
		}
	}
	pass(t, prompt)
	if lit(b.Buzzer()) || lit(b.Lamp(drivers.LampCard)) {
		t.Error("something is on after closing")
	}
}

func boardUnplugged(t *testing.T, b *BoardBench) {
	w := watchBoard(t, b.Board)
	w.begin(normal...)
	b.Unplug()
	w.expect(drivers.CaseOpened)
	if _, err := b.Board.Probe(t.Context()); !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("probing: %v, want gone", err)
	}
	w.silent(patience)
	w.end()
}
