package model_test

import (
	"bytes"
	"slices"
	"testing"

	"motcua/kiosk/model"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// compared is a visit at which an officer compares the person with a picture, or with
// none.
func compared(p *local.Picture, code fault.Code) *local.Visit {
	v := visit(local.StepCompare)
	v.Service, v.Compare = "S01", &local.Compare{Picture: p}
	if code != "" {
		v.Compare.Fault = &local.Fault{Code: code, TextKey: fault.Lookup(code).TextKey}
	}
	return v
}

func offeredIDs(v model.View) (all []string) {
	for _, b := range v.Buttons {
		all = append(all, b.ID)
	}
	return all
}

// The officer may say all three with a picture, and without one not that it is the person.
func TestComparing(t *testing.T) {
	face := &local.Picture{W: 1, H: 1, RGB: []byte{7, 8, 9}}
	for _, c := range []struct {
		picture *local.Picture
		want    []string
	}{{face, []string{"yes", "no", "other"}}, {nil, []string{"no", "other"}}} {
		s := begun(compared(c.picture, ""))
		v := s.View(at(1))
		if v.Screen != model.Compare || !slices.Equal(offeredIDs(v), c.want) || (v.Picture != nil) != (c.picture != nil) {
			t.Errorf("%s: %v", v.Screen, offeredIDs(v))
		}
		for id, verb := range map[string]local.Verb{"yes": local.VerbYes, "no": local.VerbNo, "other": local.VerbOtherWay} {
			a, ok := s.Tap(id, at(1))
			if ok != slices.Contains(c.want, id) || ok && (a.Verb != verb || a.Step != local.StepCompare) {
				t.Errorf("%s: %v %v", id, ok, a)
			}
		}
	}
}

// What the officer gave and did not count is told.
func TestComparingAgain(t *testing.T) {
	v := begun(compared(nil, fault.OfficerLocked)).View(at(1))
	if v.Notice == nil || v.Notice.Tone != model.Care {
		t.Errorf("%+v", v.Notice)
	}
}

// A picture that is not shown any more is overwritten: when the step or the visit ends,
// and when kioskd is gone. While it is shown it stays.
func TestAFaceIsWiped(t *testing.T) {
	for story, end := range map[string]func(s *model.State){
		"the next step":   func(s *model.State) { s.Receive(snap(visit(local.StepVouch)), at(2)) },
		"the next visit":  func(s *model.State) { s.Receive(snap(nil), at(2)) },
		"kioskd is gone":  func(s *model.State) { s.Lose(at(2)) },
		"another picture": func(s *model.State) { s.Receive(snap(compared(&local.Picture{}, "")), at(2)) },
	} {
		face := &local.Picture{W: 1, H: 1, RGB: []byte{7, 8, 9}}
		s := begun(compared(face, ""))
		s.Receive(snap(compared(face, "")), at(1))
		if !bytes.Equal(face.RGB, []byte{7, 8, 9}) {
			t.Errorf("%s: overwritten while it is shown", story)
		}
		if end(s); !bytes.Equal(face.RGB, make([]byte, 3)) {
			t.Errorf("%s: it is there still", story)
		}
	}
}

// The officer's PIN is typed and taken as on the way to a session, and wiped.
func TestVouching(t *testing.T) {
	v := visit(local.StepVouch)
	v.Key = &local.KeyPrompt{Left: -1}
	s := begun(v)
	for _, d := range "482915" {
		s.Tap("key."+string(d), at(1))
	}
	if a, ok := s.Tap("submit", at(1)); !ok || a.Verb != local.VerbPIN || a.Value != "482915" || a.Step != local.StepVouch {
		t.Errorf("%v", ok)
	}
	if typed := s.View(at(1)).Pad.Typed; typed != "" {
		t.Errorf("%d digits are there still", len(typed))
	}
	if a, ok := s.Tap("back", at(1)); !ok || a.Verb != local.VerbBack {
		t.Errorf("back: %v", ok)
	}
	if a, ok := begun(visit(local.StepVouchFinger)).Tap("other", at(1)); !ok || a.Verb != local.VerbOtherWay {
		t.Errorf("PIN instead: %v", ok)
	}
}
