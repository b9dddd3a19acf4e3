package hospital

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"motcua/protocol/gateway/remote"
)

// Register has a person registered under a key. An error is to be tried again, but for
// [ErrNotTaken].
func (s *System) Register(ctx context.Context, key string, r Registration) (out Registered, err error) {
	return out, s.ask(ctx, http.MethodPut, PathRegistrations+key, r, &out)
}

// Find asks for a person's appointments of the day. An error is to be tried again.
func (s *System) Find(ctx context.Context, q Search) (out Appointments, err error) {
	return out, s.ask(ctx, http.MethodPost, PathAppointments, q, &out)
}

// Arrive tells that somebody has come. An error is to be tried again.
func (s *System) Arrive(ctx context.Context, number string, c Coming) (out Welcome, err error) {
	return out, s.ask(ctx, http.MethodPut, PathAppointments+"/"+number+PathArrival, c, &out)
}

// Bill asks how a bill stands. An error is to be tried again, but for [ErrNotTaken].
func (s *System) Bill(ctx context.Context, q BillSearch) (out Bill, err error) {
	return out, s.ask(ctx, http.MethodPost, PathBills, q, &out)
}

// ask asks in JSON. No error quotes what was asked or answered.
func (s *System) ask(ctx context.Context, method, path string, body, into any) error {
	status, answer, err := s.client.Ask(ctx, remote.Question{
		Method: method, Path: path, Bearer: s.token, Body: body, Expect: []int{http.StatusCreated, http.StatusUnprocessableEntity},
	})
	switch {
	case err != nil:
		return fmt.Errorf("asking the hospital's system: %w", err)
	case status == http.StatusUnprocessableEntity:
		return ErrNotTaken
	case json.Unmarshal(answer, into) != nil:
		return errAnswer
	}
	return nil
}
