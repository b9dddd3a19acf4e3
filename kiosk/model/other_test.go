package model_test

import (
	"strings"
	"testing"

	"motcua/kiosk/model"
	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// otherVisit is a birth in which the father's card is asked for.
func otherVisit(step local.Step) *local.Visit {
	v := &local.Visit{ID: "v-1", Service: catalogue.Birth, Step: step, Other: "father", Key: &local.KeyPrompt{Left: -1}}
	if step == local.StepProblem {
		v.Problem = &local.Problem{Fault: local.Fault{Code: fault.SamePerson, TextKey: fault.Lookup(fault.SamePerson).TextKey}, Exits: []local.Verb{local.VerbRetry, local.VerbStaff, local.VerbBack}}
	}
	if step == local.StepIdentify {
		v.Person = &local.Person{Name: "TRẦN VĂN GIẢ"}
	}
	return v
}

func shownAt(v *local.Visit) (*model.State, model.View) {
	s := begun(nil)
	n := snap(v)
	n.Rev = 2
	s.Receive(n, at(1))
	return s, s.View(at(1))
}

// TestOther: each screen about somebody else's card says whose it is, and leads to the
// other ways to know them. Those about one's own card have no such way.
func TestOther(t *testing.T) {
	for _, step := range []local.Step{local.StepPlace, local.StepKey, local.StepIdentify, local.StepProblem} {
		s, v := shownAt(otherVisit(step))
		if step != local.StepProblem && !strings.Contains(text.Plain(v.Title), "cha") {
			t.Errorf("%s: %q", step, v.Title)
		}
		if v.Buttons[len(v.Buttons)-1].ID != "back" {
			t.Errorf("%s: no way back", step)
		}
		if a, ok := s.Tap("back", at(2)); !ok || a.Verb != local.VerbBack || a.Step != step {
			t.Errorf("%s: back is %v", step, a.Verb)
		}
		own := otherVisit(step)
		own.Other = ""
		if s, _ := shownAt(own); step != local.StepProblem {
			if _, ok := s.Tap("back", at(2)); ok {
				t.Errorf("%s of one's own card goes back", step)
			}
		}
	}
}

// TestOtherLift: who lies there first has to be lifted.
func TestOtherLift(t *testing.T) {
	v := otherVisit(local.StepPlace)
	_, without := shownAt(v)
	v.CardPresent = true
	if _, lying := shownAt(v); lying.Lead == without.Lead || lying.Art != model.ArtLift {
		t.Errorf("with a card: %q", lying.Lead)
	}
}

// TestOtherUnknown: somebody of whom only a newer kioskd knows is somebody all the same.
func TestOtherUnknown(t *testing.T) {
	v := otherVisit(local.StepPlace)
	v.Other = "uncle"
	if _, shown := shownAt(v); !strings.Contains(text.Plain(shown.Title), "người này") {
		t.Errorf("%q", shown.Title)
	}
}
