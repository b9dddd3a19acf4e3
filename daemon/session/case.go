package session

import (
	"motcua/protocol/fault"
	"motcua/protocol/roster"
)

// CaseOpened ends a visit: whoever opens the case may look into it.
const CaseOpened Event = "case opened"

// SetCase tells whether the case is open, or nobody can tell. Once it was, nobody
// is served until it is closed and an officer has looked at the kiosk, also when
// the program or the machine was started anew meanwhile.
func (s *Session) SetCase(open bool) {
	s.post(func() {
		if s.kiosk.open == open {
			return
		}
		before := s.kiosk.fault()
		s.kiosk.open = open
		if open {
			s.caseOpened()
		} else {
			s.cfg.Audit.Note(Note{About: AboutCase, Outcome: "closed"})
		}
		s.tellFault(before)
		s.wake()
	})
}

// caseOpened wipes the visit first. A request that is being saved meanwhile is
// saved, and sent.
func (s *Session) caseOpened() {
	s.end(CaseOpened)
	s.log.Warn("the case was opened", "code", fault.CaseOpen)
	s.cfg.Audit.Note(Note{About: AboutCase, Outcome: "opened", Code: fault.CaseOpen})
	if err := s.cfg.Seal.Break(); err != nil { // it counts as broken all the same until kioskd ends
		s.log.Error("remembering that the case was opened", "err", err)
	}
}

// mayClear tells whether the officer at the screen, who gave the PIN, may say that the
// kiosk is as it should be. A technician may not: who opens a case to mend something
// does not judge that alone.
func (s *Session) mayClear() bool {
	d := s.visit.duty
	open, on := s.cfg.Duty.OnDuty()
	return s.kiosk.caseFault() == fault.CaseOpened && d.byPIN && on && open.Session == d.officer.Session && d.officer.Role == string(roster.Duty)
}

// clearCase takes the officer's word.
func (s *Session) clearCase() {
	officer := s.visit.duty.officer.Ref
	before := s.kiosk.fault()
	if err := s.cfg.Seal.Mend(); err != nil {
		s.log.Error("the case was not cleared", "code", fault.DutyStore, "err", err)
		s.fail(CaseNotCleared, fault.DutyStore)
		return
	}
	s.log.Info("the case was cleared", "officer", officer)
	s.cfg.Audit.Note(Note{About: AboutCase, Outcome: "cleared", Reasons: []string{"officer-" + officer}})
	s.tellFault(before)
	s.on(CaseCleared)
}

// unsealed is a kiosk that remembers nothing beyond its own end.
type unsealed struct{ broken bool }

func (u *unsealed) Broken() bool { return u.broken }
func (u *unsealed) Break() error { u.broken = true; return nil }
func (u *unsealed) Mend() error  { u.broken = false; return nil }
