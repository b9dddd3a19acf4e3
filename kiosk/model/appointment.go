package model

import (
	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// comes tells whether the visit is about an appointment.
func (s *State) comes() bool { return s.visit() != nil && s.visit().Service == catalogue.Appointment }

// appointmentQuestion asks for the code of the slip or the card, or which of the person's
// appointments it is.
func (s *State) appointmentQuestion(v *View, q local.Question) {
	l := s.lang()
	if len(q.Slots) == 0 {
		if q.Problem == "" {
			v.Notice = &Notice{Calm, IconCard, l.Say(s.appointmentWay())}
		}
		return
	}
	v.Title, v.Notice, v.Board, v.Choices = l.Say(text.ArrivalWhich), nil, nil, nil
	for _, slot := range q.Slots {
		label := text.Unbroken(text.Isolate(slot.At)) + " · " + s.specialty(slot.Specialty)
		v.Choices = append(v.Choices, Button{ID: "choice." + slot.Number, Label: label, Spoken: text.Plain(label), Icon: IconArrow, Kind: Choice})
	}
	page, more := paged(v.Choices, s.page)
	if v.Choices = page; more {
		v.Choices = append(v.Choices, s.button("more", text.MenuMore, IconArrow, Choice))
	}
}

func (s *State) appointmentWay() text.Key {
	switch {
	case !s.snap.Kiosk.Online:
		return text.ArrivalOffline
	case s.snap.Kiosk.Scanner:
		return text.ArrivalScan
	}
	return text.ArrivalType
}

func (s *State) specialty(id string) string {
	for _, c := range catalogue.Specialties() {
		if c.ID == id {
			return s.lang().Set(c.Name.In(string(s.lang())))
		}
	}
	return ""
}

// arrival tells what became of coming for an appointment: the number of who is expected,
// and of everybody else the way to the desk.
func (s *State) arrival(v *View, a local.Arrival, r local.Receipt) {
	l := s.lang()
	title := s.word(a.TextKey+".title", l.Say(text.ArrivalSilent))
	lead := s.word(a.TextKey, l.Say(text.ArrivalSilentLead))
	if t := s.visit().Ticket; t != nil {
		s.ticket(v, *t, r)
		v.Title, v.Lead = title, lead
		if a.At != "" {
			v.Small = l.Say(text.ArrivalSlot) + ": " + shown(a.At)
		}
		return
	}
	v.Tone, v.Art, v.Title, v.Lead = Calm, ArtDesk, title, lead
	if s.visit().Slip == local.SlipPrinted {
		v.Notice = &Notice{Good, IconCheck, l.Say(text.ArrivalSlip)}
	}
	v.Buttons = []Button{s.button("finish", text.ExitCancel, IconNone, Primary)}
	switch {
	case a.At != "":
		v.Number = &Number{Caption: l.Say(text.ArrivalSlot), Value: shown(a.At)}
		if name := s.specialty(a.Specialty); name != "" {
			v.Number.Caption += " · " + name
		}
	case a.Code != "":
		v.Number = &Number{Caption: l.Say(text.ArrivalNo), Value: shown(a.Code)}
	default:
		v.Number = &Number{Caption: l.Say(text.ArrivalNo), Value: l.Say(text.ArrivalDesk)}
	}
}
