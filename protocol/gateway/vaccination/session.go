package vaccination

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/immunisation"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/workday"
)

// session opens or closes a session (V02).
func (s *Service) session(ctx context.Context, r gateway.Request, a answers) (gateway.Outcome, error) {
	at, err := moment(r, r.Outer.CreatedAt)
	if err != nil {
		return gateway.Outcome{}, err
	}
	if r.Came-at.UnixMilli() > onlineMost.Milliseconds() { // it is never queued
		return gateway.Outcome{}, refuse(immunisation.TimeUnknown)
	}
	if a.text("act") == "close" {
		return s.close(ctx, r, a, at)
	}
	plan, approval, err := s.plan(ctx, r, a)
	if err != nil {
		return gateway.Outcome{}, err
	}
	lots, err := fits(plan, r, a, at)
	if err != nil {
		return gateway.Outcome{}, err
	}
	o := r.Inner.Officer
	wanted, err := immunisation.Seal(s.Sealer, immunisation.Session{
		Request: r.Outer.ID, Plan: plan.ID, Approval: approval, Facility: plan.Facility, Device: r.Outer.Device,
		Officer: o.Ref, Duty: o.Session, Place: plan.Place, Opened: at.UnixMilli(), Until: until(at).UnixMilli(), Lots: lots, Most: plan.Most,
	})
	if err != nil {
		return gateway.Outcome{}, err
	}
	st, err := ask[immunisation.SessionState](ctx, s.Registry, immunisation.VerbOpen, wanted)
	if err != nil {
		return gateway.Outcome{}, err
	}
	had := st.Session
	switch {
	case immunisation.Check(s.Sealer, had) != nil:
		return gateway.Outcome{}, refuse(immunisation.RecordForged)
	case st.Revoked != 0:
		return gateway.Outcome{}, refuse(immunisation.SessionRevoked)
	case had.ID != wanted.ID && (had.Device != wanted.Device || had.Officer != wanted.Officer || at.UnixMilli() >= st.End()):
		return gateway.Outcome{}, refuse(immunisation.PlanUsed)
	}
	return sessionAnswer(st, at, nil, had.ID != wanted.ID), nil
}

// plan is the approved plan that the form names.
func (s *Service) plan(ctx context.Context, r gateway.Request, a answers) (immunisation.Plan, request.Digest, error) {
	var none immunisation.Plan
	planned, err := askByName[immunisation.Planned](ctx, s.Registry, immunisation.VerbPlan, a.text("plan"))
	if err != nil {
		return none, request.Digest{}, err
	}
	if len(planned.Approval) == 0 {
		return none, request.Digest{}, refuse(immunisation.PlanNotApproved)
	}
	approval, by, found := s.approver(planned.Approval)
	digest := immunisation.ApprovalDigest(planned.Approval)
	switch {
	case !found || approval.Plan.ID != a.text("plan"):
		return none, digest, refuse(immunisation.ApprovalForged)
	case a.differs(catalogue.FieldApprover, approval.By()), a.differs("approval", hex.EncodeToString(digest[:])):
		return none, digest, refuse(immunisation.ApprovalDiffers)
	case by.Card == roster.CardOf(r.Inner.Evidence.SOD):
		return none, digest, refuse(immunisation.ApprovedBySelf)
	}
	return approval.Plan, digest, nil
}

// approver finds who of the roster has signed an approval, in their time.
func (s *Service) approver(b []byte) (immunisation.Approval, roster.Officer, bool) {
	for _, o := range s.Approvers() {
		a, err := immunisation.OpenApproval(b, ed25519.PublicKey(o.Key[:]))
		at := time.Unix(a.At, 0)
		if err == nil && a.Facility == o.Facility && a.Ref == o.Ref && !at.Before(o.From) && at.Before(o.Until) {
			return a, o, true
		}
	}
	return immunisation.Approval{}, roster.Officer{}, false
}

// fits holds what is to be opened against the plan, and gives the lots of the session.
func fits(p immunisation.Plan, r gateway.Request, a answers, at time.Time) ([]immunisation.Lot, error) {
	switch {
	case p.Facility != r.Outer.Facility:
		return nil, refuse(immunisation.PlanElsewhere)
	case p.Day != dayOf(at):
		return nil, refuse(immunisation.PlanOtherDay)
	case a.differs("place", p.Place):
		return nil, refuse(immunisation.PlaceDiffers)
	}
	lots, err := lotsOf(p, a.list("lots"))
	if err != nil {
		return nil, err
	}
	antigens := a.list("antigens")
	if len(antigens) == 0 {
		return lots, nil
	}
	for _, antigen := range antigens {
		if !slices.ContainsFunc(lots, func(l immunisation.Lot) bool { return l.Antigen == antigen }) {
			return nil, refuse(immunisation.AntigenNot)
		}
	}
	if slices.ContainsFunc(lots, func(l immunisation.Lot) bool { return !slices.Contains(antigens, l.Antigen) }) {
		return nil, refuse(immunisation.AntigenNot)
	}
	return lots, nil
}

