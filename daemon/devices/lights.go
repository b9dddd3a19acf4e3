package devices

import (
	"slices"

	"motcua/drivers"
	"motcua/protocol/local"
)

// lights are how the lamps shine; one that is not in it is out.
type lights map[drivers.Lamp]drivers.LampPattern

// lightsOf are the lamps for what the screen shows: a lamp blinks where the person
// is asked to do something, and is on where something is to stay, or may begin.
func lightsOf(s local.Snapshot) lights {
	l := lights{}
	if s.Kiosk.StaffCalled {
		l[drivers.LampStaff] = drivers.LampBlink
	}
	if p := cardLight(s); p != drivers.LampOff {
		l[drivers.LampCard] = p
	}
	if s.Visit != nil && s.Visit.Step == local.StepDone && s.Visit.Slip == local.SlipPrinted {
		l[drivers.LampTicket] = drivers.LampBlink
	}
	if asksForFinger(s.Visit) {
		l[drivers.LampFinger] = drivers.LampBlink
	}
	switch {
	case !s.Kiosk.Scanner || !takesCode(s):
	case s.Visit != nil && s.Visit.Step == local.StepKey:
		l[drivers.LampCode] = drivers.LampBlink
	default:
		l[drivers.LampCode] = drivers.LampOn
	}
	return l
}

// asksForFinger tells whether a finger is to be laid down.
func asksForFinger(v *local.Visit) bool {
	return v != nil && (v.Step == local.StepFinger || v.Step == local.StepEnrol && v.Finger != nil && v.Finger.Ask == local.AskLay)
}

// cardLight is the lamp beside the card reader.
func cardLight(s local.Snapshot) drivers.LampPattern {
	v := s.Visit
	switch {
	case v == nil && s.Kiosk.CardLeft:
		return drivers.LampBlink // take it
	case v == nil && s.Kiosk.Fault == nil:
		return drivers.LampOn // place it here
	case v == nil:
		return drivers.LampOff
	case v.Step == local.StepPlace:
		return drivers.LampBlink
	case v.Step == local.StepProblem && !v.CardPresent && slices.Contains(v.Problem.Exits, local.VerbRetry):
		return drivers.LampBlink // place it again
	case v.Step == local.StepDone && v.CardPresent:
		return drivers.LampBlink // take it
	case v.CardPresent && !v.MayRemove:
		return drivers.LampOn // leave it there
	}
	return drivers.LampOff
}
