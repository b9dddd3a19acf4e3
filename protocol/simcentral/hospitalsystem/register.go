package hospitalsystem

import (
	"net/http"
	"slices"

	"motcua/protocol/gateway/hospital"
)

// registration is one that was taken.
type registration struct {
	asked hospital.Registration
	said  hospital.Registered
}

// register takes a registration; the same key has the same answer.
func (s *System) register(w http.ResponseWriter, r *http.Request, key string) {
	var asked hospital.Registration
	if !read(w, r, &asked) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, found := s.registered[key]; found {
		answer(w, http.StatusOK, known.said)
		return
	}
	room, sees := s.room(asked.Specialty)
	if !sees || key == "" || asked.Facility == "" || len(asked.Person.Number) != 12 {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	said := hospital.Registered{Fee: room.Fee}
	said.Ticket, said.Stay = s.ticket(asked.Facility, room, asked.Group != "")
	s.registered[key] = registration{asked, said}
	answer(w, http.StatusCreated, said)
}

// Registrations are the registrations that were taken, in the order of their stays.
func (s *System) Registrations() []hospital.Registration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var taken []registration
	for _, r := range s.registered {
		taken = append(taken, r)
	}
	slices.SortFunc(taken, func(a, b registration) int {
		if a.said.Stay < b.said.Stay {
			return -1
		}
		return 1
	})
	all := make([]hospital.Registration, len(taken))
	for i, r := range taken {
		all[i] = r.asked
	}
	return all
}
