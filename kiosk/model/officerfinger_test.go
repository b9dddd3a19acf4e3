package model_test

import (
	"strings"
	"testing"

	"motcua/kiosk/model"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// words lists every word about a finger.
func words() []local.FingerWord {
	return []local.FingerWord{
		local.FingerWrong, local.FingerPoor, local.FingerDiffer, local.FingerAbsent, local.FingerSpent, local.FingerNoReader,
		local.FingerOther, local.FingerDamaged, local.FingerEnrolled, local.FingerDeleted, local.FingerUnwritten,
	}
}

// Whatever became of a finger is told in words of its own.
func TestEveryFingerWordIsSaid(t *testing.T) {
	seen := map[string]local.FingerWord{}
	for _, w := range words() {
		v := visit(local.StepFinger)
		v.Finger = &local.Finger{Word: w}
		n := begun(v).View(at(1)).Notice
		if n == nil || n.Text == "" {
			t.Errorf("%s: nothing is said", w)
			continue
		}
		if other, ok := seen[n.Text]; ok {
			t.Errorf("%s and %s are told the same", w, other)
		}
		seen[n.Text] = w
		if good := w == local.FingerEnrolled || w == local.FingerDeleted; good != (n.Tone == model.Good) {
			t.Errorf("%s: tone %s", w, n.Tone)
		}
	}
	v := visit(local.StepFinger)
	v.Finger = &local.Finger{Word: "from-the-future"}
	if n := begun(v).View(at(1)).Notice; n != nil {
		t.Errorf("a newer word: %q", n.Text)
	}
}

// A technician who looks over the officer's shoulder sees what is wrong with the reader.
func TestTheReadersFaultIsShown(t *testing.T) {
	v := visit(local.StepPIN)
	v.Finger = &local.Finger{Word: local.FingerNoReader}
	s := snap(v)
	s.Kiosk.Devices = []local.DeviceState{{Device: "printer", State: "gone", Fault: &local.Fault{Code: fault.PrinterGone}}, {Device: "finger-reader", State: "gone", Fault: &local.Fault{Code: fault.FingerGone}}}
	m := model.New(start)
	m.Receive(s, at(0))
	if n := m.View(at(1)).Notice; n == nil || !strings.HasSuffix(n.Text, "(FINGER-02)") {
		t.Errorf("%+v", n)
	}
}

// While the case waits to be cleared, nothing else is offered at the duty screen.
func TestTheCaseComesFirst(t *testing.T) {
	v := visit(local.StepDuty)
	v.Duty = &local.Duty{Ref: "op-17", CaseOpened: true, Finger: local.FingerSealed}
	s := begun(v)
	for _, r := range s.View(at(1)).Rows {
		if r.Change != nil {
			t.Errorf("%s is offered", r.Change.ID)
		}
	}
	for _, id := range []string{"forget", "enrol"} {
		if a, ok := s.Tap(id, at(1)); ok && a.Verb != local.VerbHere {
			t.Errorf("%s: %s", id, a.Verb)
		}
	}
}
