package session

import (
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// interrupted is a check-in whose person reports on the way that the insurer's record
// and the card differ, or thinks of paying instead.
type interrupted struct {
	waits   bool
	consent []request.Consent // to the check-in: each request carries its own
}

// mayReport: the insurer says that chip and record differ, and the kiosk takes reports.
func (s *Session) mayReport() bool {
	return s.visit.insurer.class == request.ClassDiscrepancy && s.offers(catalogue.Discrepancy) && s.withheldFor(catalogue.Discrepancy) == ""
}

// aside leaves the check-in for what the insurer's answer leads to.
func (s *Session) aside(service string) error {
	switch {
	case service == catalogue.Discrepancy && s.mayReport():
		s.report()
	case service == catalogue.PaidCheckIn && s.mayPay():
		s.payInstead()
	default:
		return local.ErrNotOffered
	}
	return nil
}

// report begins the report of what differs.
func (s *Session) report() {
	v := s.visit
	v.checkIn = interrupted{true, v.consent}
	v.service, v.consent = catalogue.Discrepancy, nil
	s.story("service", "service", v.service)
	s.on(Reporting)
}

// differs answers what the insurer has said already.
func (s *Session) differs(f *form) {
	f.values["record"] = request.TextValue("insurance")
	field := map[string]string{
		"insurance.name": "name", "insurance.birth": "birth", "insurance.number": "number",
	}[s.visit.insurer.action().TextKey]
	if field != "" {
		f.values["field"] = request.TextValue(field)
	}
}

// resume goes on with the check-in. What was reported is on its way.
func (s *Session) resume() {
	v := s.visit
	v.service, v.consent = catalogue.CheckIn, v.checkIn.consent
	v.checkIn, v.form, v.sent, v.slip = interrupted{}, form{}, sent{}, ""
	s.story("service", "service", v.service)
	s.on(Resumed)
}
