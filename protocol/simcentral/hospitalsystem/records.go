package hospitalsystem

import (
	"io"
	"net/http"

	"motcua/protocol/checkin"
)

// record answers about the record of a stay: PUT keeps it, GET shows it as it came.
func (s *System) record(method, stay string) http.HandlerFunc {
	switch method {
	case http.MethodPut:
		return func(w http.ResponseWriter, r *http.Request) { s.put(w, r, stay) }
	case http.MethodGet:
		return func(w http.ResponseWriter, _ *http.Request) { s.show(w, stay) }
	}
	return notAllowed
}

// Puts tells how many records came, those that came again included.
func (s *System) Puts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.puts
}

// Stays are the numbers of the stays of which there are records.
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
	if s.troubled(w, r) {
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
