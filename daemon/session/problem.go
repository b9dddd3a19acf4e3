package session

import (
	"slices"

	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// staffFirst is the number of failures after which staff are offered first.
const staffFirst = 2

// fail tells a problem with its ways out. The event must lead to the step
// problem.
func (s *Session) fail(e Event, code fault.Code) {
	v := s.visit
	if v == nil {
		return
	}
	v.failures++
	s.cfg.Meter.Problem(code)
	s.story("problem", "code", string(code), "failures", v.failures)
	s.on(e)
	if v.step != local.StepProblem { // the table says otherwise: never a dead end
		v.step = local.StepProblem
	}
	if code == fault.CardBlocked { // nobody should have to ask for help with that
		s.callStaff()
	}
	info := fault.Lookup(code)
	v.problem = &local.Problem{
		Fault: local.Fault{Code: code, TextKey: info.TextKey},
		Exits: exits(code, v.failures),
	}
	if v.other != nil {
		v.problem.Exits = append(v.problem.Exits, local.VerbBack) // there are other ways to know them
	}
	switch {
	case s.mayClaim():
		v.problem.Exits = append(v.problem.Exits, local.VerbClaim)
	case s.mayName():
		v.problem.Exits = append(v.problem.Exits, local.VerbName)
	}
}

// exits are the ways out of a problem, best first. There is always staff.
func exits(code fault.Code, failures int) []local.Verb {
	var out []local.Verb
	switch code {
	case fault.Forged, fault.WeakEvidence, fault.CardBlocked, fault.KeyBlocked, fault.Refused, fault.Expired,
		fault.OfficerLocked, fault.TokenLocked, fault.TokenModule, fault.TokenCertificate, fault.TokenTime, fault.RosterOld, fault.NotOnRoster, fault.DutyStore, fault.NoNumbers:
		return []local.Verb{local.VerbStaff}
	case fault.SamePerson:
		return []local.Verb{local.VerbRetry, local.VerbStaff}
	case fault.WrongKey, fault.CardGone, fault.CodeUnusable, fault.CardForeign, fault.CardBusy,
		fault.QueueFull, fault.DiskFull, fault.QueueBroken:
		out = []local.Verb{local.VerbRetry, local.VerbStaff}
	case fault.Mismatch:
		return []local.Verb{local.VerbStaff, local.VerbOtherWay}
	case fault.Unreadable, fault.ReadTimeout:
		out = []local.Verb{local.VerbRetry, local.VerbOtherWay, local.VerbStaff}
	default:
		out = []local.Verb{local.VerbRetry, local.VerbStaff}
	}
	if failures >= staffFirst {
		out = slices.Insert(slices.DeleteFunc(out, func(v local.Verb) bool { return v == local.VerbStaff }), 0, local.VerbStaff)
	}
	return out
}

// retry tries again what failed.
func (s *Session) retry() error {
	if s.step() == local.StepInsurance {
		if !s.mayAskAgain() {
			return local.ErrNotOffered
		}
		s.on(AskedAgain)
		return nil
	}
	if s.step() == local.StepLookup {
		return s.lookAgain()
	}
	if s.visit.acting() {
		s.toDuty()
		return nil
	}
	s.on(s.again())
	return nil
}

// otherWay is the event of who wants to go on in another way.
func (s *Session) otherWay() Event {
	switch s.step() {
	case local.StepPIN:
		if s.visit.service == "" {
			return AsUnchosen
		}
		return AsCitizen
	case local.StepFinger, local.StepVouchFinger:
		return PINInstead
	case local.StepCompare:
		return s.cannotTell()
	default:
		return RetryKey
	}
}

// again is the event that retries, by how far the visit had come.
func (s *Session) again() Event {
	v := s.visit
	switch {
	case v.sent.id != request.ID{} || v.number.taken != nil:
		return RetrySend
	case v.problem.Code == fault.SamePerson: // the card that lies there is not the one
		return RetryPlace
	case !v.reads().key.known:
		return RetryKey
	case s.slot.reader == "":
		return RetryPlace
	}
	return RetryRead
}
