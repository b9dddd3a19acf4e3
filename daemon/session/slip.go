package session

import (
	"context"
	"strconv"
	"time"

	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/code/birthfile"
	"motcua/protocol/code/ticket"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// printFor is how long a slip may take to print.
const printFor = 30 * time.Second

// print prints a slip of the visit. A slip tells nothing about the person; one that
// is being printed is finished when the visit ends.
func (s *Session) print(slip drivers.Slip) {
	v := s.visit
	if s.cfg.Printer == nil {
		return
	}
	t := slip.Ticket()
	v.slip = local.SlipPrinting
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
		v.slip = now
		s.story("slip", "state", string(now))
	}
}

// offerSlip prints what there is when nothing better will come: the person leaves
// with something in the hand.
func (s *Session) offerSlip() {
	if v := s.visit; v.sent.saved && v.slip == "" {
		s.printRequest()
	}
}

// printRequest prints the slip of the request, where its service has one.
func (s *Session) printRequest() {
	if svc, known := catalogue.Lookup(s.visit.service); known && svc.Print != catalogue.PrintNothing {
		s.print(s.slip())
	}
}

// printAgain prints what is shown: a verdict, or a certificate once more that could not be
// printed.
func (s *Session) printAgain() error {
	if s.step() == local.StepDone {
		s.printRequest()
		return nil
	}
	return s.printVerdict()
}

// printVerdict prints what was found about a certificate, and when; not whose it is.
func (s *Session) printVerdict() error {
	v := s.visit
	c := v.certificate.shown(s.cfg.Printer != nil)
	if c == nil || !c.Print || v.slip == local.SlipPrinting {
		return local.ErrNotOffered
	}
	w := catalogue.SlipIn(v.lang)
	out := s.blank()
	out.Facts = []drivers.Fact{{Label: w.Verdict, Value: catalogue.VerdictText(c.Status).In(v.lang)}}
	for _, status := range c.Also {
		out.Facts = append(out.Facts, drivers.Fact{Label: w.Also, Value: catalogue.VerdictText(status).In(v.lang)})
	}
	if c.ListsAt > 0 {
		out.Facts = append(out.Facts, drivers.Fact{Label: w.Lists, Value: slipTime(time.UnixMilli(c.ListsAt))})
	}
	out.Next = w.VerdictNext
	s.print(out)
	return nil
}

func slipTime(t time.Time) string { return t.Format("15:04, 02/01/2006") }

// blank is a slip with what every slip says.
func (s *Session) blank() drivers.Slip {
	v := s.visit
	out := drivers.Slip{Facility: s.cfg.Device.FacilityName, Time: slipTime(time.Now())}
	if svc, ok := catalogue.Lookup(v.service); ok {
		out.Service = svc.Name.In(v.lang)
	}
	if s.cfg.Device.Demo {
		out.Note = catalogue.SlipIn(v.lang).Demo
	}
	return out
}

// slip is what the person takes along of a request, in the visit's language.
func (s *Session) slip() drivers.Slip {
	v := s.visit
	w, out := catalogue.SlipIn(v.lang), s.blank()
	if r, err := ticket.Of(s.cfg.Device.Facility, v.sent.id); err == nil {
		out.Reference, out.Code = drivers.Fact{Label: w.Reference, Value: r.Printed()}, r.Code()
	}
	if v.service == catalogue.Birth || v.service == catalogue.Death {
		w.KeptNext = w.NotYetNext
	}
	if v.bill.answer != nil {
		return s.billSlip(out, w)
	}
	if generic(v.service) && !queues(v.service) {
		return v.sent.slip(out, w, v.lang)
	}
	if s.comes() {
		return s.arrivalSlip(out, w)
	}
	if numbered(v.service) {
		return v.number.slip(out, v.service, v.lang)
	}
	var insured []drivers.Fact
	if v.insurer.class != "" && v.service == catalogue.CheckIn {
		insured = []drivers.Fact{{Label: w.Insurance, Value: v.insurer.action().Slip.In(v.lang)}}
	}
	k := v.sent.shownTicket()
	if k == nil {
		out.Caption, out.Number, out.Next = w.SavedCaption, localNo(v.sent.seq), w.SavedNext
		r := v.sent.shownReceipt()
		switch {
		case r == nil:
		case v.insurer.unasked && v.service == catalogue.CheckIn:
			out.Next = w.DeskFirst
		case r.Held:
			out.Next = w.HeldNext
		case r.Received && v.service == catalogue.PaidCheckIn:
			out.Next = w.PendingNext
		}
		out.Facts = insured
		if v.insurer.unasked && r != nil && r.No != "" {
			out.Facts = append(out.Facts, drivers.Fact{Label: w.HeldNo, Value: r.No})
		}
		return out
	}
	out = v.sent.ticketSlip(out, w)
	out.Facts = append(out.Facts, insured...)
	s.feeSlip(&out, w)
	if v.chip.by != "" {
		out.Next = w.ClaimNext
	}
	return out
}

// slip is what the person takes along of a request that gets no number to be called.
func (t sent) slip(out drivers.Slip, w catalogue.SlipTexts, lang string) drivers.Slip {
	switch {
	case t.issued != nil:
		return t.certificateSlip(out, w)
	case t.filed != nil:
		out.Facts = []drivers.Fact{{Label: w.FiledNo, Value: t.filed.No}, {Label: w.Due, Value: t.filed.Due}}
		out.Facts = append(out.Facts, t.legs(lang)...)
		if token := birthfile.Token(t.filed.No); token.Valid() { // a newborn's file, to go on with
			out.Code = token.Code()
		}
		out.Next = t.filed.Next
	case t.receipt != nil && t.receipt.Status == request.StatusHeld:
		out.Next = w.DeskNext
	default:
		out.Caption, out.Number, out.Next = w.SavedCaption, localNo(t.seq), w.KeptNext
	}
	return out
}

// legs are the procedures that the request began, each with the day by which it is due.
func (t sent) legs(lang string) (all []drivers.Fact) {
	if t.dossier == nil {
		return nil
	}
	for _, leg := range t.dossier.Legs {
		when := leg.Due
		if when == "" {
			when = catalogue.NoDue().In(lang)
		}
		all = append(all, drivers.Fact{Label: catalogue.LegName(leg.Procedure).In(lang), Value: when})
	}
	return all
}

// ticketSlip is the ticket that the hospital gave.
func (t sent) ticketSlip(out drivers.Slip, w catalogue.SlipTexts) drivers.Slip {
	k := t.shownTicket()
	out.Caption, out.Number, out.Next = w.Caption, k.Number, w.Next
	out.Facts = []drivers.Fact{
		{Label: w.Room, Value: k.Room},
		{Label: w.Floor, Value: k.Floor},
		{Label: w.Ahead, Value: strconv.Itoa(k.Ahead)},
		{Label: w.Wait, Value: strconv.Itoa(k.Wait) + " " + w.Minutes},
	}
	return out
}
