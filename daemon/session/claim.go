package session

import (
	"motcua/protocol/catalogue"
	"motcua/protocol/cccd"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// claims tells whether a service takes a person who is named by the code of a card
// alone, which anybody may have copied. The request says so.
func claims(service string) bool {
	d := demand(service)
	return d.Role == catalogue.RoleCitizen && d.Subject && request.E1.AtLeast(d.Evidence)
}

// longestName is how long the name of a subject may be, in bytes.
const longestName = 200

// mayClaim: the code of a card was scanned, its chip was not read or could not be, and
// the service does without. A code that contradicts its card is forgotten before.
func (s *Session) mayClaim() bool {
	v := s.visit
	qr := v.chip.key.qr
	return claims(v.service) && v.person == nil && v.other == nil && qr != nil && v.certificate.given == nil && !v.officersOnly &&
		len(qr.Name) <= longestName && cccd.IdentityOfQR(*qr).Birth != ""
}

// claim goes on with what the code says.
func (s *Session) claim() {
	v := s.visit
	id := cccd.IdentityOfQR(*v.chip.key.qr)
	v.chip.wanted, v.chip.level = false, request.E1
	v.chip.subject = request.Subject{Number: id.Number, Name: id.Name, Birth: id.Birth, Sex: id.Sex}
	v.person = &local.Person{
		Name: id.Name, NumberMasked: cccd.Mask(id.Number), Birth: id.Birth, Sex: id.Sex,
		Verdict: string(request.VerdictNone), Level: string(request.E1),
	}
	s.story("claimed", "evidence", string(request.E1))
	s.on(Claimed)
}
