package session_test

import (
	"flag"
	"os"
	"slices"
	"testing"

	"motcua/daemon/session"
	"motcua/protocol/local"
)

var update = flag.Bool("update", false, "write the golden file")

// TestFlowGolden keeps the picture of the visit in the tree, so that a change of
// the flow is seen in review.
func TestFlowGolden(t *testing.T) {
	const name = "testdata/flow.golden"
	got := session.Picture()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the flow has changed; if that is meant: go test ./daemon/session -run Flow -update\n%s", got)
	}
}

func steps() []local.Step {
	return []local.Step{
		session.Attract, local.StepPlace, local.StepKey, local.StepReading, local.StepIdentify, local.StepAsking,
		local.StepInsurance, local.StepCheck, local.StepSending, local.StepDone, local.StepProblem, local.StepStaff,
		local.StepPIN, local.StepPINCheck, local.StepFinger, local.StepDuty, local.StepConsent, local.StepEnrol,
		local.StepMenu, local.StepAbout, local.StepQuestion, local.StepAgree, local.StepVerdict, local.StepLooking, local.StepLookup,
		local.StepCompare, local.StepVouch, local.StepVouchFinger, local.StepVouchCheck,
		local.StepDesk, local.StepPreview, local.StepToken, local.StepSigning, local.StepWaiting, local.StepOutcome,
	}
}

// reach lists the steps that can follow from one, itself included, without the
// transitions that skip drops.
func reach(from local.Step, skip func(session.Transition) bool) []local.Step {
	seen := []local.Step{from}
	for i := 0; i < len(seen); i++ {
		for _, t := range session.Flow() {
			if t.From == seen[i] && !skip(t) && !slices.Contains(seen, t.To) {
				seen = append(seen, t.To)
			}
		}
	}
	return seen
}

func TestEveryStepIsReached(t *testing.T) {
	got := reach(session.Attract, func(session.Transition) bool { return false })
	for _, s := range steps() {
		if !slices.Contains(got, s) {
			t.Errorf("%s is never reached", s)
		}
	}
	if len(got) != len(steps()) {
		t.Errorf("unknown steps: %v", got)
	}
}

// TestNoStepIsADeadEnd: from every step, a person who does not give up comes to
// the ticket or to staff, and to staff even if nothing they try succeeds.
func TestNoStepIsADeadEnd(t *testing.T) {
	giveUp := func(tr session.Transition) bool { return tr.To == session.Attract }
	for _, s := range steps() {
		got := reach(s, giveUp)
		if !slices.Contains(got, local.StepDone) && !slices.Contains(got, local.StepStaff) {
			t.Errorf("%s leads neither to done nor to staff: %v", s, got)
		}
	}
	nothingWorks := func(tr session.Transition) bool {
		lucky := []session.Event{session.Intact, session.Answered, session.Saved, session.Received, session.TicketCame}
		return giveUp(tr) || slices.Contains(lucky, tr.On)
	}
	for _, s := range steps() {
		if got := reach(s, nothingWorks); !slices.Contains(got, local.StepStaff) && s != session.Attract {
			t.Errorf("%s: without luck, staff are not reached: %v", s, got)
		}
	}
}

func TestStaffMayBeCalledWhereverSomebodyWaits(t *testing.T) {
	for _, s := range steps() {
		if s == session.Attract || s == local.StepSending || s == local.StepPINCheck || s == local.StepVouchCheck || s == local.StepSigning || s == local.StepStaff {
			continue
		}
		if to, ok := session.Next(s, session.StaffCalled); !ok || to != local.StepStaff {
			t.Errorf("%s: %v %v", s, to, ok)
		}
	}
}

func TestTheTableIsUnambiguous(t *testing.T) {
	type cause struct {
		from local.Step
		on   session.Event
	}
	seen := map[cause]bool{}
	for _, tr := range session.Flow() {
		c := cause{tr.From, tr.On}
		if seen[c] {
			t.Errorf("%v leads to two steps", c)
		}
		seen[c] = true
	}
}
