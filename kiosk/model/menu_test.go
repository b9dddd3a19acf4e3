package model_test

import (
	"strings"
	"testing"

	"motcua/kiosk/model"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// ids are the buttons among which a person chooses.
func ids(v model.View) string {
	var all []string
	for _, b := range v.Choices {
		all = append(all, b.ID)
	}
	return strings.Join(all, " ")
}

// menu is a state that shows the menu of services.
func menu(services ...string) *model.State {
	s := model.New(start)
	n := snap(visit(local.StepMenu))
	for _, id := range services {
		n.Kiosk.Services = append(n.Kiosk.Services, local.Offer{Service: id})
	}
	s.Receive(n, at(0))
	return s
}

// Six services stand in the menu themselves; more are put together in groups, and a
// group of more than six has pages.
func TestMenu(t *testing.T) {
	s := menu("H01", "H06", "H07", "H08", "S01", "F01")
	if got := ids(s.View(at(1))); got != "service.H01 service.H06 service.H07 service.H08 service.S01 service.F01" {
		t.Errorf("six: %s", got)
	}
	s = menu("C05", "C04", "C03", "C07", "C09", "C11", "C12", "S01", "S02", "F01")
	for _, c := range []struct{ tap, want string }{
		{"", "group.C group.S service.F01"},
		{"group.C", "service.C05 service.C04 service.C03 service.C07 service.C09 more"},
		{"more", "service.C11 service.C12 more"},
		{"more", "service.C05 service.C04 service.C03 service.C07 service.C09 more"},
		{"back", "group.C group.S service.F01"},
		{"group.S", "service.S01 service.S02"},
	} {
		if c.tap != "" {
			s.Tap(c.tap, at(1))
		}
		if got := ids(s.View(at(1))); got != c.want {
			t.Errorf("after %q: %s, want %s", c.tap, got, c.want)
		}
	}
	a, ok := s.Tap("service.S02", at(1))
	if !ok || a.Verb != local.VerbService || a.Value != catalogue.BenefitStatus {
		t.Errorf("a tap on a service is %s %s", a.Verb, a.Value)
	}
}
