package session_test

import (
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/arrival"
	"motcua/protocol/catalogue"
	"motcua/protocol/code/appointment"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// appointmentCode is the code on a slip of a facility.
func appointmentCode(t *testing.T, facility string) string {
	t.Helper()
	r, err := appointment.Of(facility, "7K2P9M4T")
	if err != nil {
		t.Fatal(err)
	}
	return r.Code()
}

// says is the hospital's answer about an arrival.
func says(o request.ArrivalOutcome) *request.Answer {
	a := &request.AnswerAppointment{Outcome: o}
	if o != request.OtherPerson && o != request.NoSuch {
		a.Slots = []request.Slot{{Number: "7K2P9M4T", At: time.Now().UnixMilli(), Specialty: "eye"}}
	}
	if o == request.Arrived {
		a.Ticket, a.CheckInID = &ticket().CheckIn.Ticket, "CI-1"
	}
	return &request.Answer{Appointment: a}
}

func listed(slots ...request.Slot) *request.Answer {
	return &request.Answer{Appointment: &request.AnswerAppointment{Outcome: request.Listed, Slots: slots}}
}

// values opens the form of a request about an appointment, as the centre does.
func (s saved) values(t *testing.T) (act, number string) {
	t.Helper()
	svc, _ := catalogue.Lookup(catalogue.Appointment)
	form, err := svc.Read(s.inner.Form)
	if err != nil {
		t.Fatalf("the centre would not take it: %v", err)
	}
	values := form.(request.GenericForm).Values
	act, _ = values["act"].Text()
	number, _ = values[catalogue.FieldAppointment].Text()
	return act, number
}

// TestArrival: the code of the slip and one tap; for each outcome the words, the number of
// who is expected, and for everybody else a slip for the desk that tells staff what to do.
func TestArrival(t *testing.T) {
	for _, a := range arrival.Actions() {
		if a.Outcome == arrival.Silent {
			continue
		}
		t.Run(string(a.Outcome), func(t *testing.T) {
			p := &press{}
			visit(t, func(k *kit) {
				k.scan(appointmentCode(t, "h001"))
				k.at(local.StepAgree)
				k.act(local.VerbYes, "")
				k.at(local.StepDone)
				s := k.last(catalogue.Appointment)
				if act, number := s.values(t); act != catalogue.ActArrive || number != "7K2P9M4T" || s.inner.Subject != nil || s.inner.Evidence.Level != request.E1 || len(s.inner.Consent) != 2 {
					t.Errorf("%s %s by %s, %d consents", act, number, s.inner.Evidence.Level, len(s.inner.Consent))
				}
				k.receipt(s, request.StatusAccepted)
				k.result(s, request.ClassOK, says(a.Outcome))
				time.Sleep(6 * time.Second)
				v := k.at(local.StepDone)
				come := a.Outcome == request.Arrived
				if v.Arrival == nil || v.Arrival.TextKey != a.TextKey || (v.Ticket != nil) != come {
					t.Fatalf("told %+v, ticket %v", v.Arrival, v.Ticket != nil)
				}
				slips := p.printed()
				if len(slips) != 1 || strings.Contains(slips[0], "A012") != come || strings.Contains(slips[0], "MC1:") != come {
					t.Fatalf("slips %q", slips)
				}
				if !come && !(strings.Contains(slips[0], a.Staff.EN) && strings.Contains(slips[0], a.Slip.EN) && strings.Contains(slips[0], appointmentCode(t, "h001"))) {
					t.Errorf("the desk is not told: %q", slips[0])
				}
			}, offering(catalogue.CheckIn, catalogue.Appointment), with(p))
		})
	}
}

// TestArrivalByCard: the card names the person, who chooses one of today's appointments;
// the request names them, too.
func TestArrivalByCard(t *testing.T) {
	p := &press{}
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, catalogue.Appointment)
		if q := k.at(local.StepQuestion).Question; q.Field != catalogue.FieldAppointment || !q.Scan || len(q.Slots) != 0 {
			t.Errorf("asked %+v", q)
		}
		k.place()
		k.act(local.VerbKey, "000123")
		k.at(local.StepIdentify)
		k.act(local.VerbYes, "")
		k.at(local.StepLooking)
		search := k.last(catalogue.Appointment)
		if act, number := search.values(t); act != catalogue.ActList || number != "" || search.inner.Subject == nil || search.inner.Evidence.Level != request.E2 {
			t.Errorf("%s by %s", act, search.inner.Evidence.Level)
		}
		k.receipt(search, request.StatusAccepted)
		at := time.Date(2026, 3, 2, 1, 15, 0, 0, time.UTC).UnixMilli()
		k.result(search, request.ClassOK, listed(request.Slot{Number: "7K2P9M4T", At: at, Specialty: "eye"}, request.Slot{Number: "9M4T7K2P", At: at, Specialty: "ent"}))
		q := k.at(local.StepQuestion).Question
		if len(q.Slots) != 2 || q.Slots[0].At != "08:15, 02/03/2026" || q.Choices[1] != "9M4T7K2P" {
			t.Fatalf("asked %+v", q)
		}
		k.act(local.VerbAnswer, "9M4T7K2P")
		s := k.last(catalogue.Appointment)
		if act, number := s.values(t); act != catalogue.ActArrive || number != "9M4T7K2P" || s.inner.Subject == nil || s.inner.Evidence.Level != request.E2 || len(s.inner.Consent) != 2 {
			t.Errorf("%s %s by %s", act, number, s.inner.Evidence.Level)
		}
		k.receipt(s, request.StatusAccepted)
		k.result(s, request.ClassOK, says(request.Arrived))
		if v := k.at(local.StepDone); v.Ticket == nil || v.Ticket.Number != "A012" {
			t.Error("no ticket")
		}
	}, offering(catalogue.Appointment, catalogue.QueueTicket), with(p))
}

