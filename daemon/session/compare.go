package session

import (
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// compare is a visit's part in an officer's comparison of the person with the card.
type compare struct {
	officer request.Officer // who has said that it is the person, and is to confirm it
	wrong   int             // PINs
	code    fault.Code      // why what the officer gave did not count
	over    bool            // the officer has decided
}

// attendant is the officer on duty who is to compare the person with the card. It takes
// a citizen's service that demands just that: more than a comparison is nothing that an
// officer could add here.
func (s *Session) attendant() (request.Officer, bool) {
	v := s.visit
	d := demand(v.service)
	if v.acting() || v.compare.over || !generic(v.service) || !d.Subject || d.Role != catalogue.RoleCitizen || d.Evidence != request.E3 {
		return request.Officer{}, false
	}
	o, on := s.cfg.Duty.OnDuty()
	return o, on && o.Role == string(roster.Duty)
}

func (s *Session) attended() bool {
	_, on := s.attendant()
	return on
}

// compares tells whether the person who was read is to be compared: by somebody else,
// with a picture that can be shown, and where it makes a difference.
func (s *Session) compares() bool {
	c := &s.visit.chip
	o, on := s.attendant()
	if !on || c.doc == nil || len(c.picture.RGB) == 0 || !c.level.AtLeast(request.E2) {
		return false
	}
	holder, known := s.cfg.Duty.Holder(roster.CardOf(c.doc.SOD))
	return !known || holder.Ref != o.Ref
}

// toBeCompared tells whether the person is, or will be as far as anybody knows yet.
func (s *Session) toBeCompared() bool {
	v := s.visit
	return s.attended() && (v.person == nil || !v.chip.asked || s.compares())
}

// readAnew has the card read once more, with its picture: when it was read, nobody knew
// that a service would need it.
func (s *Session) readAnew() {
	v := s.visit
	k := v.chip.key
	v.chip.wipe()
	v.chip.key, v.person = k, nil
	if s.slot.reader == "" {
		s.on(PlacedAnew)
		return
	}
	s.on(ReadAnew)
}

// samePerson: the officer says that it is the person, and is to confirm it, since
// anybody may stand at the screen.
func (s *Session) samePerson() {
	v := s.visit
	o, on := s.attendant()
	if !on { // the session is over meanwhile
		s.on(s.cannotTell())
		return
	}
	v.compare = compare{officer: o}
	v.finger.word, v.finger.poor = "", 0
	kept, left := s.cfg.Duty.FingerOf(o.Session)
	switch {
	case kept && left > 0 && s.fingerReady():
		s.on(SaidSameFinger)
	case kept && left <= 0:
		v.finger.word = local.FingerSpent
		fallthrough
	default:
		s.on(SaidSame)
	}
}

// otherPerson ends the visit: nothing of it is kept but that it was said, and staff are
// called.
func (s *Session) otherPerson() Event {
	v := s.visit
	s.compared("another-person")
	v.chip.wipe()
	v.chip.wanted, v.person = false, nil
	return SaidOther
}

// cannotTell goes on without a comparison: somebody at the counter decides.
func (s *Session) cannotTell() Event {
	s.compared("cannot-tell")
	s.visit.chip.forgetPicture()
	return CannotTell
}

// compared notes what an officer has said, or whoever stood at the screen of a session:
// only what is confirmed names its officer as the one who said it.
func (s *Session) compared(outcome string, reasons ...string) {
	v := s.visit
	v.compare.over = true
	s.story("compared", "outcome", outcome)
	s.note(Note{About: AboutComparison, Service: v.service, Outcome: outcome, Level: string(v.chip.level), Reasons: reasons})
}

func (c *compare) shown() *local.Compare {
	if c.code == "" {
		return &local.Compare{}
	}
	return &local.Compare{Fault: &local.Fault{Code: c.code, TextKey: fault.Lookup(c.code).TextKey}}
}
