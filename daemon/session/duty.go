package session

import (
	"context"
	"time"

	"motcua/drivers"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// Duty says who may be on duty here, and who is.
type Duty interface {
	// Holder finds whose card it is on the roster.
	Holder(c roster.Card) (roster.Officer, bool)
	// Start opens a session for the holder of a card that was read as genuine with
	// proof of its chip. It takes a while; its error carries a fault code.
	Start(c roster.Card, pin string) (officer request.Officer, until time.Time, err error)
	// Finger tells whether a finger of the holder is kept here, and how many wrong ones
	// there may still be. It reads a small file.
	Finger(c roster.Card) (kept bool, left int)
	// StartByFinger is Start with a finger, which compare holds against the one that is
	// kept. Errors of compare are passed on; nothing was compared then.
	StartByFinger(c roster.Card, compare func(drivers.Template) (drivers.FingerMatch, error)) (officer request.Officer, until time.Time, err error)
	// KeepFinger keeps a finger of the officer whose session of that name is open, and
	// ForgetFinger deletes it.
	KeepFinger(session string, t drivers.Template) error
	ForgetFinger(session string) error
	// OnDuty is the officer whose session is open.
	OnDuty() (request.Officer, bool)
	// FingerOf is Finger of the officer whose session of that name is open.
	FingerOf(session string) (kept bool, left int)
	// Confirm checks the PIN of the officer whose session of that name is open, for an act
	// of this moment, and ConfirmByFinger the finger. Errors are those of Start and
	// StartByFinger.
	Confirm(session, pin string) error
	ConfirmByFinger(session string, compare func(drivers.Template) (drivers.FingerMatch, error)) error
	// Serial is the number of the roster that counts.
	Serial() uint64
	// Close ends the session of that name.
	Close(session string)
}

// nobody is duty where there is no roster.
type nobody struct{}

func (nobody) Holder(roster.Card) (roster.Officer, bool) { return roster.Officer{}, false }

func (nobody) Start(roster.Card, string) (request.Officer, time.Time, error) {
	return request.Officer{}, time.Time{}, fault.Wrap(fault.NotOnRoster, context.Canceled)
}

func (nobody) Finger(roster.Card) (kept bool, left int) { return false, 0 }

func (n nobody) StartByFinger(c roster.Card, _ func(drivers.Template) (drivers.FingerMatch, error)) (request.Officer, time.Time, error) {
	return n.Start(c, "")
}

func (nobody) KeepFinger(string, drivers.Template) error {
	return fault.Wrap(fault.NotOnRoster, context.Canceled)
}
func (n nobody) ForgetFinger(session string) error   { return n.KeepFinger(session, drivers.Template{}) }
func (nobody) FingerOf(string) (kept bool, left int) { return false, 0 }

func (n nobody) Confirm(session, _ string) error { return n.ForgetFinger(session) }

func (n nobody) ConfirmByFinger(session string, _ func(drivers.Template) (drivers.FingerMatch, error)) error {
	return n.ForgetFinger(session)
}
func (nobody) OnDuty() (request.Officer, bool) { return request.Officer{}, false }
func (nobody) Serial() uint64                  { return 0 }
func (nobody) Close(string)                    {}

// duty is a visit's part in an officer's session.
type duty struct {
	card    roster.Card
	pin     string // while it is being checked
	wrong   int
	officer request.Officer
	until   time.Time
	finger  bool // of this officer, kept here
	byPIN   bool // this visit's officer gave the PIN, whoever opened the session
	// byFinger: and laid down the finger that is kept here; score is the reader's for it.
	byFinger bool
	score    uint32
	// report is how far the centre has been told of the session, reported the request
	// that tells it, and told the session that it is about.
	report   local.DutyReport
	reported request.ID
	told     string
}

// isOfficer tells whether the card that was read is an officer's, and good for
// going on duty. One that is not proven genuine serves its holder as a citizen.
func (s *Session) isOfficer(doc *emrtd.Document, facts request.Facts) bool {
	v := s.visit
	card := roster.CardOf(doc.SOD)
	officer, ok := s.cfg.Duty.Holder(card)
	if !ok {
		return false
	}
	if facts.Verdict != request.VerdictGenuine || facts.Proof == request.ProofNone {
		s.log.Warn("an officer's card is not proven genuine", "visit", v.id, "officer", officer.Ref)
		return false
	}
	v.duty.card = card
	s.story("officer", "officer", officer.Ref)
	return true
}

// takePIN takes what the officer typed.
func (s *Session) takePIN(digits string) error {
	if !roster.IsPIN(digits) {
		return local.ErrNotOffered
	}
	s.visit.duty.pin = digits
	s.on(PINGiven)
	return nil
}

// enterPINCheck has the PIN checked, which is slow by design.
func (s *Session) enterPINCheck() {
	v := s.visit
	card, pin := v.duty.card, v.duty.pin
	v.duty.pin = ""
	s.run(v, func(context.Context) func() {
		officer, until, err := s.cfg.Duty.Start(card, pin)
		return func() { s.pinChecked(officer, until, err) }
	})
}

func (s *Session) pinChecked(officer request.Officer, until time.Time, err error) {
	d := &s.visit.duty
	switch code := fault.CodeOf(err); {
	case err == nil:
		d.byPIN = true
		s.dutyOpened(officer, until)
	case code == fault.WrongPIN:
		d.wrong++
		s.story("pin", "right", false)
		s.on(PINRefused)
	default:
		s.log.Warn("no duty session", "visit", s.visit.id, "code", code, "err", err)
		s.fail(DutyRefused, code)
	}
}

func (s *Session) dutyOpened(officer request.Officer, until time.Time) {
	d := &s.visit.duty
	d.officer, d.until = officer, until
	s.visit.finger.word = ""
	s.lookForFinger()
	s.story("on-duty", "officer", officer.Ref, "method", string(officer.Method))
	s.dutyBegun()
	if s.visit.acting() {
		s.prove()
		return
	}
	s.on(DutyOpened)
}

// closeDuty ends the officer's session, and the visit with it.
func (s *Session) closeDuty() {
	close := func() {
		s.cfg.Duty.Close(s.visit.duty.officer.Session)
		s.on(Ended)
	}
	if !s.mayTellDuty() {
		close()
		return
	}
	s.on(CentreAsked)
	s.reportDuty("close", func() {
		if s.step() == local.StepWaiting {
			close()
		}
	})
}

func (s *Session) shownDuty() *local.Duty {
	d := s.visit.duty
	return &local.Duty{Ref: d.officer.Ref, Role: d.officer.Role, Until: d.until, CaseOpened: s.mayClear(), Finger: s.fingerKept(), Services: s.shownServices(), Report: d.report}
}
