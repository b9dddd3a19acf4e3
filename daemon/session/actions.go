package session

import (
	"context"
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// Act does what the person did. It fails with local.ErrLate when the visit or the
// step that the person saw has passed, and with local.ErrNotOffered when the step
// takes no such act; nothing was done then.
func (s *Session) Act(ctx context.Context, a local.Action) error {
	return s.ask(ctx, func() error { return s.act(a) })
}

// ask has the loop do f, and waits for what comes of it.
func (s *Session) ask(ctx context.Context, f func() error) error {
	answer := make(chan error, 1)
	select {
	case s.inbox <- func() { answer <- f() }:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.quit:
		return context.Canceled
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-s.quit:
		return context.Canceled
	}
}

func (s *Session) act(a local.Action) error {
	if a.Verb == local.VerbBegin {
		return s.begin(a)
	}
	v := s.visit
	if v == nil || a.Visit != v.id {
		return local.ErrLate
	}
	if a.Verb == local.VerbHere {
		s.attend(time.Now())
		return nil
	}
	if a.Step != v.step {
		return local.ErrLate
	}
	if !slices.Contains(s.offered(), a.Verb) {
		return local.ErrNotOffered
	}
	s.attend(time.Now())
	s.speak(a.Lang)
	return s.verb(a)
}

// speak takes the language that the person reads, for slips, answers and consent.
func (s *Session) speak(lang string) {
	if slices.Contains(catalogue.Languages(), lang) {
		s.visit.lang = lang
	}
}

// offered are the verbs that the current step takes.
func (s *Session) offered() []local.Verb {
	verbs := Offered(s.step())
	if v := s.visit; v != nil && v.problem != nil {
		verbs = append(verbs, v.problem.Exits...)
	}
	return slices.DeleteFunc(verbs, s.withheld)
}

// withheld tells whether a verb of the current step is not to be had now.
func (s *Session) withheld(verb local.Verb) bool {
	if verb == local.VerbClaim && !s.mayClaim() || verb == local.VerbName && !s.mayName() {
		return true
	}
	switch s.step() {
	case local.StepPlace, local.StepKey, local.StepIdentify:
		return verb == local.VerbBack && s.visit.other == nil
	case local.StepPIN: // a kiosk that is out of order serves no citizen
		return verb == local.VerbOtherWay && (s.visit.officersOnly || s.visit.acting()) || verb == local.VerbBack && !s.visit.acting()
	case local.StepFinger:
		return verb == local.VerbOtherWay && s.visit.acting() || verb == local.VerbBack && !s.visit.acting()
	case local.StepPreview:
		return verb == local.VerbNo && s.visit.service != catalogue.SigningDesk
	case local.StepInsurance:
		return verb == local.VerbService && !s.mayReport() && !s.mayPay()
	case local.StepLookup:
		return verb == local.VerbService && !s.mayWithdraw()
	case local.StepDone:
		return verb == local.VerbContinue && !s.visit.checkIn.waits || verb == local.VerbPrint && !s.visit.unprinted()
	case local.StepDuty:
		kept := s.fingerKept()
		return verb == local.VerbClear && !s.mayClear() || verb == local.VerbService && len(s.officerServices()) == 0 ||
			verb == local.VerbEnrol && kept != local.FingerNone || verb == local.VerbForget && kept != local.FingerSealed
	default:
		return false
	}
}

// yes is what the person agrees to.
func (s *Session) yes() error {
	switch s.step() {
	case local.StepConsent:
		s.agreeToFinger()
		return nil
	case local.StepCompare:
		s.samePerson()
		return nil
	case local.StepAgree:
		if s.deskOnly() { // the connection went meanwhile
			s.toDesk()
			return nil
		}
		s.consent()
		s.on(Submitted)
		return nil
	default:
		return s.agree()
	}
}

// further goes on from what was shown.
func (s *Session) further() error {
	switch s.step() {
	case local.StepAbout:
		return s.goOn()
	case local.StepDone:
		s.resume()
		return nil
	case local.StepPreview:
		s.on(TokenAsked)
		return nil
	case local.StepOutcome:
		s.onwards()
		return nil
	default:
		s.on(Continued)
		return nil
	}
}

// back returns to what came before.
func (s *Session) back() error {
	switch s.step() {
	case local.StepAbout:
		if s.visit.acting() {
			s.toDuty()
			return nil
		}
		s.visit.service = ""
		s.on(WentBack)
		return nil
	case local.StepQuestion:
		return s.questionBefore()
	case local.StepAgree:
		if s.comes() {
			s.visit.coming.number = ""
			s.on(AskedAnew)
			return nil
		}
		s.on(WentBack)
		return nil
	case local.StepPlace, local.StepKey, local.StepIdentify, local.StepProblem:
		s.visit.dropOther()
		s.on(WentBack)
		return nil
	case local.StepPIN, local.StepFinger, local.StepDesk:
		s.toDuty()
		return nil
	case local.StepPreview:
		s.on(DeskShown)
		return nil
	case local.StepToken:
		s.on(PreviewShown)
		return nil
	default:
		s.on(WentBack)
		return nil
	}
}

// no is the event of who does not agree.
func (s *Session) no() Event {
	switch s.step() {
	case local.StepIdentify:
		return NotMe
	case local.StepCompare:
		return s.otherPerson()
	default:
		return FingerDeclined
	}
}

// verb turns an act into an event, in the file of its step.
func (s *Session) verb(a local.Action) error {
	switch a.Verb {
	case local.VerbKey:
		return s.takeKey(a.Value)
	case local.VerbYes:
		return s.yes()
	case local.VerbNo:
		if s.step() == local.StepPreview {
			s.decline()
			return nil
		}
		s.on(s.no())
	case local.VerbService:
		return s.chosen(a.Value)
	case local.VerbContinue:
		return s.further()
	case local.VerbBack:
		return s.back()
	case local.VerbAnswer:
		if s.step() == local.StepQuestion {
			return s.answer(a.Field, a.Value)
		}
		return s.change(a.Field, a.Value)
	case local.VerbChange:
		return s.askAnew(a.Field)
	case local.VerbSubmit:
		return s.submit()
	case local.VerbRetry:
		return s.retry()
	case local.VerbOtherWay:
		s.on(s.otherWay())
	case local.VerbPIN:
		if s.step() == local.StepToken {
			return s.takeTokenPIN(a.Value)
		}
		return s.takePIN(a.Value)
	case local.VerbTake:
		return s.takeTask(a.Value)
	case local.VerbClose:
		s.closeDuty()
	case local.VerbEnrol:
		s.on(FingerWanted)
	case local.VerbForget:
		s.forgetFinger()
	case local.VerbClear:
		s.clearCase()
	case local.VerbClaim:
		s.claim()
	case local.VerbName:
		s.on(Naming)
	case local.VerbPrint:
		return s.printAgain()
	case local.VerbStaff:
		s.on(StaffCalled)
	case local.VerbCancel, local.VerbFinish:
		s.offerSlip()
		s.staffCame()
		s.on(Ended)
	case local.VerbBegin, local.VerbHere:
		return local.ErrNotOffered // taken before
	default:
		return local.ErrNotOffered
	}
	return nil
}

// chosen is a service that the person chose: from the menu, or on the way of another.
func (s *Session) chosen(service string) error {
	switch s.step() {
	case local.StepInsurance:
		return s.aside(service)
	case local.StepLookup:
		return s.withdrawBySlip(service)
	default:
		return s.take(service)
	}
}
