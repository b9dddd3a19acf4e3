package hospitalsystem

import (
	"net/http"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/hospital"
	"motcua/protocol/request"
)

// booking is an appointment in the book.
type booking struct {
	Appointment
	at      time.Time
	welcome *hospital.Welcome // given to who has come
}

func (a *booking) told() *hospital.Appointment {
	return &hospital.Appointment{Number: a.Number, At: a.at, Specialty: a.Specialty}
}

// find tells a person's appointments of today that were not cancelled.
func (s *System) find(w http.ResponseWriter, r *http.Request) {
	var q hospital.Search
	if !read(w, r, &q) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out hospital.Appointments
	for _, a := range s.book {
		if a.Person == q.Person.Number && !a.Cancelled && (s.open(a) || gateway.Date(a.at) == gateway.Date(s.now())) && len(out.Appointments) < request.MaxSlots {
			out.Appointments = append(out.Appointments, *a.told())
		}
	}
	answer(w, http.StatusOK, out)
}

// open tells whether people may come for an appointment now.
func (s *System) open(a *booking) bool {
	now := s.now()
	return !now.Before(a.at.Add(-s.scenario.early())) && !now.After(a.at.Add(s.scenario.late()))
}

// arrive says whether somebody who has come is expected; who comes again is welcomed as
// before.
func (s *System) arrive(w http.ResponseWriter, r *http.Request, number string) {
	var c hospital.Coming
	if !read(w, r, &c) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.appointment(number)
	if a == nil {
		answer(w, http.StatusOK, hospital.Welcome{Outcome: request.NoSuch})
		return
	}
	outcome := s.judge(a, c)
	switch {
	case outcome == request.OtherPerson:
		answer(w, http.StatusOK, hospital.Welcome{Outcome: outcome})
	case outcome != request.Arrived:
		answer(w, http.StatusOK, hospital.Welcome{Outcome: outcome, Appointment: a.told()})
	case a.welcome != nil:
		answer(w, http.StatusOK, *a.welcome)
	default:
		room, sees := s.room(a.Specialty)
		if !sees {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		room.Prefix += "H" // hẹn
		ticket, stay := s.ticket(c.Facility, room, false)
		a.welcome = &hospital.Welcome{Outcome: outcome, Appointment: a.told(), Ticket: &ticket, Stay: stay}
		answer(w, http.StatusCreated, *a.welcome)
	}
}

// judge is the hospital's rule.
func (s *System) judge(a *booking, c hospital.Coming) request.ArrivalOutcome {
	switch {
	case c.Person != nil && c.Person.Number != a.Person:
		return request.OtherPerson
	case a.Cancelled:
		return request.Cancelled
	case a.welcome != nil, s.open(a):
		return request.Arrived
	case gateway.Date(a.at) != gateway.Date(s.now()):
		return request.OtherDay
	case s.now().Before(a.at):
		return request.Early
	}
	return request.Late
}

func (s *System) appointment(number string) *booking {
	for _, a := range s.book {
		if a.Number == number {
			return a
		}
	}
	return nil
}

// Arrivals counts the appointments whose person has come.
func (s *System) Arrivals() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.book {
		if a.welcome != nil {
			n++
		}
	}
	return n
}
