package vaccination

import (
	"context"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/immunisation"
	"motcua/protocol/request"
)

// dose records a dose (V03). The person's card, the officer on duty and that these are
// not one were checked by the gateway.
func (s *Service) dose(ctx context.Context, r gateway.Request, a answers) (gateway.Outcome, error) {
	at, err := moment(r, r.Inner.Evidence.CapturedAt)
	if err != nil {
		return gateway.Outcome{}, err
	}
	st, err := s.known(ctx, a.text("session"))
	if err != nil {
		return gateway.Outcome{}, err
	}
	if err := inSession(st, r, at); err != nil {
		return gateway.Outcome{}, err
	}
	wanted := immunisation.Dose{
		Request: r.Outer.ID, Session: st.Session.ID, Facility: r.Outer.Facility, Device: r.Outer.Device, Officer: r.Inner.Officer.Ref,
		Subject: *r.Inner.Subject, Antigen: a.text("antigen"), Number: a.number("dose"), Site: a.text("site"), Reaction: a.text("reaction"),
		At: at.UnixMilli(),
	}
	if wanted.Lot, err = lotFor(st.Session, a, at); err != nil {
		return gateway.Outcome{}, err
	}
	if err := s.inOrder(ctx, r, wanted); err != nil {
		return gateway.Outcome{}, err
	}
	if wanted, err = immunisation.Seal(s.Sealer, wanted); err != nil {
		return gateway.Outcome{}, err
	}
	had, err := ask[immunisation.DoseState](ctx, s.Registry, immunisation.VerbRecord, wanted)
	if err != nil {
		return gateway.Outcome{}, err
	}
	if immunisation.Check(s.Sealer, had.Dose) != nil {
		return gateway.Outcome{}, refuse(immunisation.RecordForged)
	}
	return filed(r, had.Dose.ID, had.Dose.ID != wanted.ID), nil
}

// inSession holds the dose against the session: the same device, facility and officer,
// at a time when it was open. When a nonce of the centre dates the card, it was not read
// before that was given out.
func inSession(st immunisation.SessionState, r gateway.Request, at time.Time) error {
	v := st.Session
	switch {
	case v.Facility != r.Outer.Facility:
		return refuse(immunisation.SessionElsewhere)
	case v.Device != r.Outer.Device:
		return refuse(immunisation.SessionOtherKit)
	case v.Officer != r.Inner.Officer.Ref:
		return refuse(immunisation.SessionOtherOne)
	case st.Revoked != 0:
		return refuse(immunisation.SessionRevoked)
	case at.UnixMilli() < v.Opened, at.UnixMilli() > st.End(), r.From > st.End():
		return refuse(immunisation.OutsideSession)
	case r.Came-at.UnixMilli() > LateMost.Milliseconds():
		return refuse(immunisation.DoseTooLate)
	}
	return nil
}

func lotFor(v immunisation.Session, a answers, at time.Time) (immunisation.Lot, error) {
	l, found := v.Lot(a.text("lot"))
	switch {
	case !found:
		return l, refuse(immunisation.LotNotInSession)
	case l.Antigen != a.text("antigen"):
		return l, refuse(immunisation.LotOtherAntigen)
	case l.Expires < dayOf(at):
		return l, refuse(immunisation.LotExpired)
	case a.number("dose") > l.Doses:
		return l, refuse(immunisation.DoseBeyond)
	}
	return l, nil
}

// inOrder: the dose before was recorded, and long enough ago.
func (s *Service) inOrder(ctx context.Context, r gateway.Request, d immunisation.Dose) error {
	if d.Number <= 1 {
		return nil
	}
	history, err := s.history(ctx, r, d.Subject.Number, d.Antigen)
	if err != nil {
		return err
	}
	for _, had := range history {
		if had.Dose.Number != d.Number-1 || had.Revoked != 0 {
			continue
		}
		if time.UnixMilli(had.Dose.At).AddDate(0, 0, int(d.Lot.Pause)).After(time.UnixMilli(d.At)) {
			return refuse(immunisation.DoseTooEarly)
		}
		return nil
	}
	return refuse(immunisation.DoseOutOfOrder)
}

// history is a person's doses that the centre has had recorded. Others count for
// nothing, and raise an alarm.
func (s *Service) history(ctx context.Context, r gateway.Request, number, antigen string) ([]immunisation.DoseState, error) {
	all, err := ask[[]immunisation.DoseState](ctx, s.Registry, immunisation.VerbHistory, immunisation.Whose{Number: number, Antigen: antigen})
	if err != nil {
		return nil, err
	}
	var good []immunisation.DoseState
	for _, d := range all {
		if immunisation.Check(s.Sealer, d.Dose) != nil || d.Dose.Subject.Number != number {
			s.alarm(ctx, r)
			continue
		}
		good = append(good, d)
	}
	return good, nil
}

// filed is the answer of a service that gives a number.
func filed(r gateway.Request, no string, again bool) gateway.Outcome {
	kind, _ := catalogue.Lookup(r.Outer.Service)
	return gateway.Outcome{Class: request.ClassOK, Answer: &request.Answer{
		Filed: &request.AnswerFiled{No: no, Next: kind.Next.In(r.Inner.Lang), Again: again},
	}}
}
