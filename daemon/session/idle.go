package session

import (
	"time"

	"motcua/protocol/local"
)

// attend notes that somebody is there.
func (s *Session) attend(now time.Time) {
	s.idleAt = now.Add(s.cfg.Times.Idle)
	s.endAt = s.idleAt.Add(s.cfg.Times.End)
}

// waits tells whether a step waits for the person, so that limits run. The
// others have deadlines of their own.
func waits(step local.Step) bool {
	switch step {
	case Attract, local.StepReading, local.StepAsking, local.StepSending, local.StepPINCheck,
		local.StepFinger, local.StepEnrol, local.StepLooking, local.StepVouchCheck, local.StepVouchFinger, local.StepSigning, local.StepWaiting:
		return false
	case local.StepMenu, local.StepAbout, local.StepQuestion, local.StepAgree, local.StepPlace, local.StepKey, local.StepIdentify, local.StepInsurance, local.StepCheck,
		local.StepDone, local.StepProblem, local.StepStaff, local.StepPIN, local.StepDuty, local.StepConsent,
		local.StepVerdict, local.StepLookup, local.StepCompare, local.StepVouch, local.StepDesk, local.StepPreview, local.StepToken, local.StepOutcome:
	}
	return true
}

// arm sets the timer for the next limit of the current step. A step that worked
// by itself for a while leaves the person the whole time again.
func (s *Session) arm(now time.Time) {
	if !waits(s.step()) {
		if s.visit != nil {
			s.attend(now)
		}
		s.timer.Stop()
		return
	}
	next := s.idleAt
	if !next.After(now) {
		next = s.endAt
	}
	s.timer.Reset(max(next.Sub(now), 0))
}

// idle is called when a limit has passed. The first is the screen's business:
// it asks whether somebody is still there.
func (s *Session) idle(now time.Time) {
	if waits(s.step()) && !s.endAt.After(now) {
		s.offerSlip()
		s.on(Ended)
	}
}

// left is how long until a limit, in milliseconds for the screen: at least 1,
// because 0 says that no limit runs.
func left(limit, now time.Time) int64 {
	if limit.IsZero() {
		return 0
	}
	return max(limit.Sub(now).Milliseconds(), 1)
}
