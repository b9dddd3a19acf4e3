package hospital_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/hospitalsystem"
	"motcua/protocol/simcentral/trouble"
)

// book has appointments of persons 1 and 2 around now, which is 07:30.
func book() hospitalsystem.Scenario {
	at := func(number string, person int, in time.Duration, cancelled bool) hospitalsystem.Appointment {
		return hospitalsystem.Appointment{Number: number, Person: gatewaytest.Person(person).Number, Specialty: "eye", In: trouble.Duration(in), Cancelled: cancelled}
	}
	return hospitalsystem.Scenario{Appointments: []hospitalsystem.Appointment{
		at("AAAAAA", 1, 10*time.Minute, false), at("BBBBBB", 1, 4*time.Hour, false), at("CCCCCC", 1, -2*time.Hour, false),
		at("DDDDDD", 1, 72*time.Hour, false), at("EEEEEE", 1, time.Hour, true), at("FFFFFF", 2, time.Minute, false),
	}}
}

func arrive(number string) map[string]string {
	return map[string]string{"act": catalogue.ActArrive, catalogue.FieldAppointment: number}
}

// TestOutcomes: what the hospital says of each way of coming.
func TestOutcomes(t *testing.T) {
	c := newCentreOf(t, &insurer{}, book())
	d := c.fleet.Device(t, "k01")
	for _, one := range []struct {
		story, number string
		outcome       request.ArrivalOutcome
		class         request.Class
		again, slot   bool
		who           func(*request.Outer, *request.Inner)
	}{
		{"with the slip alone", "AAAAAA", request.Arrived, request.ClassOK, false, true, anonymous},
		{"once more", "AAAAAA", request.Arrived, request.ClassOK, true, true, anonymous},
		{"once more, with the card", "AAAAAA", request.Arrived, request.ClassOK, true, true, nil},
		{"too early", "BBBBBB", request.Early, request.ClassReception, false, true, anonymous},
		{"too late", "CCCCCC", request.Late, request.ClassReception, false, true, anonymous},
		{"on another day", "DDDDDD", request.OtherDay, request.ClassReception, false, true, anonymous},
		{"cancelled", "EEEEEE", request.Cancelled, request.ClassReception, false, true, anonymous},
		{"another person's, and nobody is told whose", "FFFFFF", request.OtherPerson, request.ClassReception, false, false, nil},
		{"no such number", "GGGGGG", request.NoSuch, request.ClassReception, false, false, anonymous},
	} {
		change := one.who
		if change == nil {
			change = func(*request.Outer, *request.Inner) {}
		}
		m := c.send(t, d, catalogue.Appointment, gatewaytest.Person(1), arrive(one.number), change)
		r, a, _ := c.answers(t, time.Second, m)
		if a.Appointment == nil {
			t.Fatalf("%s: no answer", one.story)
		}
		got := a.Appointment
		if got.Outcome != one.outcome || r.Class != one.class || got.Again != one.again || (len(got.Slots) == 1) != one.slot || (got.Ticket != nil) != (one.outcome == request.Arrived) {
			t.Errorf("%s: %s, class %s, again %v, %d slots", one.story, got.Outcome, r.Class, got.Again, len(got.Slots))
		}
	}
	if n := c.system.Arrivals(); n != 1 {
		t.Errorf("%d have come", n)
	}
}

// TestList: a person is told of their own appointments of today that they may still
// come to, and it is no duplicate to ask again.
func TestList(t *testing.T) {
	c := newCentreOf(t, &insurer{}, book())
	d := c.fleet.Device(t, "k01")
	for person, want := range map[int][]string{1: {"CCCCCC", "AAAAAA", "BBBBBB"}, 2: {"FFFFFF"}, 3: nil} {
		for range 2 {
			m := c.send(t, d, catalogue.Appointment, gatewaytest.Person(person), map[string]string{"act": catalogue.ActList})
			r, a, _ := c.answers(t, time.Second, m)
			if c.status != request.StatusAccepted {
				t.Errorf("person %d: asking is %s", person, c.status)
			}
			if a.Appointment == nil || a.Appointment.Outcome != request.Listed || len(a.Appointment.Slots) != len(want) || r.Class != request.ClassOK {
				t.Fatalf("person %d: %v", person, a.Appointment)
			}
			for i, s := range a.Appointment.Slots {
				if s.Number != want[i] || s.Specialty != "eye" {
					t.Errorf("person %d: %s, want %s", person, s.Number, want[i])
				}
			}
		}
	}
	m := d.Seal(t, catalogue.Appointment, gatewaytest.Person(1), form(catalogue.Appointment, map[string]string{"act": catalogue.ActList}), claimed)
	reply, err := c.Process(t.Context(), d.Branch, m.Bytes)
	if err != nil || reply.Status != request.StatusHeld {
		t.Errorf("a list for who claims to be somebody: %s, %v", reply.Status, err)
	}
}

