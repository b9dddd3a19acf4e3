package model_test

import (
	"testing"

	"motcua/kiosk/model"
	"motcua/protocol/local"
)

// lookedUp is a visit in which a slip was looked up.
func lookedUp(l *local.Lookup) (*model.State, model.View) {
	s := begun(nil)
	n := snap(&local.Visit{ID: "v-1", Service: "C06", Step: local.StepLookup, Lookup: l})
	n.Rev = 2
	s.Receive(n, at(1))
	return s, s.View(at(1))
}

// Each state has words of its own, a next step first, and staff within reach; only
// what the hospital has looks good.
func TestLookups(t *testing.T) {
	first := map[local.LookupState]string{
		local.LookupSaved: "finish", local.LookupReceived: "finish", local.LookupHeld: "call", local.LookupRefused: "call", local.LookupExpired: "call",
		local.LookupOld: "call", local.LookupForeign: "call", local.LookupUnknown: "call", local.LookupSeveral: "call", local.LookupUnasked: "retry",
	}
	said := map[string]local.LookupState{}
	for state, want := range first {
		_, v := lookedUp(&local.Lookup{State: state})
		if other, twice := said[v.Title]; twice {
			t.Errorf("%s and %s have one title", state, other)
		}
		said[v.Title] = state
		if v.Buttons[0].ID != want || v.Frame.Bar[3].ID != "staff" || v.Frame.Bar[0].ID != "cancel" {
			t.Errorf("%s offers %+v", state, v.Buttons)
		}
		if (v.Tone == model.Good) != (state == local.LookupReceived) {
			t.Errorf("%s has the tone %s", state, v.Tone)
		}
	}
}

func TestUnknownLookup(t *testing.T) {
	_, want := lookedUp(&local.Lookup{State: local.LookupUnknown})
	for _, l := range []*local.Lookup{nil, {}, {State: "of-tomorrow"}} {
		if _, v := lookedUp(l); v.Title != want.Title || v.Tone != model.Care {
			t.Errorf("%+v is told as %q", l, v.Title)
		}
	}
}

// Times are told as far as they are known.
func TestTimesOfALookup(t *testing.T) {
	for rows, l := range []local.Lookup{{State: local.LookupOld}, {State: local.LookupSaved, SavedAt: 1}, {State: local.LookupReceived, SavedAt: 1, ReceivedAt: 2}} {
		if _, v := lookedUp(&l); len(v.Rows) != rows {
			t.Errorf("%s: %+v", l.State, v.Rows)
		}
	}
}

func TestTapsOfALookup(t *testing.T) {
	for id, verb := range map[string]local.Verb{"retry": local.VerbRetry, "finish": local.VerbFinish, "call": local.VerbStaff, "cancel": local.VerbCancel} {
		s, _ := lookedUp(&local.Lookup{State: local.LookupUnasked})
		if a, ok := s.Tap(id, at(2)); !ok || a.Verb != verb {
			t.Errorf("%s: %+v", id, a)
		}
	}
}
