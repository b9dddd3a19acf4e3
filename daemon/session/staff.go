package session

import (
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// callFor is how long a call for staff stands when nobody answers it.
const callFor = 2 * time.Minute

// CallStaff is a press of the staff button. A visit goes to the step that says so,
// where it may; the call stands in any case.
func (s *Session) CallStaff() {
	s.post(func() {
		s.log.Info("staff called by the button")
		if s.visit != nil && slices.Contains(s.offered(), local.VerbStaff) {
			s.attend(time.Now())
			s.on(StaffCalled)
			return
		}
		s.callStaff()
	})
}

// callStaff lets the call stand until somebody came, or for a while.
func (s *Session) callStaff() {
	s.note(Note{About: AboutVisit, Outcome: "staff-called"})
	s.kiosk.called = true
	if s.call != nil {
		s.call.Stop()
	}
	var call *time.Timer
	call = time.AfterFunc(callFor, func() {
		s.post(func() {
			if s.call == call {
				s.kiosk.called = false
			}
		})
	})
	s.call = call
}

// helperCalled has a call stand once it was saved that somebody asked for a helper.
func (s *Session) helperCalled() {
	act, _ := s.visit.form.values["act"].Text()
	if s.visit.service == catalogue.Feedback && act == "help" {
		s.callStaff()
	}
}

// staffCame ends a call: whoever leaves the step that says so by a tap was helped.
func (s *Session) staffCame() {
	if s.step() == local.StepStaff {
		s.kiosk.called = false
	}
}
