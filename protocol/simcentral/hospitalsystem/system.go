package hospitalsystem

import (
	"crypto/subtle"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"motcua/protocol/checkin"
	"motcua/protocol/gateway/hospital"
	"motcua/protocol/simcentral/trouble"
)

// System takes records as a hospital's system does. It is an http.Handler: PUT keeps
// the record of a stay, GET shows it as it came.
type System struct {
	token string

	mu       sync.Mutex
	records  map[string][]byte
	troubles []trouble.Kind
	puts     int
}

// New makes a system.
func New(s Scenario) *System {
	return &System{token: s.Token, records: map[string][]byte{}, troubles: slices.Clone(s.Troubles)}
}

// Puts tells how many records came, those that came again included.
func (s *System) Puts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.puts
}

// Stays are the numbers of the stays that are known.
func (s *System) Stays() (all []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for stay := range s.records {
		all = append(all, stay)
	}
	return all
}

// Record is the record of a stay, as it came; nil: there is none.
func (s *System) Record(stay string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.records[stay]
}

// ServeHTTP implements http.Handler.
func (s *System) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Demo", "true")
	stay, ok := strings.CutPrefix(r.URL.Path, hospital.Path)
	given := []byte(r.Header.Get("Authorization"))
	switch {
	case !ok || stay == "":
		w.WriteHeader(http.StatusNotFound)
	case subtle.ConstantTimeCompare(given, []byte("Bearer "+s.token)) != 1:
		w.WriteHeader(http.StatusUnauthorized)
	case r.Method == http.MethodPut:
		s.put(w, r, stay)
	case r.Method == http.MethodGet:
		s.show(w, stay)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (s *System) show(w http.ResponseWriter, stay string) {
	b := s.Record(stay)
	if b == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	_, _ = w.Write(b)
}

func (s *System) put(w http.ResponseWriter, r *http.Request, stay string) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, checkin.Most))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	record, err := checkin.Parse(b)
	if err != nil || record.Stay != stay {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	s.mu.Lock()
	var t trouble.Kind
	if len(s.troubles) > 0 {
		t, s.troubles = s.troubles[0], s.troubles[1:]
	}
	s.mu.Unlock()
	if trouble.Befall(w, r, t) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.puts++
	_, known := s.records[stay]
	s.records[stay] = b
	if known {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.WriteHeader(http.StatusCreated)
}
