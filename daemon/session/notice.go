package session

import (
	"time"

	"motcua/protocol/anomaly"
	"motcua/protocol/catalogue"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// edge applies the rules that a kiosk can apply by itself to what it sends. It remembers
// times and keyed hashes, for as long as they are of use and no longer than the program
// runs.
type edge struct {
	rules anomaly.Policy
	known map[anomaly.Place]remembered
	made  time.Time // of the request before, by the clock that can be turned
}

type remembered struct {
	trace anomaly.Trace
	until time.Time
}

func newEdge() edge {
	return edge{rules: anomaly.Default().AtEdge(), known: map[anomaly.Place]remembered{}}
}

// notice tells which rules a request meets.
func (e *edge) notice(f anomaly.Fact) []anomaly.Rule {
	for at, r := range e.known {
		if !r.until.After(f.At) {
			delete(e.known, at)
		}
	}
	f.Before, e.made = e.made, f.Made
	hits, notes := e.rules.Judge(f, func(at anomaly.Place) anomaly.Trace { return e.known[at].trace })
	for _, n := range notes {
		e.known[n.Place] = remembered{n.Trace, n.Until}
	}
	return hits
}

// noticed are the rules that a request meets as far as the kiosk can tell. It goes into
// the request, for the centre, and into the audit log, and changes nothing here: a kiosk
// is no judge of its own officer.
func (s *Session) noticed(svc catalogue.Service, in request.Inner, now time.Time) (words []string) {
	d := s.cfg.Device
	now = now.Round(0) // a turn of the clock has to show
	f := anomaly.Fact{
		Service: svc.ID, Province: d.Province, Facility: d.Facility, Device: d.ID,
		At: now, Made: now, Captured: time.UnixMilli(in.Evidence.CapturedAt), Dated: s.clock().Trust != request.ClockUnset,
	}
	if in.Subject != nil {
		f.Subject = s.subjectHash(in.Subject.Number)
	}
	if o := in.Officer; o != nil {
		f.Officer = anomaly.TagOf("officer", o.Ref)
		f.Own = svc.Duty && in.Subject != nil && s.isCardOf(o.Ref) // their own act is about nobody
	}
	for _, r := range s.edge.notice(f) {
		words = append(words, string(r))
	}
	if len(words) > 0 {
		s.log.Warn("noticed", "visit", s.visit.id, "service", svc.ID, "rules", words)
		s.note(Note{About: AboutNoticed, Service: svc.ID, Reasons: words})
	}
	return words
}

// isCardOf tells whether the card that was read is that of an officer.
func (s *Session) isCardOf(ref string) bool {
	doc := s.visit.chip.doc
	if doc == nil {
		return false
	}
	holder, listed := s.cfg.Duty.Holder(roster.CardOf(doc.SOD))
	return listed && holder.Ref == ref
}
