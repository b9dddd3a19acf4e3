package bhyt_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/insurance"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/bhytportal"
	"motcua/protocol/simcentral/trouble"
)

// TestEveryCode looks up and checks in with each of the 27 codes while the portal is
// online, slow and down, through real HTTP and a gateway with its inbox on the disk.
// Whatever it answers, and whether it does, the person gets a ticket.
func TestEveryCode(t *testing.T) {
	for _, how := range []string{"online", "slow", "down"} {
		t.Run(how, func(t *testing.T) {
			people, s := map[string]bhytportal.Person{}, scenario(nil)
			for i, a := range insurance.Codes() {
				people[gatewaytest.Person(i).Number] = insured(gatewaytest.Person(i), a.Code)
			}
			s.People = people
			if how == "slow" {
				s.Delay = trouble.Duration(20 * time.Millisecond)
			}
			c := newCentre(t, s, officersFile)
			if how == "down" {
				c.server.Close()
			}
			d := c.fleet.Device(t, "k01")
			for i, want := range insurance.Codes() {
				if how == "down" {
					want = insurance.Silence()
				}
				person := gatewaytest.Person(i)
				a := c.lookUp(t, d, person)
				if a.Class != want.Class || a.Code != want.Code {
					t.Errorf("%s is told as %s, class %s", insurance.Codes()[i].Code, a.Code, a.Class)
				}
				if told := a.CardNo != ""; told != (a.Class == request.ClassOK || a.Class == request.ClassNewCard) {
					t.Errorf("%s: a card is told: %v", want.Code, told)
				}
				m := d.CheckIn(t, person, "internal")
				in := c.open(t, c.deliver(t, d, m), m).CheckIn
				if in.Ticket.Number != uint32(i+1) || in.Ticket.Room == "" || in.Insurance.Class != want.Class {
					t.Errorf("%s: ticket %d, insurance %s", want.Code, in.Ticket.Number, in.Insurance.Class)
				}
				silent(t, c.log.String(), person)
			}
			if alarms := slices.Compact(slices.Sorted(slices.Values(c.raised))); how != "down" && fmt.Sprint(alarms) != "[insurer-account insurer-officer]" {
				t.Errorf("alarms: %v", alarms)
			}
		})
	}
}

// TestLateAnswer: the portal is down while a person is served. They get a ticket at
// once, and the same ticket with the insurer's answer when the portal is back.
func TestLateAnswer(t *testing.T) {
	person := gatewaytest.Person(1)
	p := insured(person, "000")
	p.Troubles = []trouble.Kind{trouble.Status500, trouble.HTML, trouble.Drop}
	c := newCentre(t, scenario(map[string]bhytportal.Person{person.Number: p}), officersFile)
	d := c.fleet.Device(t, "k01")
	if a := c.lookUp(t, d, person); a.Class != request.ClassUnavailable { // the first trouble
		t.Errorf("looked up: %s", a.Class)
	}
	m := d.CheckIn(t, person, "internal")
	first := c.open(t, c.deliver(t, d, m), m).CheckIn
	if first.Ticket.Number != 1 || first.Insurance.Class != request.ClassUnavailable {
		t.Errorf("checked in: %d, %s", first.Ticket.Number, first.Insurance.Class)
	}
	for range 2 { // the other two
		if replies := c.work(t); len(replies) != 0 {
			t.Fatalf("an answer of a portal in trouble: %+v", replies)
		}
		c.pass(10 * time.Second)
	}
	replies := c.work(t)
	if len(replies) != 1 {
		t.Fatalf("%d late answers\n%s", len(replies), c.log)
	}
	late := c.open(t, replies[0], m).CheckIn
	if late.Ticket != first.Ticket || late.CheckInID != first.CheckInID || late.Insurance.Class != request.ClassOK || late.Insurance.CardNo == "" {
		t.Errorf("late: ticket %d, insurance %s", late.Ticket.Number, late.Insurance.Class)
	}
	if replies[0].Status != request.StatusAccepted {
		t.Errorf("status %s", replies[0].Status)
	}
	c.pass(time.Hour)
	d.Pass(time.Hour)
	if replies := c.work(t); len(replies) != 0 {
		t.Error("the answer came again")
	}
	m = d.CheckIn(t, person, "eye") // the same day: the insurer need not be asked again
	if in := c.open(t, c.deliver(t, d, m), m).CheckIn; in.Insurance.Class != request.ClassOK || in.Insurance.CardNo != "" {
		t.Errorf("second check-in: %s", in.Insurance.Class)
	}
	silent(t, c.log.String(), person)
}

