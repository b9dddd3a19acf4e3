package e2e_test

import (
	"image"
	"testing"
	"time"

	"motcua/drivers/emu/hand"
)

// finger touches the X display and looks at it.
type finger struct {
	t    testing.TB
	hand *hand.Hand
}

func newFinger(t testing.TB, display string) *finger {
	t.Helper()
	h, err := hand.Open(display)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return &finger{t, h}
}

// tap touches the middle of a target for a moment.
func (f *finger) tap(p painted, id string, hold time.Duration) {
	f.t.Helper()
	for _, x := range p.Targets {
		if x.ID == id {
			f.tapAt(x.X+x.W/2, x.Y+x.H/2, hold)
			return
		}
	}
	f.t.Fatalf("%s has no target %s: %+v", p.Screen, id, p.Targets)
}

func (f *finger) tapAt(x, y int, hold time.Duration) {
	f.t.Helper()
	if err := f.hand.Hold(x, y, hold); err != nil {
		f.t.Fatal(err)
	}
}

// see takes a picture of the display.
func (f *finger) see() *image.RGBA {
	f.t.Helper()
	picture, err := f.hand.Look()
	if err != nil {
		f.t.Fatal(err)
	}
	return picture
}
