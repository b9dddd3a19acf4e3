package session

import (
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// mayWithdraw tells whether the holder of the slip that was looked up may take back what
// was agreed to with its request. How old the slip is does not matter, nor whether the
// centre could be asked: it decides when it has the withdrawal.
func (s *Session) mayWithdraw() bool {
	v := s.visit
	if v.step != local.StepLookup || s.byPerson() || !s.offers(catalogue.WithdrawConsent) || s.missing(catalogue.WithdrawConsent) == local.WithheldFull {
		return false
	}
	switch v.lookup.told.State {
	case local.LookupForeign, local.LookupSeveral:
		return false
	default:
		return true
	}
}

// withdrawBySlip fills in the form of a withdrawal with what was scanned, to be checked.
func (s *Session) withdrawBySlip(service string) error {
	if service != catalogue.WithdrawConsent {
		return local.ErrNotOffered
	}
	v := s.visit
	v.service = service
	s.story("service", "service", service)
	f := &v.form
	f.svc, _ = catalogue.Lookup(service)
	f.values = map[string]request.Value{"by": request.TextValue("slip"), "slip": request.TextValue(v.lookup.slip.Code())}
	s.on(Withdrawing)
	return nil
}
