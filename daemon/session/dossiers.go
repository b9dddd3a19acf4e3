package session

import (
	"context"

	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// byPerson tells whether the visit looks the dossiers of its person up, and not a slip.
func (s *Session) byPerson() bool {
	v := s.visit
	return v.service == catalogue.DossierStatus && v.person != nil
}

// askDossiers asks the centre for the dossiers of the person whose card was read.
func (s *Session) askDossiers() {
	v := s.visit
	if !s.kiosk.link.Online {
		s.tell(local.Lookup{State: local.LookupSilent})
		return
	}
	v.lookup.timer = s.later(v, s.cfg.Times.AnswerWait, func() { s.unasked("no answer in time") })
	s.run(v, func(context.Context) func() { return s.sendLookup })
}

// silence is the state of a lookup that the centre did not answer.
func (s *Session) silence() local.LookupState {
	if s.byPerson() {
		return local.LookupSilent
	}
	return local.LookupUnasked
}

// toldDossiers is what the centre says of the person's dossiers.
func toldDossiers(a request.AnswerLinked) local.Lookup {
	l := local.Lookup{State: local.LookupNone}
	for _, d := range a.Dossiers {
		l.State = local.LookupDossiers
		l.Dossiers = append(l.Dossiers, shownDossier(d))
	}
	return l
}

func shownDossier(d request.LinkedDossier) local.Dossier {
	out := local.Dossier{No: d.No, Kind: d.Kind, Overall: d.Overall, Held: d.Held != ""}
	for _, leg := range d.Legs {
		out.Legs = append(out.Legs, local.Leg{
			Procedure: leg.Procedure, State: leg.State, AsOf: leg.AsOf, Stale: leg.Stale, Due: leg.Due, ItemBy: leg.ItemBy,
		})
	}
	return out
}

// dossierBegun takes the dossier that the visit's request has begun, or that was begun by
// another one about the same.
func (s *Session) dossierBegun(d request.LinkedDossier, class request.Class) {
	v := s.visit
	svc, _ := catalogue.Lookup(v.service)
	v.sent.dossier = new(shownDossier(d))
	v.sent.filed, v.sent.class = &request.AnswerFiled{No: d.No, Next: svc.Next.In(v.lang), Again: d.Again}, class
	s.story("dossier", "service", v.service, "seq", v.sent.seq, "class", string(class), "again", d.Again)
	s.on(WasFiled)
}
