package hospitalsystem

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"motcua/protocol/gateway/hospital"
	"motcua/protocol/simcentral/trouble"
)

// System answers as a hospital's system does. It is an http.Handler.
type System struct {
	scenario Scenario
	rooms    []Room
	now      func() time.Time
	began    time.Time

	mu         sync.Mutex
	records    map[string][]byte
	troubles   []trouble.Kind
	puts       int
	registered map[string]registration
	book       []*booking // by time
	queues     map[string]*queue
	stays      int
}

// New makes a system that starts now.
func New(s Scenario, now func() time.Time) *System {
	system := &System{
		scenario: s, rooms: s.Rooms, now: now, began: now(), troubles: slices.Clone(s.Troubles),
		records: map[string][]byte{}, registered: map[string]registration{}, queues: map[string]*queue{},
	}
	if len(system.rooms) == 0 {
		system.rooms = Rooms()
	}
	for _, a := range s.Appointments {
		system.book = append(system.book, &booking{Appointment: a, at: system.began.Add(time.Duration(a.In))})
	}
	slices.SortStableFunc(system.book, func(a, b *booking) int { return a.at.Compare(b.at) })
	return system
}

// ServeHTTP implements http.Handler.
func (s *System) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Demo", "true")
	given := []byte(r.Header.Get("Authorization"))
	serve := s.handler(r.Method, r.URL.Path)
	switch {
	case serve == nil:
		w.WriteHeader(http.StatusNotFound)
	case subtle.ConstantTimeCompare(given, []byte("Bearer "+s.scenario.Token)) != 1:
		w.WriteHeader(http.StatusUnauthorized)
	default:
		serve(w, r)
	}
}

// handler is what answers a question; nil: nothing does.
func (s *System) handler(method, path string) http.HandlerFunc {
	if stay, ok := strings.CutPrefix(path, hospital.Path); ok && stay != "" {
		return s.record(method, stay)
	}
	if key, ok := strings.CutPrefix(path, hospital.PathRegistrations); ok && key != "" {
		return s.only(method, http.MethodPut, func(w http.ResponseWriter, r *http.Request) { s.register(w, r, key) })
	}
	if path == hospital.PathBills {
		return s.only(method, http.MethodPost, s.bill)
	}
	if path == hospital.PathAppointments {
		return s.only(method, http.MethodPost, s.find)
	}
	number, ok := strings.CutPrefix(path, hospital.PathAppointments+"/")
	number, arrives := strings.CutSuffix(number, hospital.PathArrival)
	if !ok || !arrives {
		return nil
	}
	return s.only(method, http.MethodPut, func(w http.ResponseWriter, r *http.Request) { s.arrive(w, r, number) })
}

// only answers questions of one method, when no trouble befalls them.
func (s *System) only(method, wanted string, serve http.HandlerFunc) http.HandlerFunc {
	if method != wanted {
		return notAllowed
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.troubled(w, r) {
			serve(w, r)
		}
	}
}

func notAllowed(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMethodNotAllowed) }

// troubled plays the next trouble, and tells whether it was the answer.
func (s *System) troubled(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	var t trouble.Kind
	if len(s.troubles) > 0 {
		t, s.troubles = s.troubles[0], s.troubles[1:]
	}
	s.mu.Unlock()
	return trouble.Wait(r.Context(), s.scenario.Delay) != nil || trouble.Befall(w, r, t)
}

// mostQuestion is the most bytes of a question.
const mostQuestion = 16 << 10

// read reads a question, or says that it is none.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostQuestion))
	dec.DisallowUnknownFields()
	if dec.Decode(into) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return false
	}
	return true
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
