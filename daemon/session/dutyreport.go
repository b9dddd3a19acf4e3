package session

import (
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// mayTellDuty: the centre is to be told of the session, and what its officer gave in this
// visit is enough for it.
func (s *Session) mayTellDuty() bool {
	v := s.visit
	return s.offers(catalogue.DutySession) && v.duty.officer.Role == string(catalogue.RoleOfficer) &&
		request.LevelOf(v.proven()).AtLeast(demand(catalogue.DutySession).Evidence)
}

// dutyBegun tells the centre of a session that was opened in this visit. One that was
// opened without a finger proves too little to be told.
func (s *Session) dutyBegun() {
	d := &s.visit.duty
	switch {
	case !s.offers(catalogue.DutySession) || d.officer.Role != string(catalogue.RoleOfficer) || d.report != local.ReportNone && d.told == d.officer.Session:
	case s.mayTellDuty():
		s.reportDuty("open", func() {})
	default:
		d.report = local.ReportLacking
	}
}

// reportDuty saves what is told of the session (O02); it is sent when there is a
// connection. then follows.
func (s *Session) reportDuty(act string, then func()) {
	v, d := s.visit, &s.visit.duty
	values := map[string]request.Value{
		"act": request.TextValue(act), "officer": request.TextValue(d.officer.Ref), "devices": request.TextValue(s.cfg.Device.ID),
		"shift": request.TextValue(d.officer.Session), "roster": request.NumberValue(s.cfg.Duty.Serial()),
	}
	if act == "open" {
		values["until"] = request.TextValue(d.until.In(workday.Zone()).Format("02/01/2006 15:04"))
	}
	s.freshProof(catalogue.DutySession, func(err error) {
		if err != nil {
			s.log.Warn("the officer's card does not prove itself", "visit", v.id, "err", err)
			d.report = local.ReportUnsaved
		} else {
			s.saveDuty(values)
		}
		then()
	})
}

func (s *Session) saveDuty(values map[string]request.Value) {
	v, d := s.visit, &s.visit.duty
	svc, _ := catalogue.Lookup(catalogue.DutySession)
	c, err := s.compose(svc.ID, request.GenericForm{Entry: svc.Entry(), Values: values})
	if wrong := svc.Validate(values); err == nil && len(wrong) > 0 {
		err = wrong[0]
	}
	if err != nil {
		s.log.Error("composing what is told of a duty session", "visit", v.id, "err", err)
		d.report = local.ReportUnsaved
		return
	}
	d.reported, d.told = c.draft.ID, d.officer.Session
	s.save(c, func(seq uint64, err error) {
		if err != nil {
			s.log.Error("saving what is told of a duty session", "visit", v.id, "err", err)
			d.report = local.ReportUnsaved
			return
		}
		d.report = local.ReportSaved
		s.story("queued", "service", svc.ID, "seq", seq, "id", c.draft.ID.String())
	})
}

// dutyReceipt takes the centre's receipt for it.
func (s *Session) dutyReceipt(r request.Receipt) {
	d := &s.visit.duty
	switch r.Status {
	case request.StatusAccepted, request.StatusDuplicate, request.StatusHeld:
		d.report = local.ReportReceived
	case request.StatusRefused, request.StatusExpired:
		s.log.Warn("the centre does not take what it is told of a duty session", "visit", s.visit.id, "code", string(r.Code))
		d.report = local.ReportRefused
	}
	s.attend(time.Now())
}