// TestListThenArrive: the evidence of one visit serves looking and coming, and coming
// once.
func TestListThenArrive(t *testing.T) {
	c := newCentreOf(t, &insurer{}, book())
	d := c.fleet.Device(t, "k01")
	var first request.Inner
	same := func(_ *request.Outer, i *request.Inner) {
		if first.Visit == "" {
			first = *i
		}
		i.Visit, i.Evidence = first.Visit, first.Evidence
	}
	for range 2 {
		m := c.send(t, d, catalogue.Appointment, gatewaytest.Person(1), map[string]string{"act": catalogue.ActList}, same)
		if _, a, _ := c.answers(t, time.Second, m); a.Appointment == nil {
			t.Fatal("not listed")
		}
	}
	m := c.send(t, d, catalogue.Appointment, gatewaytest.Person(1), arrive("AAAAAA"), same)
	if _, a, _ := c.answers(t, time.Second, m); a.Appointment == nil || a.Appointment.Outcome != request.Arrived {
		t.Error("not arrived")
	}
	again := d.Seal(t, catalogue.Appointment, gatewaytest.Person(1), form(catalogue.Appointment, arrive("BBBBBB")), same)
	if reply, err := c.Process(t.Context(), d.Branch, again.Bytes); err != nil || reply.Status != request.StatusRefused || reply.Reason != "evidence-used-twice" {
		t.Errorf("a second arrival of one visit: %s, %q, %v", reply.Status, reply.Reason, err)
	}
}

// TestArrivalTrouble: in trouble the hospital is asked again, while the person stands
// there; then they are sent to the desk. What was done and not told is done once.
func TestArrivalTrouble(t *testing.T) {
	c := newCentreOf(t, &insurer{}, book())
	d := c.fleet.Device(t, "k01")
	c.losing(2)
	m := c.send(t, d, catalogue.Appointment, gatewaytest.Person(1), arrive("AAAAAA"), anonymous)
	for i := range 3 {
		if _, a, answered := c.answers(t, 3*time.Second, m); answered != (i == 2) || answered && a.Appointment.Outcome != request.Arrived {
			t.Fatalf("try %d: answered %v", i+1, answered)
		}
	}
	if n := c.system.Arrivals(); n != 1 {
		t.Errorf("%d have come", n)
	}
	for _, what := range []string{"away", `{"outcome":"arrived"}`, `{"outcome":"listed","appointments":[]}`, `{"outcome":"welcome"}`, `{"outcome":"early","appointment":{"number":"../x","at":"2026-03-02T07:30:00Z","specialty":"eye"}}`, `{"outcome":"early","appointment":{"number":"AAAAAA","at":"0001-01-01T00:00:00Z","specialty":"eye"}}`} {
		c.answering(func(w http.ResponseWriter, _ *http.Request) {
			if what == "away" {
				w.WriteHeader(http.StatusBadGateway)
			}
			_, _ = io.WriteString(w, what)
		})
		m = c.send(t, d, catalogue.Appointment, gatewaytest.Person(1), arrive("BBBBBB"), anonymous)
		if _, _, answered := c.answers(t, 3*time.Second, m); answered {
			t.Errorf("%s: is taken for an answer", what)
		}
		if r, a, answered := c.answers(t, 30*time.Second, m); !answered || r.Class != request.ClassUnavailable || a.Appointment != nil {
			t.Errorf("%s: the person is not sent to the desk", what)
		}
	}
}

// TestForeignNumber: a number that no code carries is not put into an address.
func TestForeignNumber(t *testing.T) {
	c := newCentreOf(t, &insurer{}, book())
	asked := c.answering(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	m := c.send(t, c.fleet.Device(t, "k01"), catalogue.Appointment, gatewaytest.Person(1), arrive("../../x"), anonymous)
	if _, a, _ := c.answers(t, 0, m); a.Appointment == nil || a.Appointment.Outcome != request.NoSuch || asked.Load() != 0 {
		t.Error("the hospital was asked")
	}
}