// TestGivenUp: a portal that stays away for a day leaves the ticket as it was.
func TestGivenUp(t *testing.T) {
	person := gatewaytest.Person(1)
	c := newCentre(t, scenario(nil), officersFile)
	c.server.Close()
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, person, "internal")
	c.deliver(t, d, m)
	for range 13 {
		if replies := c.work(t); len(replies) != 0 {
			t.Fatal("an answer out of nothing")
		}
		c.pass(time.Hour)
	}
	counts, err := c.inbox.Counts(t.Context())
	if err != nil || len(counts) != 1 || counts[0].Status != request.StatusAccepted {
		t.Errorf("inbox: %+v, %v", counts, err)
	}
	before := strings.Count(c.log.String(), "does not answer")
	c.pass(time.Hour)
	c.work(t)
	if after := strings.Count(c.log.String(), "does not answer"); before == 0 || after != before {
		t.Errorf("asked %d times, and then %d", before, after)
	}
}

// TestWhoAsks: the officer on duty asks, or the facility's default; without either
// operations are told, and the person gets a ticket.
func TestWhoAsks(t *testing.T) {
	onDuty := func(ref string) func(*request.Outer, *request.Inner) {
		return func(_ *request.Outer, i *request.Inner) {
			i.Officer = &request.Officer{Session: "s-000000000001", Ref: ref, Role: "duty", Method: request.MethodPIN}
		}
	}
	nobody := func(*request.Outer, *request.Inner) {}
	noDefault := strings.Split(officersFile, "[facility")[0]
	for _, test := range []struct {
		story    string
		officers string
		who      func(*request.Outer, *request.Inner)
		class    request.Class
		code     string
		alarm    gateway.AlarmKind
	}{
		{"on duty and registered", noDefault, onDuty("op-1"), request.ClassOK, "000", ""},
		{"nobody on duty, a default", officersFile, nobody, request.ClassOK, "000", ""},
		{"nobody on duty, no default", noDefault, nobody, request.ClassOps, "", gateway.AlarmInsurerOfficer},
		{"on duty, not in the file", officersFile, onDuty("op-9"), request.ClassOps, "", gateway.AlarmInsurerOfficer},
		{"on duty, not registered at the portal", officersFile, onDuty("op-2"), request.ClassOps, "054", gateway.AlarmInsurerOfficer},
		{"on duty under another name", officersFile, onDuty("op-3"), request.ClassOps, "055", gateway.AlarmInsurerOfficer},
	} {
		t.Run(test.story, func(t *testing.T) {
			person := gatewaytest.Person(1)
			c := newCentre(t, scenario(map[string]bhytportal.Person{person.Number: insured(person, "000")}), test.officers)
			d := c.fleet.Device(t, "k01")
			m := d.CardValidity(t, person, patient, test.who)
			c.deliver(t, d, m)
			a := c.open(t, c.work(t)[0], m).Insurance
			if a.Class != test.class || a.Code != test.code {
				t.Errorf("%s, class %s", a.Code, a.Class)
			}
			if got := append(c.raised, "")[0]; got != test.alarm {
				t.Errorf("alarms: %v", c.raised)
			}
			m = d.CheckIn(t, person, "internal", test.who)
			if in := c.open(t, c.deliver(t, d, m), m).CheckIn; in.Ticket.Number != 1 || in.Insurance.Class != test.class {
				t.Errorf("ticket %d, insurance %s", in.Ticket.Number, in.Insurance.Class)
			}
			silent(t, c.log.String(), person)
		})
	}
}
