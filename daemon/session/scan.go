package session

import (
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/cccd"
	"motcua/protocol/code"
	"motcua/protocol/local"
)

// wordFor is how long a word about a scanned code stands.
const wordFor = 8 * time.Second

// Scanned takes what a code reader read. The payload belongs to the session from
// then on, and is wiped.
func (s *Session) Scanned(payload []byte) {
	s.post(func() {
		defer clear(payload)
		if s.visit == nil && s.outOfOrder() != "" {
			return
		}
		c := code.Classify(payload)
		s.log.Info("code scanned", "kind", string(c.Kind), "reason", string(c.Reason), "step", string(s.step()))
		if s.visit != nil {
			s.attend(time.Now())
		}
		s.say(s.useCode(c, string(payload)))
	})
}

// useCode puts a code to its use in the current step, and tells the word for it;
// none where the next screen says enough.
func (s *Session) useCode(c code.Code, text string) local.CodeWord {
	if c.Kind == code.Appointment && s.offers(catalogue.Appointment) {
		return s.appointmentCode(*c.Appointment)
	}
	if s.step() == local.StepQuestion {
		return s.codeAnswers(c, text)
	}
	if s.visit == nil && s.kiosk.fault() != "" {
		return s.codeMeanwhile(c, text)
	}
	switch c.Kind {
	case code.IdentityCard:
		return s.cardCode(text)
	case code.InsuranceCard:
		return s.insuranceCode(c.Insurance.Number)
	case code.Vaccination:
		return s.certificateCode(c.Vaccination)
	case code.Ticket:
		return s.slipCode(*c.Ticket)
	case code.BirthFile:
		return s.birthFileCode(c.BirthFile)
	case code.Payment:
		return local.CodePayment
	case code.PersonalCode, code.Link, code.Appointment:
		return local.CodeForeign
	case code.Misread:
		return local.CodeMisread
	case code.Unknown:
		if c.Reason == code.NoKnownForm {
			return local.CodeForeign
		}
		return local.CodeDamaged
	}
	return local.CodeForeign
}

// codeAnswers takes a code as the answer to a question that a code may answer: that of
// a slip, or one of another system, which has any form.
func (s *Session) codeAnswers(c code.Code, text string) local.CodeWord {
	if s.comes() && c.Kind == code.IdentityCard && s.kiosk.link.Online && s.visit.person == nil {
		s.visit.chip.wanted = true
		_ = s.takeKey(text) // a text without a key has become a problem
		return local.CodeCard
	}
	if s.naming() && c.Kind == code.IdentityCard && s.codeInstead(text) {
		return ""
	}
	q, _ := s.visit.form.svc.Field(s.visit.form.field)
	if c.Kind == code.IdentityCard && q.Kind != catalogue.KindPerson {
		return s.otherCode(text)
	}
	if !scans(q) {
		return local.CodeNotNow
	}
	if (c.Kind == code.IdentityCard) != (q.Kind == catalogue.KindPerson) {
		return local.CodeForeign
	}
	if c.Kind == code.Vaccination && q.ID == "credential" {
		text = c.Vaccination.Vaccinations[0].ID
	} else if c.Kind != code.IdentityCard && c.Kind != code.Ticket && (c.Kind != code.Unknown || c.Reason != code.NoKnownForm) {
		return local.CodeForeign
	}
	if q.Kind == catalogue.KindCodes {
		return s.codeAdded(q, text)
	}
	if err := s.answer(q.ID, text); err != nil {
		return local.CodeNotNow
	}
	delete(s.visit.form.typed, q.ID)
	return ""
}

// codeAdded adds a code to an answer of several, until the person says that it is all.
func (s *Session) codeAdded(q catalogue.Field, text string) local.CodeWord {
	f := &s.visit.form
	before := f.values[q.ID]
	if f.problem = f.put(q, written(before)+"\n"+text); f.problem != "" && f.problem != catalogue.Twice {
		s.on(AnswerRefused)
		return ""
	}
	s.on(MoreToAsk)
	return ""
}

// cardCode takes the code that is printed on an identity card, which holds the key
// of its chip.
func (s *Session) cardCode(text string) local.CodeWord {
	if !s.takesKey() {
		if s.codeInstead(text) {
			return ""
		}
		return local.CodeNotNow
	}
	if err := s.toKey(); err != nil {
		s.log.Error("beginning a visit for a code", "err", err)
		return local.CodeNotNow
	}
	_ = s.takeKey(text) // a text without a key has become a problem
	if s.step() == local.StepPlace {
		return local.CodeCard
	}
	return ""
}

// insuranceCode takes the code of an insurance card. Nobody signed it, so it is
// no more than a wish to check in, and the identity card is asked for. The newer
// cards bear that card's number, and with it the chip's key.
func (s *Session) insuranceCode(number string) local.CodeWord {
	if !s.offers(catalogue.CheckIn) {
		return local.CodeForeign
	}
	if !s.takesKey() {
		return local.CodeNotNow
	}
	if err := s.toKey(); err != nil {
		s.log.Error("beginning a visit for a code", "err", err)
		return local.CodeNotNow
	}
	if cccd.IsNumber(number) {
		_ = s.takeKey(number)
	}
	return local.CodeInsurance
}

// takesKey tells whether a key of a chip is of use now.
func (s *Session) takesKey() bool {
	v := s.visit
	if v == nil {
		return s.slot.reader == "" || !s.slot.served
	}
	switch v.step {
	case local.StepPlace, local.StepKey:
		return true
	case local.StepProblem:
		return v.reads().wanted && !v.reads().key.known && slices.Contains(v.problem.Exits, local.VerbRetry)
	case Attract, local.StepMenu, local.StepAbout, local.StepQuestion, local.StepAgree, local.StepReading, local.StepIdentify, local.StepAsking, local.StepInsurance,
		local.StepCheck, local.StepSending, local.StepDone, local.StepStaff, local.StepPIN, local.StepPINCheck,
		local.StepFinger, local.StepDuty, local.StepConsent, local.StepEnrol, local.StepVerdict,
		local.StepLooking, local.StepLookup, local.StepCompare, local.StepVouch, local.StepVouchFinger, local.StepVouchCheck,
		local.StepDesk, local.StepPreview, local.StepToken, local.StepSigning, local.StepWaiting, local.StepOutcome:
	}
	return false
}

// toKey brings a visit to where a key is taken.
func (s *Session) toKey() error {
	if s.visit == nil {
		if err := s.open(s.byCard()); err != nil {
			return err
		}
		s.on(Begun)
	}
	if s.step() == local.StepProblem {
		s.on(RetryKey)
	}
	return nil
}

// say shows a word about the code for a while.
func (s *Session) say(w local.CodeWord) {
	s.kiosk.word = w
	if s.wording != nil {
		s.wording.Stop()
	}
	if w == "" {
		return
	}
	var until *time.Timer
	until = time.AfterFunc(wordFor, func() {
		s.post(func() {
			if s.wording == until {
				s.kiosk.word = ""
			}
		})
	})
	s.wording = until
}
