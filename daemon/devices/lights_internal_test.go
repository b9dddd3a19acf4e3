package devices

import (
	"maps"
	"testing"

	"motcua/drivers"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

func TestLights(t *testing.T) {
	const card, code, staff = drivers.LampCard, drivers.LampCode, drivers.LampStaff
	const on, blink = drivers.LampOn, drivers.LampBlink
	at := func(v local.Visit) local.Snapshot { return local.Snapshot{Visit: &v} }
	problem := func(present bool, exits ...local.Verb) local.Snapshot {
		return at(local.Visit{Step: local.StepProblem, CardPresent: present, Problem: &local.Problem{Exits: exits}})
	}
	for _, tt := range []struct {
		what string
		snap local.Snapshot
		want lights
	}{
		{"nobody there: the card may be placed", local.Snapshot{}, lights{card: on}},
		{"out of order", local.Snapshot{Kiosk: local.Kiosk{Fault: &local.Fault{Code: fault.NoReader}}}, lights{}},
		{"a card was left", local.Snapshot{Kiosk: local.Kiosk{CardLeft: true}}, lights{card: blink}},
		{"the card is asked for", at(local.Visit{Step: local.StepPlace}), lights{card: blink}},
		{"the digits are asked for", at(local.Visit{Step: local.StepKey, CardPresent: true}), lights{card: on}},
		{"the card is in the hand, for its digits", at(local.Visit{Step: local.StepKey}), lights{}},
		{"or its code", local.Snapshot{Kiosk: local.Kiosk{Scanner: true}, Visit: &local.Visit{Step: local.StepKey, CardPresent: true}}, lights{card: on, code: blink}},
		{"a code may begin a visit", local.Snapshot{Kiosk: local.Kiosk{Scanner: true}}, lights{card: on, code: on}},
		{"the code is of no use any more", local.Snapshot{Kiosk: local.Kiosk{Scanner: true}, Visit: &local.Visit{Step: local.StepCheck}}, lights{}},
		{"it is being read", at(local.Visit{Step: local.StepReading, CardPresent: true}), lights{card: on}},
		{"it is not needed any more", at(local.Visit{Step: local.StepCheck, CardPresent: true, MayRemove: true}), lights{}},
		{"it was lifted too early", problem(false, local.VerbRetry, local.VerbStaff), lights{card: blink}},
		{"it is forged", problem(false, local.VerbStaff), lights{}},
		{"it did not answer", problem(true, local.VerbRetry), lights{card: on}},
		{"done, and the card lies there", at(local.Visit{Step: local.StepDone, CardPresent: true, MayRemove: true}), lights{card: blink}},
		{"done", at(local.Visit{Step: local.StepDone, MayRemove: true}), lights{}},
		{"an officer's finger is asked for", at(local.Visit{Step: local.StepFinger}), lights{drivers.LampFinger: blink}},
		{"to be taken", at(local.Visit{Step: local.StepEnrol, Finger: &local.Finger{Ask: local.AskLay}}), lights{drivers.LampFinger: blink}},
		{"and lifted", at(local.Visit{Step: local.StepEnrol, Finger: &local.Finger{Ask: local.AskLift}}), lights{}},
		{"the slip is to be taken", at(local.Visit{Step: local.StepDone, MayRemove: true, Slip: local.SlipPrinted}), lights{drivers.LampTicket: blink}},
		{"help was asked for", local.Snapshot{Kiosk: local.Kiosk{StaffCalled: true}, Visit: &local.Visit{Step: local.StepStaff}}, lights{staff: blink}},
		{"by the button", local.Snapshot{Kiosk: local.Kiosk{StaffCalled: true}}, lights{card: on, staff: blink}},
	} {
		if got := lightsOf(tt.snap); !maps.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.what, got, tt.want)
		}
	}
}
