package hospital

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/appointment"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Arrivals asks the hospital's system about appointments (H04): which a person has
// today, and whether somebody who has come is expected. The system decides, and gives
// the same answer to who comes again.
type Arrivals struct{ System *System }

// Retry implements gateway.Later.
func (*Arrivals) Retry() gateway.Retry { return standing() }

// Handle implements gateway.Later.
func (s *Arrivals) Handle(ctx context.Context, _ gateway.State, r gateway.Request) (gateway.Outcome, error) {
	a, err := s.ask(ctx, r)
	var out gateway.Outcome
	if err == nil {
		out, err = outcome(a)
	}
	switch {
	case err == nil:
		return out, nil
	case stoodLong(r):
		return gateway.Outcome{Class: request.ClassUnavailable}, nil
	}
	return gateway.Outcome{}, fmt.Errorf("about an appointment: %w", err)
}

func (s *Arrivals) ask(ctx context.Context, r gateway.Request) (request.AnswerAppointment, error) {
	if r.Text("act") == catalogue.ActList {
		return s.list(ctx, r)
	}
	number := r.Text(catalogue.FieldAppointment)
	if _, err := appointment.Of(r.Outer.Facility, number); err != nil {
		return request.AnswerAppointment{Outcome: request.NoSuch}, nil
	}
	w, err := s.System.Arrive(ctx, number, Coming{
		Facility: r.Outer.Facility, Person: personOf(r.Inner.Subject), Evidence: r.Level, Came: time.UnixMilli(r.Came).UTC(),
	})
	if errors.Is(err, ErrNotTaken) {
		return request.AnswerAppointment{Outcome: request.NoSuch}, nil
	}
	if err != nil {
		return request.AnswerAppointment{}, err
	}
	return w.answer(r.Again)
}

func (s *Arrivals) list(ctx context.Context, r gateway.Request) (a request.AnswerAppointment, err error) {
	if r.Inner.Subject == nil {
		return a, errors.New("nobody is named")
	}
	found, err := s.System.Find(ctx, Search{Facility: r.Outer.Facility, Person: *personOf(r.Inner.Subject)})
	if err != nil {
		return a, err
	}
	a.Outcome = request.Listed
	for _, one := range found.Appointments[:min(len(found.Appointments), request.MaxSlots)] {
		slot, err := one.slot()
		if err != nil {
			return a, err
		}
		a.Slots = append(a.Slots, slot)
	}
	return a, nil
}

// answer is what the person is told. Whose appointment it is instead, is nobody's to
// know.
func (w Welcome) answer(again bool) (a request.AnswerAppointment, err error) {
	a = request.AnswerAppointment{Outcome: w.Outcome, Again: again && w.Outcome == request.Arrived}
	if w.Appointment != nil && w.Outcome != request.OtherPerson && w.Outcome != request.NoSuch {
		slot, err := w.Appointment.slot()
		if err != nil {
			return a, err
		}
		a.Slots = []request.Slot{slot}
	}
	switch {
	case w.Outcome == request.Listed, w.Outcome == request.Arrived && w.Ticket == nil:
		return a, errAnswer
	case w.Outcome != request.Arrived:
		return a, nil
	}
	ticket, err := w.Ticket.ticket()
	a.Ticket, a.CheckInID = &ticket, w.Stay
	return a, err
}

// outcome is the answer as the gateway sends it, if it holds to the rules of answers.
func outcome(a request.AnswerAppointment) (gateway.Outcome, error) {
	out := gateway.Outcome{Class: request.ClassReception, Answer: &request.Answer{Appointment: &a}}
	if a.Outcome == request.Listed || a.Outcome == request.Arrived {
		out.Class = request.ClassOK
	}
	if out.Answer.Validate() != nil {
		return gateway.Outcome{}, errAnswer
	}
	return out, nil
}
