package session

import (
	"time"

	"motcua/protocol/local"
	"motcua/protocol/request"
)

// beginVaccineSession asks for the plan of a session that is to be opened; one that is
// open, or was and nobody closed, is closed first.
func (s *Session) beginVaccineSession() {
	had, unclosed := s.cfg.Vaccines.Unclosed()
	if !unclosed {
		s.fillOffice(map[string]request.Value{"act": request.TextValue("open")}, "plan", "lots")
		return
	}
	s.fillOffice(map[string]request.Value{
		"act": request.TextValue("close"), "plan": request.TextValue(had.Plan), "session": request.TextValue(had.ID),
	})
}

// sessionAnswered keeps the session that was opened, or the batch of the one that was
// closed.
func (s *Session) sessionAnswered(a request.AnswerSession, at time.Time) {
	v := s.visit
	out := local.Outcome{Word: local.OutcomeOpened, Session: shownSession(a)}
	var err error
	if act, _ := v.form.values["act"].Text(); act == "close" {
		out.Word = local.OutcomeClosed
		err = s.cfg.Vaccines.Close(a.Session, VaccineBatch{Session: a.Session, Plan: a.Plan, Root: a.Batch, Records: a.Records, Closed: at})
	} else {
		err = s.cfg.Vaccines.Begin(VaccineSession{
			ID: a.Session, Plan: a.Plan, Officer: v.duty.officer.Ref, Lots: a.Lots, From: at, Until: time.UnixMilli(a.Until), Most: a.Most,
		})
	}
	if err != nil {
		s.log.Error("keeping a vaccination session", "visit", v.id, "err", err)
		out.Word = local.OutcomeUnkept
	}
	s.concluded(out)
}

// forgetSession forgets one that the centre does not know.
func (s *Session) forgetSession() {
	had, unclosed := s.cfg.Vaccines.Unclosed()
	if !unclosed {
		return
	}
	if err := s.cfg.Vaccines.Close(had.ID, VaccineBatch{}); err != nil {
		s.log.Error("forgetting a vaccination session", "visit", s.visit.id, "err", err)
	}
}

func shownSession(a request.AnswerSession) *local.VaccineSession {
	out := &local.VaccineSession{
		ID: a.Session, Plan: a.Plan, Until: a.Until, Most: int(min(a.Most, maxShown)), Doses: int(min(a.Doses, maxShown)),
		Batch: a.Batch, Records: int(min(a.Records, maxShown)),
	}
	for _, l := range a.Lots {
		out.Lots = append(out.Lots, l.Lot)
	}
	return out
}
