package session

import (
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/cccd"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// identified takes a card that was read and is intact: facts first, level second.
func (s *Session) identified(doc *emrtd.Document) {
	v, c := s.visit, s.visit.reads()
	id, err := cccd.IdentityOf(doc)
	if err != nil {
		s.log.Error("naming the person", "visit", v.id, "err", err)
		s.fail(NotRead, fault.Unreadable)
		return
	}
	if !cccd.IsNumber(id.Number) { // another country's document
		s.fail(NotRead, fault.CardForeign)
		return
	}
	facts := factsOf(doc, c.readAt)
	officer := v.other == nil && s.isOfficer(doc, facts)
	if v.officersOnly && !officer {
		doc.Wipe()
		s.story("turned-away")
		s.on(NoOfficer)
		return
	}
	c.doc, c.wanted, c.facts, c.level = doc, false, facts, request.LevelOf(facts)
	s.cfg.Meter.Verified(string(doc.Trust.Verdict), string(c.level))
	s.noteCard(readOutcome(Intact), "", doc)
	s.story("verified", "verdict", string(doc.Trust.Verdict), "evidence", string(c.level),
		"proof", string(facts.Proof), "expired", facts.Expired)
	if v.certificate.given != nil { // an officer's own certificate is a person's like any other
		s.judgeHolder(doc)
		return
	}
	if b := doc.DG(13); b != nil {
		c.card, _ = cccd.ParseDG13(b) // it named the person above
	}
	c.subject = request.Subject{Number: id.Number, Name: id.Name, Birth: id.Birth, Sex: id.Sex}
	person := &local.Person{
		Name: id.Name, NumberMasked: cccd.Mask(id.Number), Birth: id.Birth, Sex: id.Sex,
		Verdict: string(doc.Trust.Verdict), Level: string(c.level),
	}
	if v.other != nil {
		s.otherNamed(person)
		return
	}
	v.person = person
	switch {
	case officer && s.fingerWill():
		s.on(OfficerFinger)
	case officer:
		s.on(OfficerKnown)
	case v.service == "":
		s.on(IntactUnchosen)
	default:
		s.on(Intact)
	}
}

// agree is "that is me". At a check-in the person agrees as well, because the insurer
// is asked at once; elsewhere consent follows what is to be sent.
func (s *Session) agree() error {
	if s.visit.other != nil {
		s.otherConfirmed()
		return nil
	}
	if generic(s.visit.service) {
		if s.compares() {
			s.story("compare")
			s.on(CompareWanted)
			return nil
		}
		s.on(Confirmed)
		return nil
	}
	if s.deskOnly() {
		s.toDesk()
		return nil
	}
	s.consent()
	if s.byPerson() || s.comes() {
		s.on(AgreedLookup)
		return nil
	}
	if !s.mayAsk() {
		s.on(AgreedUnasked)
		return nil
	}
	s.on(Agreed)
	return nil
}

// consent records what the person agreed to: each purpose with the very text that
// the screen shows in the person's language.
func (s *Session) consent() {
	v := s.visit
	now := time.Now().UnixMilli()
	for _, purpose := range catalogue.Purposes(v.service) {
		v.consent = append(v.consent, request.Consent{
			Purpose: purpose, TextHash: catalogue.ConsentHash(v.service, v.lang), Lang: v.lang, At: now,
		})
	}
	s.story("consent", "lang", v.lang)
	s.note(Note{About: AboutConsent, Service: v.service, Outcome: "agreed-" + v.lang, Detail: catalogue.ConsentHash(v.service, v.lang)})
}
