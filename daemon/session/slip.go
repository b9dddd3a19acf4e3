package session

import (
	"context"
	"strconv"
	"time"

	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// printFor is how long a slip may take to print.
const printFor = 30 * time.Second

// print prints the visit's slip as it is now. A slip tells nothing about the person;
// one that is being printed is finished when the visit ends.
func (s *Session) print() {
	v := s.visit
	if s.cfg.Printer == nil || !v.sent.saved {
		return
	}
	t := s.slip().Ticket()
	v.sent.slip = local.SlipPrinting
	s.tasks.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, printFor)
		defer cancel()
		err := s.cfg.Printer.Print(ctx, t)
		s.post(func() { s.printed(v, err) })
	})
}

// printed takes what came of printing.
func (s *Session) printed(v *visit, err error) {
	now := local.SlipPrinted
	if err != nil {
		s.log.Warn("printing a slip", "err", err)
		now = local.SlipFailed
	}
	if s.visit == v {
		v.sent.slip = now
		s.story("slip", "state", string(now))
	}
}

// offerSlip prints what there is when nothing better will come: the person leaves
// with something in the hand.
func (s *Session) offerSlip() {
	if v := s.visit; v.sent.saved && v.sent.slip == "" {
		s.print()
	}
}

// slip is what the person takes along, in the visit's language.
func (s *Session) slip() drivers.Slip {
	v := s.visit
	w := catalogue.SlipIn(v.lang)
	out := drivers.Slip{
		Facility: s.cfg.Device.FacilityName,
		Time:     time.Now().Format("15:04, 02/01/2006"),
	}
	if svc, ok := catalogue.Lookup(v.service); ok {
		out.Service = svc.Name.In(v.lang)
	}
	if r, err := ticket.Of(s.cfg.Device.Facility, v.sent.id); err == nil {
		out.Reference, out.Code = drivers.Fact{Label: w.Reference, Value: r.Printed()}, r.Code()
	}
	if s.cfg.Device.Demo {
		out.Note = w.Demo
	}
	var insured []drivers.Fact
	if v.insurer.class != "" {
		insured = []drivers.Fact{{Label: w.Insurance, Value: v.insurer.action().Slip.In(v.lang)}}
	}
	k := v.sent.shownTicket()
	if k == nil {
		out.Caption, out.Number, out.Next = w.SavedCaption, localNo(v.sent.seq), w.SavedNext
		if r := v.sent.receipt; r != nil && r.Status == request.StatusHeld {
			out.Next = w.HeldNext
		}
		out.Facts = insured
		return out
	}
	out.Caption, out.Number, out.Next = w.Caption, k.Number, w.Next
	out.Facts = []drivers.Fact{
		{Label: w.Room, Value: k.Room},
		{Label: w.Floor, Value: k.Floor},
		{Label: w.Ahead, Value: strconv.Itoa(k.Ahead)},
		{Label: w.Wait, Value: strconv.Itoa(k.Wait) + " " + w.Minutes},
	}
	out.Facts = append(out.Facts, insured...)
	return out
}
