package session

import (
	"context"

	"motcua/protocol/fault"
	"motcua/protocol/request"
)

// enterVouchCheck has the PIN of the officer checked who says that it is the person.
func (s *Session) enterVouchCheck() {
	v := s.visit
	session, pin := v.compare.officer.Session, v.duty.pin
	v.duty.pin = ""
	s.run(v, func(context.Context) func() {
		err := s.cfg.Duty.Confirm(session, pin)
		return func() { s.pinVouched(err) }
	})
}

func (s *Session) pinVouched(err error) {
	switch code := fault.CodeOf(err); {
	case err == nil:
		s.vouched(request.MethodPIN, "")
	case code == fault.WrongPIN:
		s.visit.compare.wrong++
		s.story("pin", "right", false)
		s.on(PINRefused)
	default:
		s.notVouched(err)
	}
}

// enterVouchFinger has the finger of that officer compared.
func (s *Session) enterVouchFinger(e Event) {
	session := s.visit.compare.officer.Session
	s.compareFinger(e, func(compare comparison) error {
		return s.cfg.Duty.ConfirmByFinger(session, compare)
	}, func(err error) {
		if err == nil {
			s.vouched(request.MethodFinger, request.ReaderL0)
			return
		}
		s.fingerFailed(err, func(fault.Code) { s.notVouched(err) })
	})
}

// vouched: the officer has confirmed that it is the person. Nobody measured that the
// person lives; the officer saw it.
func (s *Session) vouched(by request.Method, reader request.ReaderTrust) {
	v := s.visit
	o := v.compare.officer
	v.finger.word = ""
	v.chip.facts.Biometric = &request.Biometric{
		Modality: "face", Method: request.Attended, Matched: true, Liveness: request.LivenessUnchecked,
		Session: o.Session, Confirmed: by, Reader: reader,
	}
	v.chip.level = request.LevelOf(v.chip.facts)
	v.person.Level = string(v.chip.level)
	s.compared("same-person", "officer-"+o.Ref, "by-"+string(by))
	v.chip.forgetPicture()
	s.on(Vouched)
}

// notVouched goes back to what is to be confirmed, and says why it was not.
func (s *Session) notVouched(err error) {
	c := &s.visit.compare
	c.code = fault.CodeOf(err)
	s.log.Warn("an officer's comparison was not confirmed", "visit", s.visit.id, "code", c.code, "err", err)
	s.on(NotVouched)
}