// lotsOf are the lots that are wanted, or without a wish all of the plan that may still
// be given.
func lotsOf(p immunisation.Plan, wanted []string) ([]immunisation.Lot, error) {
	var lots []immunisation.Lot
	for _, id := range wanted {
		l, found := p.Lot(id)
		switch {
		case !found:
			return nil, refuse(immunisation.LotNotPlanned)
		case l.Expires < p.Day:
			return nil, refuse(immunisation.LotExpired)
		}
		lots = append(lots, l)
	}
	if len(wanted) > 0 {
		return lots, nil
	}
	for _, l := range p.Lots {
		if l.Expires >= p.Day {
			lots = append(lots, l)
		}
	}
	if len(lots) == 0 {
		return nil, refuse(immunisation.LotExpired)
	}
	return lots, nil
}

// until is the end of a session that is opened now: after twelve hours, or with the day.
func until(at time.Time) time.Time {
	y, m, d := at.In(workday.Zone()).Date()
	midnight := time.Date(y, m, d+1, 0, 0, 0, 0, workday.Zone())
	if end := at.Add(SessionMost); end.Before(midnight) {
		return end
	}
	return midnight
}

// close ends a session of the facility, and names the doses that are to be attested: who
// closes a closed one is told the present ones.
func (s *Service) close(ctx context.Context, r gateway.Request, a answers, at time.Time) (gateway.Outcome, error) {
	st, err := s.known(ctx, a.text("session"))
	switch {
	case err != nil:
		return gateway.Outcome{}, err
	case st.Session.Facility != r.Outer.Facility:
		return gateway.Outcome{}, refuse(immunisation.SessionElsewhere)
	case st.Session.Plan != a.text("plan"):
		return gateway.Outcome{}, refuse(immunisation.SessionUnknown)
	}
	again := st.Closed != 0
	end := max(st.Session.Opened, min(at.UnixMilli(), st.Session.Until))
	st, err = ask[immunisation.SessionState](ctx, s.Registry, immunisation.VerbClose, immunisation.Closing{
		Session: st.Session.ID, Officer: r.Inner.Officer.Ref, At: end,
	})
	if err != nil {
		return gateway.Outcome{}, err
	}
	b, err := s.unattested(ctx, st.Session.ID)
	if err != nil {
		return gateway.Outcome{}, err
	}
	return sessionAnswer(st, at, b, again), nil
}

// known is a session of the registry that the centre has opened.
func (s *Service) known(ctx context.Context, id string) (immunisation.SessionState, error) {
	st, err := askByName[immunisation.SessionState](ctx, s.Registry, immunisation.VerbSession, id)
	if err != nil {
		return st, err
	}
	if st.Session.ID != id || immunisation.Check(s.Sealer, st.Session) != nil {
		return st, refuse(immunisation.RecordForged)
	}
	return st, nil
}

// unattested is the batch of a session's doses that nobody has attested; nil: there are
// none.
func (s *Service) unattested(ctx context.Context, session string) (*immunisation.Batch, error) {
	doses, err := askByName[[]immunisation.DoseState](ctx, s.Registry, immunisation.VerbDosesOf, session)
	if err != nil {
		return nil, err
	}
	b := immunisation.Batch{Session: session}
	for _, d := range doses {
		switch {
		case immunisation.Check(s.Sealer, d.Dose) != nil || d.Dose.Session != session:
			return nil, refuse(immunisation.RecordForged)
		case d.Batch == "" && d.Revoked == 0:
			b.Doses = append(b.Doses, d.Dose.ID)
		}
	}
	if len(b.Doses) == 0 {
		return nil, nil
	}
	slices.Sort(b.Doses)
	b.Root = immunisation.RootOf(b.Doses)
	_, err = ask[immunisation.BatchState](ctx, s.Registry, immunisation.VerbBatch, b)
	return &b, err
}

func sessionAnswer(st immunisation.SessionState, at time.Time, b *immunisation.Batch, again bool) gateway.Outcome {
	v := request.AnswerSession{
		Session: st.Session.ID, Plan: st.Session.Plan, Open: at.UnixMilli() < st.End(), Until: st.End(),
		Doses: uint32(st.Doses), Most: uint32(st.Session.Most), Again: again,
	}
	for _, l := range st.Session.Lots {
		v.Lots = append(v.Lots, request.SessionLot{Lot: l.Lot, Antigen: l.Antigen})
	}
	if b != nil {
		v.Batch, v.Records = b.Root, uint32(len(b.Doses))
	}
	return gateway.Outcome{Class: request.ClassOK, Answer: &request.Answer{Session: &v}}
}
