package model_test

import (
	"strings"
	"testing"

	"motcua/kiosk/model"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// asking is a visit at a question.
func asking(service, field, problem string) *local.Visit {
	v := visit(local.StepQuestion)
	v.Service, v.Question = service, &local.Question{Field: field, Problem: problem}
	return v
}

func board(s *model.State) string { return s.View(at(2)).Board.Text }

// A name is typed with the keys of its marks, and sent as it stands there.
func TestTyping(t *testing.T) {
	s := begun(asking(catalogue.Residence, "address", ""))
	for id := range strings.FieldsSeq("s o acute hat space x del signs 9 signs") {
		s.Tap("key."+id, at(1))
	}
	if got := board(s); got != "Số 9" {
		t.Errorf("typed %q", got)
	}
	a, ok := s.Tap("submit", at(1))
	if !ok || a.Verb != local.VerbAnswer || a.Field != "address" || a.Value != board(s) || a.Value == "" {
		t.Errorf("sent %v field %s", ok, a.Field)
	}
}

// What was typed stays when it has to be mended, and goes with the question, the visit
// and the connection.
func TestTypedTextIsWiped(t *testing.T) {
	typed := func() *model.State {
		s := begun(asking(catalogue.Residence, "address", ""))
		s.Tap("key.h", at(1))
		s.Tap("submit", at(1))
		if board(s) != "H" {
			t.Fatalf("typed %q", board(s))
		}
		return s
	}
	s := typed()
	s.Receive(snap(asking(catalogue.Residence, "address", "too-short")), at(2))
	if v := s.View(at(2)); v.Board.Text != "H" || v.Notice == nil || !strings.Contains(v.Notice.Text, "5") {
		t.Error("what is to be mended is gone, or nothing says why")
	}
	for name, leave := range map[string]func(*model.State){
		"another question": func(s *model.State) { s.Receive(snap(asking(catalogue.Supplement, "note", "")), at(2)) },
		"end of visit":     func(s *model.State) { s.Receive(snap(nil), at(2)) },
		"kioskd gone":      func(s *model.State) { s.Lose(at(2)) },
		"staff called":     func(s *model.State) { s.Tap("staff", at(2)) },
		"visit ended":      func(s *model.State) { s.Tap("cancel", at(2)) },
	} {
		s := typed()
		leave(s)
		s.Receive(snap(asking(catalogue.Residence, "address", "")), at(3))
		if got := board(s); got != "" {
			t.Errorf("%s: %d letters are still there", name, len(got))
		}
	}
}

// Days are set as they are written, from digits alone.
func TestTypingADay(t *testing.T) {
	s := begun(asking(catalogue.StayNotice, "from", ""))
	for _, d := range "010320269" {
		s.Tap("key."+string(d), at(1))
	}
	if got := s.View(at(1)).Pad.Typed; got != "01/03/2026" {
		t.Errorf("typed %q", got)
	}
	s.Tap("key.del", at(1))
	if a, _ := s.Tap("submit", at(1)); a.Value != "01/03/202" {
		t.Errorf("sent %q", a.Value)
	}
}
