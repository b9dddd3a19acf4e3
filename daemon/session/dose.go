package session

import (
	"slices"

	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/immunisation"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// sessionOf is the vaccination session in which the officer on duty may record doses.
func (s *Session) sessionOf() (VaccineSession, bool) {
	v, open := s.cfg.Vaccines.Open()
	o, on := s.cfg.Duty.OnDuty()
	return v, open && on && o.Ref == v.Officer
}

// beginDose begins the form of a dose with what the session says: which it is, even if it
// ends before the form does, and its only antigen. What it does not have cannot be given.
func (s *Session) beginDose(f *form) {
	v, open := s.sessionOf()
	f.lots = slices.Clone(v.Lots)
	if !open {
		return
	}
	f.values["session"] = request.TextValue(v.ID)
	if only := f.antigens(); len(only) == 1 {
		f.values["antigen"] = request.TextValue(only[0])
	}
}

// antigens are those of the session.
func (f *form) antigens() (ids []string) {
	for _, l := range f.lots {
		if !slices.Contains(ids, l.Antigen) {
			ids = append(ids, l.Antigen)
		}
	}
	return ids
}

// lotsOf are the session's lots of the antigen that was chosen.
func (f *form) lotsOf() (ids []string) {
	antigen, _ := f.values["antigen"].Text()
	for _, l := range f.lots {
		if l.Antigen == antigen {
			ids = append(ids, l.Lot)
		}
	}
	return ids
}

// inStock tells whether an answer is something that the session has.
func (f *form) inStock(q catalogue.Field, text string) bool {
	return f.svc.ID != catalogue.RecordDose || q.ID != "lot" || slices.Contains(f.lotsOf(), text)
}

// refusedWhy tells a refusal that came after the centre had taken the request, in the
// words of its reason.
func (s *Session) refusedWhy(r request.Result) bool {
	if len(r.Codes) == 0 || r.Class == request.ClassOK {
		return false
	}
	e, known := immunisation.Explain(immunisation.Reason(r.Codes[0]))
	if !known {
		return false
	}
	s.story("refused", "service", s.visit.service, "reason", string(e.Reason))
	s.fail(Refused, fault.Refused)
	s.visit.problem.Said = &local.Said{VI: e.VI, EN: e.EN}
	return true
}
