package hospital

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/checkin"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Service is a check-in whose records go to the hospital's system. It answers what
// CheckIn answers.
type Service struct {
	CheckIn gateway.Follower
	System  *System
}

// Patience implements gateway.Follower. A record is of use while the person may still
// be there, and for the day's books.
func (s *Service) Patience() gateway.Retry {
	p := s.CheckIn.Patience()
	return gateway.Retry{Attempts: 1 << 20, First: time.Second, Most: p.Most, Within: 72 * time.Hour, Timeout: p.Timeout}
}

// memory is what is kept of a check-in until all is told: nothing about the person.
type memory struct {
	Stay string `json:"stay"`
	At   int64  `json:"at"`   // unix milliseconds
	Told bool   `json:"told"` // the hospital has the record
	More bool   `json:"more"` // the check-in's own answer is not whole yet
	Till int64  `json:"till"` // when the check-in's own patience ends
}

func place(r gateway.Request) string { return "hospital/told/" + r.Outer.ID.String() }

// Handle implements gateway.Follower.
func (s *Service) Handle(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	out, err := s.CheckIn.Handle(ctx, st, r)
	if err != nil || out.Answer == nil || out.Answer.CheckIn == nil || out.Answer.CheckIn.Again {
		return out, err // who comes again has a record
	}
	m := memory{
		Stay: out.Answer.CheckIn.CheckInID, At: r.Now.UnixMilli(), More: out.More,
		Till: r.Now.Add(s.CheckIn.Patience().Within).UnixMilli(),
	}
	out.More = true
	return out, m.keep(st, r)
}

func (m memory) keep(st gateway.State, r gateway.Request) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return st.Set(place(r), b)
}

// Follow implements gateway.Follower: the hospital is told at once, and again when
// the insurer has answered late.
func (s *Service) Follow(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	b, found, err := st.Get(place(r))
	if err != nil {
		return gateway.Outcome{}, err
	}
	if !found {
		return s.CheckIn.Follow(ctx, st, r)
	}
	var m memory
	if err := json.Unmarshal(b, &m); err != nil {
		return gateway.Outcome{}, fmt.Errorf("reading what the hospital was told: %w", err)
	}
	if !m.Told {
		if err := s.tell(ctx, m, r, nil); err != nil {
			return gateway.Outcome{}, err
		}
		m.Told = true
		return gateway.Outcome{More: m.More}, m.keep(st, r)
	}
	if r.Now.UnixMilli() > m.Till {
		return gateway.Outcome{}, nil
	}
	out, err := s.CheckIn.Follow(ctx, st, r)
	if err != nil || out.Answer == nil || out.Answer.CheckIn == nil {
		return out, err
	}
	return out, s.tell(ctx, m, r, out.Answer.CheckIn.Insurance)
}

// tell makes the record of the sealed request and hands it over.
func (s *Service) tell(ctx context.Context, m memory, r gateway.Request, i *request.AnswerInsurance) error {
	form, ok := r.Form.(request.CheckIn)
	if !ok || r.Inner.Subject == nil {
		return errors.New("telling the hospital's system: not the form of a check-in")
	}
	record, err := checkin.New(checkin.Made{
		Stay: m.Stay, Facility: r.Outer.Facility, Subject: *r.Inner.Subject, Seen: form.Insurance, Insurance: i, At: time.UnixMilli(m.At),
	})
	if err != nil {
		return err
	}
	return s.System.Tell(ctx, record)
}
