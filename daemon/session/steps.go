package session

import (
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// on moves the visit along the table of flow.go and enters the step it leads to.
func (s *Session) on(e Event) {
	from := s.step()
	to, ok := Next(from, e)
	if !ok && e == ProgramFault {
		return
	}
	if !ok {
		s.log.Error("an event that the step does not know", "step", from, "event", e)
		s.fail(ProgramFault, fault.Internal)
		return
	}
	s.log.Debug("step", "from", from, "event", e, "to", to)
	if to != local.StepProblem && s.visit != nil {
		s.visit.problem = nil
	}
	if s.visit != nil {
		s.visit.finger.end()
		s.visit.step = to
	}
	s.enter(to, e)
}

// enter begins a step's work; most steps only wait for the person.
func (s *Session) enter(step local.Step, e Event) {
	switch step {
	case Attract:
		s.end(e)
	case local.StepPlace:
		s.enterPlace(e)
	case local.StepReading:
		s.enterReading()
	case local.StepAsking:
		s.enterAsking()
	case local.StepInsurance:
		s.enterInsurance(e)
	case local.StepSending:
		s.enterSending()
	case local.StepLooking:
		s.enterLooking()
	case local.StepStaff:
		s.story("staff-called")
		s.callStaff()
	case local.StepPINCheck:
		s.enterPINCheck()
	case local.StepFinger:
		s.enterFinger(e)
	case local.StepEnrol:
		s.enterEnrol()
	case local.StepVouchCheck:
		s.enterVouchCheck()
	case local.StepVouchFinger:
		s.enterVouchFinger(e)
	case local.StepQuestion:
		s.enterQuestion(e)
	case local.StepSigning:
		s.enterSigning()
	case local.StepMenu, local.StepAbout, local.StepAgree, local.StepPIN, local.StepDuty, local.StepConsent, local.StepKey, local.StepIdentify, local.StepCheck, local.StepDone, local.StepProblem,
		local.StepVerdict, local.StepLookup, local.StepCompare, local.StepVouch, local.StepDesk, local.StepPreview, local.StepToken, local.StepWaiting, local.StepOutcome:
	}
}
