package model_test

import (
	"testing"

	"motcua/kiosk/model"
)

func TestATapIsPressAndReleaseOnOneTarget(t *testing.T) {
	var f model.Finger
	f.See(model.Identify, at(0))
	f.Press("yes", at(1))
	if f.Down() != "yes" {
		t.Error("the target is not shown as pressed")
	}
	if !f.Release("yes") {
		t.Error("press and release on the same target is no tap")
	}
	f.Press("yes", at(2))
	if f.Release("no") {
		t.Error("a finger that slipped to another target tapped it")
	}
	f.Press("", at(3))
	if f.Release("") {
		t.Error("a tap beside the targets counts")
	}
	if f.Release("yes") {
		t.Error("a release without a press counts")
	}
}

// The second half of a double tap must not act on a screen nobody has seen.
func TestGuardAfterAChangeOfScreen(t *testing.T) {
	var f model.Finger
	f.See(model.Identify, at(0))
	f.See(model.Asking, at(10))
	f.Press("staff", at(10.29))
	if f.Release("staff") {
		t.Error("a tap 290 ms after the change counts")
	}
	f.Press("staff", at(10.3))
	if !f.Release("staff") {
		t.Error("a tap 300 ms after the change does not count")
	}
	f.Press("staff", at(11))
	f.See(model.Insurance, at(11.1))
	if f.Release("staff") {
		t.Error("a press on one screen taps on the next")
	}
}
