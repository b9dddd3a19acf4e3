package model_test

import (
	"testing"

	"motcua/protocol/local"
)

// The slip's state is said in words of its own, but a card that was left there
// comes first.
func TestSlipIsTold(t *testing.T) {
	said := map[string]local.SlipState{}
	for _, now := range []local.SlipState{local.SlipPrinting, local.SlipPrinted, local.SlipFailed} {
		v := visit(local.StepDone)
		v.Receipt = &local.Receipt{LocalNo: "12", Saved: true}
		v.Slip, v.CardPresent = now, false
		notice := begun(v).View(at(1)).Notice
		if notice == nil {
			t.Fatalf("%s: nothing is said", now)
		}
		if other, twice := said[notice.Text]; twice {
			t.Errorf("%s and %s are the same words", now, other)
		}
		said[notice.Text] = now
		v.CardPresent = true
		if with := begun(v).View(at(1)).Notice; with == nil || with.Text == notice.Text {
			t.Errorf("%s: the card that lies there is forgotten", now)
		}
	}
}
