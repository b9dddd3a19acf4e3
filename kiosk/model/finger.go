package model

import "time"

const (
	// Guard is how long after a change of screen taps do nothing, so that the
	// second half of a double tap cannot act on a screen nobody has seen.
	Guard = 300 * time.Millisecond
)

// Finger turns touches into taps: a tap is a press and a release on the same
// target, of a screen that has been seen for a moment. The release acts, so a
// finger that slips off does nothing.
type Finger struct {
	screen Screen
	since  time.Time
	down   string
}

// See tells which screen is shown.
func (f *Finger) See(screen Screen, now time.Time) {
	if screen == f.screen {
		return
	}
	f.screen, f.since, f.down = screen, now, ""
}

// Press puts the finger on a target, or on none ("").
func (f *Finger) Press(target string, now time.Time) {
	f.down = ""
	if now.Sub(f.since) >= Guard {
		f.down = target
	}
}

// Down is the target under the finger, drawn as pressed.
func (f *Finger) Down() string { return f.down }

// Release lifts the finger off a target and tells whether that was a tap.
func (f *Finger) Release(target string) bool {
	tapped := f.down != "" && f.down == target
	f.down = ""
	return tapped
}
