package model_test

import (
	"testing"

	"motcua/kiosk/model"
	"motcua/protocol/local"
)

// judged is a visit that ends with what a certificate is worth.
func judged(c *local.Certificate) model.View {
	s := begun(nil)
	n := snap(&local.Visit{ID: "v-1", Service: "V01", Step: local.StepVerdict, Certificate: c})
	n.Rev = 2
	s.Receive(n, at(1))
	return s.View(at(1))
}

// Each status is said in words of its own; only a valid one looks good, and
// whatever else is found leads to staff.
func TestVerdicts(t *testing.T) {
	said := map[string]string{}
	for _, status := range []string{"valid", "expired", "not-yet-valid", "not-holder", "revoked", "untrusted-issuer", "tampered", "list-too-old"} {
		v := judged(&local.Certificate{Status: status})
		if other, twice := said[v.Title]; twice {
			t.Errorf("%s and %s have one title", status, other)
		}
		said[v.Title] = status
		if good := v.Tone == model.Good; good != (status == "valid") {
			t.Errorf("%s has the tone %s", status, v.Tone)
		}
		if first := v.Buttons[0].ID; (first == "finish") != (status == "valid") || (first == "call") == (status == "valid") {
			t.Errorf("%s offers %s first", status, first)
		}
		if v.Frame.Bar[0].ID != "cancel" || v.Frame.Bar[3].ID != "staff" {
			t.Errorf("%s has no way out or no staff", status)
		}
	}
}

// A status of tomorrow, or none, is never told as valid.
func TestUnknownVerdict(t *testing.T) {
	old := judged(&local.Certificate{Status: "list-too-old"})
	for _, c := range []*local.Certificate{nil, {}, {Status: "of-tomorrow"}} {
		if v := judged(c); v.Title != old.Title || v.Tone != model.Care {
			t.Errorf("%+v is told as %q", c, v.Title)
		}
	}
}

// Printing is offered once, where there is a printer.
func TestPrintingAVerdict(t *testing.T) {
	offers := func(v model.View) (found bool) {
		for _, b := range v.Buttons {
			found = found || b.ID == "print"
		}
		return found
	}
	s := begun(nil)
	n := snap(&local.Visit{ID: "v-1", Service: "V01", Step: local.StepVerdict, Certificate: &local.Certificate{Status: "valid", Print: true}})
	n.Rev = 2
	s.Receive(n, at(1))
	if a, ok := s.Tap("print", at(2)); !ok || a.Verb != local.VerbPrint {
		t.Errorf("tapped: %+v", a)
	}
	if offers(judged(&local.Certificate{Status: "valid"})) || !offers(judged(&local.Certificate{Status: "valid", Print: true})) {
		t.Error("printing is offered without a printer, or not with one")
	}
	n.Rev, n.Visit.Slip = 3, local.SlipFailed
	s.Receive(n, at(3))
	v := s.View(at(3))
	if offers(v) || v.Notice == nil || v.Notice.Tone != model.Care {
		t.Errorf("after it failed: %+v", v.Notice)
	}
}
