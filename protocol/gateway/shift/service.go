package shift

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// most is how long a session lasts at most, with what clocks may differ.
const most = 12*time.Hour + 5*time.Minute

// Reasons for which what is told is refused, stable words. docs/duty.md has the table.
const (
	NoOfficer = "no-officer"       // the request is made in no session
	Differs   = "session-differs"  // it tells of another session, officer or kiosk than its own
	TooLong   = "session-too-long" // the session is to last longer than any does
)

// Service keeps the sessions.
type Service struct{ Log *slog.Logger }

// kept is what is known of a session. Times are unix milliseconds, by the kiosk's clock
// as far as it knows the centre's.
type kept struct {
	Officer  string `json:"officer"`
	Device   string `json:"device"`
	Facility string `json:"facility"`
	Roster   uint64 `json:"roster"`
	Opened   int64  `json:"opened,omitempty"`
	Until    int64  `json:"until,omitempty"`
	Closed   int64  `json:"closed,omitempty"`
}

// Handle implements gateway.Service.
func (s *Service) Handle(_ context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	form, ok := r.Form.(request.GenericForm)
	if !ok {
		return gateway.Outcome{}, errors.New("duty: not the form of this service")
	}
	o := r.Inner.Officer
	switch {
	case o == nil:
		return refused(NoOfficer), nil
	case r.Text("officer") != o.Ref, r.Text("shift") != o.Session, r.Text("devices") != r.Outer.Device:
		return refused(Differs), nil
	}
	at := r.Outer.CreatedAt + r.Outer.Clock.OffsetMS
	next := kept{Officer: o.Ref, Device: r.Outer.Device, Facility: r.Outer.Facility}
	key := "duty/" + r.Outer.Device + "/" + o.Session
	if err := load(st, key, &next); err != nil {
		return gateway.Outcome{}, err
	}
	next.Roster, _ = form.Values["roster"].Number()
	before := next
	switch r.Text("act") {
	case "open":
		until, err := time.ParseInLocation("02/01/2006 15:04", r.Text("until"), workday.Zone())
		if err != nil || until.UnixMilli()-r.Outer.CreatedAt > most.Milliseconds() {
			return refused(TooLong), nil
		}
		if next.Opened == 0 {
			next.Opened, next.Until = at, until.UnixMilli()+r.Outer.Clock.OffsetMS
		}
	default:
		if next.Closed == 0 {
			next.Closed = at
		}
	}
	s.Log.Info("duty", "officer", o.Ref, "device", r.Outer.Device, "act", r.Text("act"), "roster", next.Roster)
	return filed(r, o.Session, next == before), save(st, key, next)
}

func refused(why string) gateway.Outcome {
	return gateway.Outcome{Status: request.StatusRefused, Reason: why, Class: request.ClassReception, Codes: []string{why}}
}

func filed(r gateway.Request, session string, again bool) gateway.Outcome {
	kind, _ := catalogue.Lookup(catalogue.DutySession)
	return gateway.Outcome{Class: request.ClassOK, Answer: &request.Answer{
		Filed: &request.AnswerFiled{No: session, Next: kind.Next.In(r.Inner.Lang), Again: again},
	}}
}

func load(st gateway.State, key string, into *kept) error {
	b, found, err := st.Get(key)
	if err != nil || !found {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("reading a duty session: %w", err)
	}
	return nil
}

func save(st gateway.State, key string, k kept) error {
	b, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return st.Set(key, b)
}