// TestArrivalAtTheDesk: without a connection, without an answer, and without an
// appointment the person has a slip for the desk; nothing is queued offline.
func TestArrivalAtTheDesk(t *testing.T) {
	for _, c := range []struct {
		story   string
		do      func(k *kit)
		key     string
		request int
	}{
		{"offline", func(k *kit) {
			k.session.SetLink(session.Link{Code: fault.Offline})
			k.scan(appointmentCode(k.t, "h001"))
		}, "arrival.silent", 0},
		{"offline, from the menu, typed", func(k *kit) {
			k.session.SetLink(session.Link{Code: fault.Offline})
			k.act(local.VerbBegin, catalogue.Appointment)
			k.place()
			k.at(local.StepQuestion) // nobody's card is read for nothing
			k.act(local.VerbAnswer, "7k2p 9m4t 94")
		}, "arrival.silent", 0},
		{"offline before it was sent", func(k *kit) {
			k.scan(appointmentCode(k.t, "h001"))
			k.session.SetLink(session.Link{Code: fault.Offline})
			k.act(local.VerbYes, "")
		}, "arrival.silent", 0},
		{"no answer", func(k *kit) {
			k.scan(appointmentCode(k.t, "h001"))
			k.act(local.VerbYes, "")
			k.receipt(k.last(catalogue.Appointment), request.StatusAccepted)
			if k.at(local.StepDone).Arrival != nil {
				k.t.Error("told before anybody has said anything")
			}
			time.Sleep(9 * time.Second)
		}, "arrival.silent", 1},
		{"the hospital is away, and the centre says so", func(k *kit) {
			k.scan(appointmentCode(k.t, "h001"))
			k.act(local.VerbYes, "")
			k.receipt(k.last(catalogue.Appointment), request.StatusAccepted)
			k.result(k.last(catalogue.Appointment), request.ClassUnavailable, nil)
		}, "arrival.silent", 1},
		{"no appointment today", func(k *kit) {
			k.search()
			k.result(k.last(catalogue.Appointment), request.ClassOK, listed())
		}, "arrival.unknown", 1},
		{"the search is not answered", func(k *kit) {
			k.search()
			time.Sleep(9 * time.Second)
		}, "arrival.silent", 1},
		{"the search is held", func(k *kit) {
			k.search()
			k.receipt(k.last(catalogue.Appointment), request.StatusHeld)
		}, "arrival.silent", 1},
	} {
		t.Run(c.story, func(t *testing.T) {
			p := &press{}
			visit(t, func(k *kit) {
				c.do(k)
				time.Sleep(6 * time.Second)
				v := k.at(local.StepDone)
				if v.Arrival == nil || v.Arrival.TextKey != c.key || v.Ticket != nil || k.count(catalogue.Appointment) != c.request {
					t.Fatalf("told %+v, %d requests", v.Arrival, k.count(catalogue.Appointment))
				}
				if slips := p.printed(); len(slips) != 1 || !strings.Contains(slips[0], "This is no queue number") && !strings.Contains(slips[0], "Đây chưa phải số thứ tự") || strings.Contains(slips[0], "MC1:") {
					t.Errorf("slips %q", slips)
				}
			}, offering(catalogue.Appointment, catalogue.QueueTicket), with(p))
		})
	}
}

// search brings a visit to where the person's appointments are looked for.
func (k *kit) search() {
	k.t.Helper()
	k.act(local.VerbBegin, catalogue.Appointment)
	k.place()
	k.act(local.VerbKey, "000123")
	k.act(local.VerbYes, "")
	k.at(local.StepLooking)
}

// TestAppointmentCodes: a slip of another place, one that is mistyped, and one at a kiosk
// that takes none.
func TestAppointmentCodes(t *testing.T) {
	visit(t, func(k *kit) {
		k.scan(appointmentCode(t, "h002"))
		k.at(session.Attract)
		k.word(local.CodeElsewhere)
		k.act(local.VerbBegin, catalogue.Appointment)
		k.scan(appointmentCode(t, "h002"))
		k.word(local.CodeElsewhere)
		k.act(local.VerbAnswer, "7K2P-9M4T-95")
		if q := k.at(local.StepQuestion).Question; q.Problem == "" {
			t.Error("a mistyped number is taken")
		}
		k.act(local.VerbAnswer, "7K2P-9M4T-94")
		k.at(local.StepAgree)
		k.act(local.VerbBack, "")
		k.at(local.StepQuestion)
	}, offering(catalogue.Appointment, catalogue.QueueTicket))
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, "")
		k.at(local.StepMenu)
		k.scan(appointmentCode(t, "h001"))
		if v := k.at(local.StepAgree); v.Service != catalogue.Appointment {
			t.Errorf("service %s", v.Service)
		}
	}, offering(catalogue.Appointment, catalogue.QueueTicket))
	visit(t, func(k *kit) { // who was read before the menu is named
		k.place()
		k.act(local.VerbKey, "000123")
		k.at(local.StepMenu)
		k.scan(appointmentCode(t, "h001"))
		k.at(local.StepAgree)
		k.act(local.VerbYes, "")
		k.at(local.StepDone)
		if s := k.last(catalogue.Appointment); s.inner.Subject == nil || s.inner.Evidence.Level != request.E2 {
			t.Errorf("evidence %s", s.inner.Evidence.Level)
		}
	}, offering(catalogue.Appointment, catalogue.QueueTicket))
	visit(t, func(k *kit) {
		k.scan(appointmentCode(t, "h001"))
		k.at(session.Attract)
		k.word(local.CodeForeign)
	})
}
