package session

import (
	"motcua/protocol/catalogue"
	"motcua/protocol/cccd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// claims tells whether a service takes a person who is named by the code of a card
// alone, which anybody may have copied. The request says so.
func claims(service string) bool {
	d := demand(service)
	return d.Role == catalogue.RoleCitizen && d.Subject && (request.E1.AtLeast(d.Evidence) || ladder(service))
}

// ladder tells whether a service goes on without the chip that it demands.
func ladder(service string) bool {
	svc, _ := catalogue.Lookup(service)
	return svc.Ladder
}

// longestName is how long the name of a subject may be, in bytes.
const longestName = 200

// unnamed: nobody has been named yet who asks for a service that takes claims.
func (s *Session) unnamed() bool {
	v := s.visit
	return claims(v.service) && v.person == nil && v.other == nil && v.certificate.given == nil && !v.officersOnly
}

// mayClaim: the code of a card was scanned, its chip was not read or could not be, and
// the service does without. A code that contradicts its card is forgotten before.
func (s *Session) mayClaim() bool {
	qr := s.visit.chip.key.qr
	return s.unnamed() && (s.step() != local.StepAbout || s.readerless()) && qr != nil && len(qr.Name) <= longestName && cccd.IdentityOfQR(*qr).Birth != ""
}

// mayName: without card and code the person says who they are. Where the chip can be
// read that is no way around what it says.
func (s *Session) mayName() bool {
	v := s.visit
	if !s.unnamed() || !ladder(v.service) || s.mayClaim() {
		return false
	}
	switch v.step {
	case local.StepPlace:
		return true
	case local.StepAbout:
		return s.readerless()
	case local.StepProblem:
		return v.problem != nil && leavesLadder(v.problem.Code, v.failures)
	default:
		return false
	}
}

// readerless: a reader is what is missing for the service, and nothing else.
func (s *Session) readerless() bool {
	return s.withheldFor(s.visit.service) == local.WithheldReader && s.kiosk.stock.Err == nil
}

// leavesLadder tells whether a problem is that the chip cannot be read, and nothing that
// speaks against the card or its holder.
func leavesLadder(c fault.Code, failures int) bool {
	switch c {
	case fault.Unreadable, fault.ReadTimeout, fault.CardForeign, fault.KeyBlocked, fault.NoReader, fault.NoService:
		return true
	case fault.WrongKey, fault.CodeUnusable, fault.CardGone, fault.CardBusy:
		return failures >= staffFirst
	default:
		return false
	}
}

// claimed goes on with who somebody is said to be: by the code of their card, or by word.
func (s *Session) claimed(who request.Subject, by request.KnownBy) {
	v := s.visit
	v.chip.wanted, v.chip.level, v.chip.by, v.chip.subject = false, request.E1, by, who
	v.person = &local.Person{
		Name: who.Name, NumberMasked: cccd.Mask(who.Number), Birth: who.Birth, Sex: who.Sex,
		Verdict: string(request.VerdictNone), Level: string(request.E1),
	}
	s.story("claimed", "evidence", string(request.E1), "by", string(by))
	s.on(Claimed)
}

// claim goes on with what the code says.
func (s *Session) claim() {
	id := cccd.IdentityOfQR(*s.visit.chip.key.qr)
	s.claimed(request.Subject{Number: id.Number, Name: id.Name, Birth: id.Birth, Sex: id.Sex}, request.KnownByCode)
}

// codeInstead takes the code of a card where the person would have to type who they are;
// false where a code is of no use.
func (s *Session) codeInstead(text string) bool {
	v := s.visit
	if v == nil || !s.naming() && !s.mayName() {
		return false
	}
	_, qr, err := cccd.KeyFromText(text)
	if err != nil || qr == nil {
		return false
	}
	before := v.chip.key
	if v.chip.key.qr = qr; !s.mayClaim() {
		v.chip.key = before
		return false
	}
	v.form.forget()
	s.claim()
	return true
}

// naming tells whether the person is being asked who they are.
func (s *Session) naming() bool {
	return s.step() == local.StepQuestion && ladder(s.visit.service) && s.visit.person == nil
}

// enterNaming asks for number, name and birth.
func (s *Session) enterNaming() {
	svc, _ := catalogue.Lookup(s.visit.service)
	s.visit.form = newForm(svc, map[string]request.Value{})
	s.visit.form.only = catalogue.HolderWords()
	s.visit.form.next()
}

// namedByWord: number, name and birth are answered.
func (s *Session) namedByWord() {
	v := s.visit
	who, _ := catalogue.HolderTyped(v.form.values)
	v.form.forget()
	s.claimed(who, request.KnownByWord)
}

// namingLeft returns to the card, or to where its reader is said to be missing.
func (s *Session) namingLeft() {
	s.visit.form.forget()
	if s.readerless() {
		s.on(Told)
		return
	}
	s.on(RetryPlace)
	if s.slot.reader != "" {
		s.cardForVisit()
	}
}
