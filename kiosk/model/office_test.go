package model_test

import (
	"strings"
	"testing"
	"time"

	"motcua/kiosk/model"
	"motcua/kiosk/text"
	"motcua/protocol/local"
)

// officeAt is a screen of an officer's service.
func officeAt(step local.Step, o local.Office) (*model.State, time.Time) {
	now := time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC)
	s := model.New(model.Settings{Lang: text.English, Size: model.Normal, Colours: model.Light})
	s.Receive(local.Snapshot{Version: local.Version, Kiosk: local.Kiosk{Online: true, Reader: true}, Visit: &local.Visit{
		ID: "v-1", Service: "C13", Step: step, Acting: true, Office: &o,
	}}, now)
	return s, now
}

// TestATokensPINIsTypedUnseen: as it is typed, without capitals by themselves, and gone
// once it was sent.
func TestATokensPINIsTypedUnseen(t *testing.T) {
	s, now := officeAt(local.StepToken, local.Office{})
	if _, ok := s.Tap("submit", now); ok {
		t.Error("nothing was sent as a PIN")
	}
	for _, key := range []string{"key.a", "key.1", "key.shift", "key.b"} {
		s.Tap(key, now)
	}
	if v := s.View(now); v.Board == nil || v.Board.Text != "***" {
		t.Errorf("shown: %+v", v.Board)
	}
	a, ok := s.Tap("submit", now)
	if !ok || a.Verb != local.VerbPIN || a.Value != "a1B" {
		t.Errorf("%v, %v", a.Verb, ok)
	}
	if v := s.View(now); v.Board.Text != "" {
		t.Error("the PIN is still there")
	}
}

// TestWhatMayBeTaken: what another officer has, or is done, cannot be.
func TestWhatMayBeTaken(t *testing.T) {
	s, now := officeAt(local.StepDesk, local.Office{Tasks: []local.Task{
		{ID: "aa", Title: "one"}, {ID: "bb", Title: "two", Taken: true}, {ID: "cc", Title: "three", Taken: true, Mine: true}, {ID: "dd", Title: "four", Settled: true},
	}})
	for i, b := range s.View(now).Choices {
		if want := i == 1 || i == 3; b.Disabled != want {
			t.Errorf("%s: disabled is %v", b.ID, b.Disabled)
		}
	}
	if a, ok := s.Tap("task.aa", now); !ok || a.Verb != local.VerbTake || a.Value != "aa" {
		t.Errorf("%v, %v", a.Verb, ok)
	}
}

// TestAPreviewIsReadToItsEnd: all that a document says comes before the digest and the
// button that signs, and nothing of it is lost between two pages.
func TestAPreviewIsReadToItsEnd(t *testing.T) {
	said := strings.Repeat("một hai ba bốn\n", 40)
	s, now := officeAt(local.StepPreview, local.Office{Chosen: &local.Task{ID: strings.Repeat("0a", 32), Kind: "birth-extract", Title: "Trích lục", Preview: said}})
	var read strings.Builder
	for range 10 {
		v := s.View(now)
		if len(v.Rows) > 0 {
			break
		}
		for _, early := range []string{"continue", "decline"} {
			if _, ok := s.Tap(early, now); ok {
				t.Fatalf("%s before it was read", early)
			}
		}
		read.WriteString(" " + v.Lead)
		s.Tap("more", now)
	}
	if got := strings.Count(read.String(), "bốn"); got != 40 {
		t.Errorf("%d of 40 lines were shown", got)
	}
	if v := s.View(now); len(v.Rows) == 0 || v.Buttons[0].ID != "continue" {
		t.Errorf("at the end: %v", v.Buttons)
	}
}
