package session

import (
	"slices"

	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// officers tells whether a service is one that an officer carries out with their own
// card, or has an act of that kind.
func officers(svc catalogue.Service) bool {
	return svc.Role == catalogue.RoleOfficer || slices.ContainsFunc(svc.Acts, func(a catalogue.Act) bool { return a.Demand.Role == catalogue.RoleOfficer })
}

// officersOwn tells whether nobody else has a use for the service.
func officersOwn(id string) bool {
	svc, _ := catalogue.Lookup(id)
	return svc.Role == catalogue.RoleOfficer
}

// officerServices are those that the officer at the screen may carry out. The session
// itself is told by being opened and closed.
func (s *Session) officerServices() []string {
	if s.visit.officersOnly || s.visit.duty.officer.Role != string(catalogue.RoleOfficer) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.cfg.Services), func(id string) bool {
		svc, _ := catalogue.Lookup(id)
		return !officers(svc) || id == catalogue.DutySession && s.visit.duty.report != local.ReportLacking
	})
}

// shownServices are these with what cannot be begun now.
func (s *Session) shownServices() []local.Offer {
	var out []local.Offer
	for _, id := range s.officerServices() {
		out = append(out, local.Offer{Service: id, Withheld: s.withheldForOfficer(id)})
	}
	return out
}

// officerDemand is what the service demands of the officer who carries it out.
func officerDemand(id string) catalogue.Demand {
	svc, _ := catalogue.Lookup(id)
	for _, a := range svc.Acts {
		if a.Demand.Role == catalogue.RoleOfficer {
			return a.Demand
		}
	}
	return svc.Demand
}

// withheldForOfficer says why an officer cannot begin a service now. Nobody at the
// centre stands in for what an officer's evidence lacks, so that what would be refused
// there is not begun here.
func (s *Session) withheldForOfficer(id string) local.Withheld {
	d := s.visit.duty
	svc, _ := catalogue.Lookup(id)
	switch {
	case !s.kiosk.link.Online && svc.Offline == catalogue.OfflineNever:
		return local.WithheldOffline
	case signs(id) && s.cfg.Token == nil:
		return local.WithheldToken
	case !d.byFinger && !s.fingerUseful():
		return local.WithheldFinger
	}
	return ""
}

// fingerUseful tells whether a finger of the officer is kept here and can be compared now.
func (s *Session) fingerUseful() bool {
	kept, left := s.cfg.Duty.Finger(s.visit.duty.card)
	return kept && left > 0 && s.fingerReady()
}

// chooseOffice is the officer's choice of a service, which is told about first.
func (s *Session) chooseOffice(id string) error {
	if !slices.Contains(s.officerServices(), id) {
		return local.ErrNotOffered
	}
	v := s.visit
	v.service, v.office, v.finger.word = id, office{acting: true}, ""
	v.chip.wanted = true // the chip proves itself for each act
	s.story("service", "service", id)
	s.on(OfficeChosen)
	return nil
}

// acting tells whether an officer is carrying a service out.
func (v *visit) acting() bool { return v.office.acting }

// prove asks for what the officer's evidence lacks, and begins the service when it
// lacks nothing.
func (s *Session) prove() {
	v, d := s.visit, &s.visit.duty
	need := officerDemand(v.service).Evidence
	switch level := request.LevelOf(v.proven()); {
	case level.AtLeast(need):
		s.beginOffice()
	case !d.byFinger:
		s.on(FingerAsked)
	default:
		s.on(PINWanted)
	}
}

// proven are the facts of the card, and what the officer gave beside it in this visit.
// The comparison was made here, by a reader that says nothing about liveness.
func (v *visit) proven() request.Facts {
	f := v.chip.facts
	f.Secret = v.duty.byPIN
	f.Biometric = nil
	if v.duty.byFinger {
		f.Biometric = &request.Biometric{
			Modality: "finger", Method: "local", Matched: true, Score: v.duty.score, Liveness: request.LivenessUnchecked,
		}
	}
	return f
}

// back to the officer's session, where another service may be chosen.
func (s *Session) toDuty() {
	v := s.visit
	v.office.end()
	v.service, v.office, v.form = "", office{}, form{}
	v.chip.wanted = false
	s.on(BackToDuty)
}
