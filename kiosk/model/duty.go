package model

import (
	"strings"
	"time"

	"motcua/kiosk/text"
	"motcua/protocol/local"
)

// pinPad asks an officer for the PIN. Nothing of it is shown but its length.
func (s *State) pinPad(v *View) {
	s.pin(v, text.PINTitle, text.PINLead)
	if s.visit().Acting { // the PIN as well, for a service
		v.Buttons = []Button{s.button("back", text.OfficeBack, IconBack, Secondary)}
	} else if !s.snap.Kiosk.Officers {
		v.Buttons = []Button{s.button("other", text.PINCitizen, IconPerson, Secondary)}
	}
}

// pin asks for a PIN, after what became of the last one or of a finger.
func (s *State) pin(v *View, title, lead text.Key) {
	l := s.lang()
	v.Title, v.Lead = l.Say(title), l.Say(lead)
	v.Notice = s.fingerNotice()
	if failed(s.visit()) > 0 {
		v.Notice = &Notice{Care, IconCare, l.Say(text.PINWrong)}
	}
	v.Pad = s.digitPad(strings.Repeat("*", s.typed), text.PINSubmit)
}

// duty shows the session that is open.
func (s *State) duty(v *View, now time.Time) {
	l := s.lang()
	v.Tone, v.Title, v.Fine = Good, l.Say(text.DutyTitle), l.Say(text.DutyLead)
	d := s.visit().Duty
	if d == nil {
		d = &local.Duty{}
	}
	v.Rows = []Row{
		{Label: l.Say(text.DutyRef), Value: shown(d.Ref), Strong: true},
		{Label: l.Say(text.DutyRole), Value: s.word("duty.role."+d.Role, d.Role)},
		{Label: l.Say(text.DutyUntil), Value: shown(d.Until.In(now.Location()).Format("15:04 02/01/2006"))},
	}
	if d.CaseOpened {
		s.caseOpened(v)
		return
	}
	v.Buttons = []Button{
		s.button("finish", text.DutyDone, IconCheck, Primary),
		s.button("close", text.DutyClose, IconEnd, Secondary),
	}
	if len(s.services()) > 0 {
		v.Buttons[0] = s.button("services", text.OfficeServices, IconArrow, Primary) // the bar holds the way out
		v.Fine = ""
	}
	if row, ok := s.reportRow(d.Report); ok {
		v.Rows, v.Fine = append(v.Rows[:1:1], append([]Row{row}, v.Rows[2:]...)...), ""
	}
	if row, ok := s.fingerRow(d.Finger); ok {
		v.Rows, v.Fine = append(v.Rows, row), "" // there is no room for both
	}
	if v.Notice = s.fingerNotice(); v.Notice == nil {
		v.Notice = s.cardHint()
	}
}

func (s *State) mayClear() bool {
	d := s.visit().Duty
	return d != nil && d.CaseOpened
}

// caseOpened asks the officer to look at the kiosk.
func (s *State) caseOpened(v *View) {
	l := s.lang()
	v.Tone, v.Title, v.Fine = Care, l.Say(text.CaseTitle), l.Say(text.CaseLook)
	v.Rows = v.Rows[:1]
	v.Buttons = []Button{
		s.button("clear", text.CaseClear, IconCheck, Primary),
		s.button("finish", text.CaseLater, IconNone, Secondary),
	}
	v.Notice = s.cardHint()
}
