package session

import (
	"context"
	"slices"
	"time"

	"motcua/drivers"
	"motcua/protocol/arrival"
	"motcua/protocol/catalogue"
	"motcua/protocol/code/appointment"
	"motcua/protocol/envelope"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// coming is a visit of who has come for an appointment.
type coming struct {
	number  string         // of the appointment; empty: not known yet
	slots   []request.Slot // the person's of today, to choose from
	problem catalogue.Problem
	asked   request.ID // the question for the slots
	answer  *request.AnswerAppointment
	silent  bool // nobody has answered: the desk takes over
}

// comes tells whether the visit is about an appointment.
func (s *Session) comes() bool { return s.visit != nil && s.visit.service == catalogue.Appointment }

// deskOnly: without a connection who comes for an appointment has a slip for the desk
// and nothing else.
func (s *Session) deskOnly() bool { return s.comes() && !s.kiosk.link.Online }

// appointmentCode takes the code of an appointment's slip: while nobody is being served
// it begins the visit.
func (s *Session) appointmentCode(r appointment.Reference) local.CodeWord {
	switch {
	case !s.offers(catalogue.Appointment) || s.withheldFor(catalogue.Appointment) != "":
		return local.CodeForeign
	case s.visit != nil && !s.comes() && s.step() != local.StepMenu:
		return local.CodeNotNow
	case r.Facility != s.cfg.Device.Facility:
		return local.CodeElsewhere
	}
	if s.visit == nil {
		if err := s.open(""); err != nil {
			s.log.Error("beginning a visit for a code", "err", err)
			return local.CodeNotNow
		}
		s.visit.chip.wanted = false
	}
	if !s.comes() { // in place of a choice from the menu
		s.visit.service = catalogue.Appointment
		s.story("service", "service", catalogue.Appointment)
	}
	if !slices.Contains([]local.Step{Attract, local.StepMenu, local.StepQuestion, local.StepPlace, local.StepKey}, s.step()) {
		return local.CodeNotNow
	}
	s.appointed(r.Number)
	return ""
}

// appointed goes on with the number of an appointment: who has agreed already has come.
func (s *Session) appointed(number string) {
	v := s.visit
	v.coming.number, v.coming.problem = number, ""
	switch {
	case s.deskOnly():
		s.toDesk()
	case v.person != nil && s.step() == local.StepQuestion:
		s.on(SlotChosen)
	case v.person != nil: // whose card was read before the menu
		s.on(Appointed)
	default:
		v.chip.wipe()
		v.chip.wanted = false
		s.on(Appointed)
	}
}

// answerAppointment takes a slot that was chosen, or a number that was typed.
func (s *Session) answerAppointment(field, text string) error {
	v := s.visit
	if field != catalogue.FieldAppointment {
		return local.ErrNotOffered
	}
	if slices.ContainsFunc(v.coming.slots, func(slot request.Slot) bool { return slot.Number == text }) {
		s.appointed(text)
		return nil
	}
	r, err := appointment.ParseTyped(s.cfg.Device.Facility, text)
	if err != nil {
		v.coming.problem = catalogue.Malformed
		s.on(AnswerRefused)
		return nil
	}
	s.appointed(r.Number)
	return nil
}

// askedAppointment is the question for the appointment.
func (s *Session) askedAppointment() *local.Question {
	c := s.visit.coming
	q := &local.Question{Field: catalogue.FieldAppointment, Scan: true, Problem: string(c.problem)}
	for _, slot := range c.slots {
		q.Choices = append(q.Choices, slot.Number)
		q.Slots = append(q.Slots, local.Slot{Number: slot.Number, At: vietnam(slot.At), Specialty: slot.Specialty})
	}
	return q
}

// vietnam is an instant as people there read it.
func vietnam(ms int64) string {
	return time.UnixMilli(ms).UTC().Add(7 * time.Hour).Format("15:04, 02/01/2006")
}

// askSlots asks the hospital for the appointments of the person whose card was read.
func (s *Session) askSlots() {
	v := s.visit
	v.coming.asked = request.ID{}
	s.later(v, s.cfg.Times.AnswerWait, s.noSlots)
	s.run(v, func(context.Context) func() { return s.sendSearch })
}

func (s *Session) sendSearch() {
	c, err := s.compose(catalogue.Appointment, appointmentForm(catalogue.ActList, ""))
	if err != nil {
		s.log.Error("composing a search for appointments", "visit", s.visit.id, "err", err)
		s.noSlots()
		return
	}
	c.draft.ExpiresAt = time.Now().Add(s.cfg.Times.AnswerWait)
	s.visit.coming.asked = c.draft.ID
	s.save(c, func(seq uint64, err error) {
		if err != nil {
			s.log.Error("saving a search for appointments", "visit", s.visit.id, "err", err)
			s.noSlots()
			return
		}
		s.story("queued", "service", catalogue.Appointment, "seq", seq, "id", c.draft.ID.String())
	})
}

func appointmentForm(act, number string) request.GenericForm {
	svc, _ := catalogue.Lookup(catalogue.Appointment)
	f := request.GenericForm{Entry: svc.Entry(), Values: map[string]request.Value{"act": request.TextValue(act)}}
	if number != "" {
		f.Values[catalogue.FieldAppointment] = request.TextValue(number)
	}
	return f
}

// noSlots: the hospital did not say which appointments the person has.
func (s *Session) noSlots() {
	if s.comes() && s.step() == local.StepLooking {
		s.toDesk()
	}
}

// slotsTold takes the appointments of the person. Who has none today goes to the desk.
func (s *Session) slotsTold(r request.Result) {
	v := s.visit
	if v.step != local.StepLooking {
		return // too late: the person has been sent to the desk
	}
	a, err := envelope.OpenResult(r, v.reply)
	if err != nil || a.Appointment == nil || a.Appointment.Outcome != request.Listed {
		s.noSlots()
		return
	}
	s.story("appointments", "found", len(a.Appointment.Slots))
	if len(a.Appointment.Slots) == 0 {
		v.coming.answer = &request.AnswerAppointment{Outcome: request.NoSuch}
		s.on(SentToDesk)
		s.printRequest()
		return
	}
	v.coming.slots = a.Appointment.Slots
	s.on(SlotsFound)
}

// toDesk ends with a slip for the desk, as nobody has answered.
func (s *Session) toDesk() {
	s.visit.coming.silent = true
	s.story("arrival", "outcome", string(arrival.Silent))
	s.on(SentToDesk)
	s.printRequest()
}

// arrivalUnanswered: the person stands at the last screen, and the hospital has not said
// anything.
func (s *Session) arrivalUnanswered() {
	v := s.visit
	if v.step != local.StepDone || v.coming.answer != nil || v.coming.silent {
		return
	}
	v.coming.silent = true
	s.story("arrival", "outcome", string(arrival.Silent))
	s.printRequest()
}

// arrived takes what the hospital says of the arrival.
func (s *Session) arrived(a request.AnswerAppointment) {
	v := s.visit
	v.coming.answer, v.coming.silent = &a, false
	if a.Ticket != nil {
		v.sent.ticket = &request.AnswerCheckIn{Ticket: *a.Ticket, CheckInID: a.CheckInID, Again: a.Again}
	}
	s.story("arrival", "outcome", string(a.Outcome), "again", a.Again)
	s.on(TicketCame)
	s.printRequest()
}

// outcome is what became of the arrival; empty while nobody has said.
func (c coming) outcome() request.ArrivalOutcome {
	switch {
	case c.answer != nil:
		return c.answer.Outcome
	case c.silent:
		return arrival.Silent
	}
	return ""
}

// slot is the appointment that the answer is about.
func (c coming) slot() (request.Slot, bool) {
	if c.answer == nil || len(c.answer.Slots) != 1 {
		return request.Slot{}, false
	}
	return c.answer.Slots[0], true
}

// shownArrival is what became of the arrival, as the screen tells it.
func (s *Session) shownArrival() *local.Arrival {
	c := s.visit.coming
	o := c.outcome()
	if o == "" {
		return nil
	}
	out := &local.Arrival{TextKey: arrival.Of(o).TextKey, Code: s.printedNumber()}
	if slot, known := c.slot(); known {
		out.At, out.Specialty = vietnam(slot.At), slot.Specialty
	}
	return out
}

// printedNumber is the appointment's number as it is printed; empty: not known.
func (s *Session) printedNumber() string {
	r, err := appointment.Of(s.cfg.Device.Facility, s.visit.coming.number)
	if err != nil {
		return ""
	}
	return r.Printed()
}

// arrivalSlip is the ticket of who is expected, or the slip with which the desk takes
// over: what the hospital said, what staff do, and when the person came.
func (s *Session) arrivalSlip(out drivers.Slip, w catalogue.SlipTexts) drivers.Slip {
	v := s.visit
	o := v.coming.outcome()
	act := arrival.Of(o)
	if o == request.Arrived {
		out = v.sent.ticketSlip(out, w)
	} else {
		out.Facts = []drivers.Fact{{Label: w.Arrival, Value: act.Slip.In(v.lang)}}
		out.Next = w.ArrivalNext
	}
	if slot, known := v.coming.slot(); known {
		out.Facts = append(out.Facts, drivers.Fact{Label: w.Slot, Value: vietnam(slot.At)})
	}
	if o == request.Arrived {
		return out
	}
	out.Facts = append(out.Facts, drivers.Fact{Label: w.Staff, Value: act.Staff.In(v.lang)})
	out.Reference, out.Code = drivers.Fact{}, ""
	if r, err := appointment.Of(s.cfg.Device.Facility, v.coming.number); err == nil {
		out.Reference, out.Code = drivers.Fact{Label: w.AppointmentNo, Value: r.Printed()}, r.Code()
	}
	return out
}
