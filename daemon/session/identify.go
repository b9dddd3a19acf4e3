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
	v := s.visit
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
	facts := factsOf(doc, v.chip.readAt)
	officer := s.isOfficer(doc, facts)
	if v.officersOnly && !officer {
		doc.Wipe()
		s.story("turned-away")
		s.on(NoOfficer)
		return
	}
	v.chip.doc, v.chip.wanted = doc, false
	v.chip.facts = facts
	v.chip.level = request.LevelOf(v.chip.facts)
	s.cfg.Meter.Verified(string(doc.Trust.Verdict), string(v.chip.level))
	s.noteCard(readOutcome(Intact), "", doc)
	s.story("verified", "verdict", string(doc.Trust.Verdict), "evidence", string(v.chip.level),
		"proof", string(v.chip.facts.Proof), "expired", v.chip.facts.Expired)
	if v.certificate.given != nil { // an officer's own certificate is a person's like any other
		s.judgeHolder(doc)
		return
	}
	v.chip.subject = request.Subject{Number: id.Number, Name: id.Name, Birth: id.Birth, Sex: id.Sex}
	v.person = &local.Person{
		Name: id.Name, NumberMasked: cccd.Mask(id.Number), Birth: id.Birth, Sex: id.Sex,
		Verdict: string(doc.Trust.Verdict), Level: string(v.chip.level),
	}
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
	if generic(s.visit.service) {
		if s.compares() {
			s.story("compare")
			s.on(CompareWanted)
			return nil
		}
		s.on(Confirmed)
		return nil
	}
	s.consent()
	if s.byPerson() {
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
