package bhyt

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/insurance"
	"motcua/protocol/request"
)

// Service answers look-ups of cards (H09), and says of people who check in (H01) what
// the insurer says.
type Service struct {
	Portal   *Portal
	Officers *Officers
	// Key makes the names under which answers are remembered for the day.
	Key []byte
	// Raise tells operations that nobody may ask, or that the account is refused.
	Raise func(context.Context, gateway.Alarm)
	Log   *slog.Logger
	Now   func() time.Time
}

// Retry implements gateway.Later: a look-up is tried again while the person waits.
func (s *Service) Retry() gateway.Retry {
	return gateway.Retry{Attempts: 1 << 20, First: time.Second, Most: 2 * time.Second, Within: 10 * time.Minute, Timeout: lookupMost}
}

const (
	// lookupMost is how long one look-up may take, with all that it asks again.
	lookupMost = 20 * time.Second
	// margin is kept for the answer's way to the kiosk, and another try makes sense
	// when it can begin before.
	margin  = time.Second
	another = 2*time.Second + margin
)

var errNotNow = errors.New("the insurer does not answer")

// Handle implements gateway.Later for H09. While the person waits it is an error that
// the insurer does not answer; then it is told.
func (s *Service) Handle(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	form, ok := r.Form.(request.CardValidity)
	if !ok || r.Inner.Subject == nil {
		return gateway.Outcome{}, errors.New("looking a card up: not the form of this service")
	}
	left := waits(r)
	ctx, cancel := context.WithTimeout(ctx, max(left-margin, margin))
	defer cancel()
	a := s.look(ctx, r, form.CardNo)
	if trouble(a.Class) && left > another {
		return gateway.Outcome{}, errNotNow
	}
	if err := s.remember(st, r, a); err != nil {
		return gateway.Outcome{}, err
	}
	return gateway.Outcome{Class: a.Class, Codes: codes(a), Answer: &request.Answer{Insurance: &a}}, nil
}

// waits is how long the person still waits for the answer, by the clock of the centre.
func waits(r gateway.Request) time.Duration {
	if r.Outer.Clock.Trust == request.ClockUnset {
		return another
	}
	return time.UnixMilli(r.Outer.ExpiresAt + r.Outer.Clock.OffsetMS).Sub(r.Now)
}

// trouble tells whether the insurer did not really answer.
func trouble(c request.Class) bool { return c == request.ClassRetry || c == request.ClassUnavailable }

func codes(a request.AnswerInsurance) []string {
	if a.Code == "" {
		return nil
	}
	return []string{a.Code}
}

// look asks in the name of the officer on duty, or of the facility's default, and
// tells operations when nobody may ask. It never fails: no answer is an answer, too.
func (s *Service) look(ctx context.Context, r gateway.Request, card string) request.AnswerInsurance {
	ref := ""
	if o := r.Inner.Officer; o != nil {
		ref = o.Ref
	}
	log := s.Log.With("device", r.Outer.Device, "id", r.Outer.ID.String())
	officer, found, err := s.Officers.Of(r.Outer.Facility, ref)
	if err != nil {
		log.Error("the registered officers count as they were", "fault", err.Error())
	}
	if !found {
		log.Error("nobody may ask the insurer", "officer", ref)
		s.alarm(ctx, r, gateway.AlarmInsurerOfficer)
		return request.AnswerInsurance{Class: request.ClassOps, AsOf: s.Now().UnixMilli()}
	}
	a, err := s.Portal.Look(ctx, *r.Inner.Subject, card, officer)
	if err != nil {
		log.Warn("the insurer does not answer", "fault", err.Error())
		return request.AnswerInsurance{Class: insurance.Silence().Class, AsOf: s.Now().UnixMilli()}
	}
	switch a.Code {
	case "054", "055":
		log.Error("the insurer refuses the officer", "officer", ref, "code", a.Code)
		s.alarm(ctx, r, gateway.AlarmInsurerOfficer)
	case "205", codeAccount:
		log.Error("the insurer refuses the gateway", "code", a.Code)
		s.alarm(ctx, r, gateway.AlarmInsurerAccount)
	}
	return a
}

func (s *Service) alarm(ctx context.Context, r gateway.Request, kind gateway.AlarmKind) {
	s.Raise(context.WithoutCancel(ctx), gateway.Alarm{
		Kind: kind, Device: r.Outer.Device, ID: r.Outer.ID, Seq: r.Outer.Seq, At: s.Now().UnixMilli(), Times: 1,
	})
}

// memory is what is kept of an answer: nothing that tells about whom.
type memory struct {
	Class request.Class `json:"class"`
	Code  string        `json:"code,omitempty"`
	AsOf  int64         `json:"as_of"`
}

// place is where the answer about the person is kept, for this facility and day.
func (s *Service) place(r gateway.Request) string {
	m := hmac.New(sha256.New, s.Key)
	_, _ = fmt.Fprintf(m, "%s\n%s\n%s", r.Outer.Facility, r.Date, r.Inner.Subject.Number)
	return "insurance/answer/" + hex.EncodeToString(m.Sum(nil))
}

func (s *Service) remember(st gateway.State, r gateway.Request, a request.AnswerInsurance) error {
	b, err := json.Marshal(memory{a.Class, a.Code, a.AsOf})
	if err != nil {
		return err
	}
	return st.Set(s.place(r), b)
}

// Known is what the insurer said about the person today, without a card's number;
// again means that it has to be asked, because it was not, or did not answer.
func (s *Service) Known(st gateway.State, r gateway.Request) (a request.AnswerInsurance, again bool, err error) {
	b, found, err := st.Get(s.place(r))
	if err != nil {
		return a, false, err
	}
	if !found {
		return request.AnswerInsurance{Class: request.ClassUnavailable, AsOf: r.Now.UnixMilli()}, true, nil
	}
	var m memory
	if err := json.Unmarshal(b, &m); err != nil {
		return a, false, fmt.Errorf("reading what the insurer said: %w", err)
	}
	return request.AnswerInsurance{Class: m.Class, Code: m.Code, AsOf: m.AsOf}, unsettled(m.Class), nil
}

// unsettled answers are asked for again after the person was served.
func unsettled(c request.Class) bool { return trouble(c) || c == request.ClassOps }

// Ask asks about a person who has been served; an error is to be tried again.
func (s *Service) Ask(ctx context.Context, st gateway.State, r gateway.Request) (request.AnswerInsurance, error) {
	a := s.look(ctx, r, "")
	if unsettled(a.Class) {
		return a, errNotNow
	}
	return a, s.remember(st, r, a)
}
