package session

import (
	"fmt"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// Receipt takes a receipt of the centre whose signature has been verified.
func (s *Session) Receipt(r request.Receipt) {
	s.afterSave(r.ID, func() {
		v := s.visit
		switch {
		case v == nil:
		case r.ID == v.insurer.asked && (r.Status == request.StatusRefused || r.Status == request.StatusExpired):
			s.unanswered(request.ClassUnavailable)
		case r.ID == v.lookup.asked && r.Code == fault.CardBlocked && v.step == local.StepLooking:
			v.lookup.stop()
			s.fail(Refused, r.Code)
		case r.ID == v.lookup.asked && (r.Status == request.StatusRefused || r.Status == request.StatusExpired):
			s.tell(local.Lookup{State: s.silence()})
		case s.comes() && r.ID == v.coming.asked && r.Status != request.StatusAccepted && r.Status != request.StatusDuplicate:
			s.noSlots()
		case r.ID == v.duty.reported:
			s.dutyReceipt(r)
		case r.ID == v.office.asked:
			s.officeReceipt(r)
		case r.ID == v.sent.id:
			v.sent.receipt = &r
			s.catchUp()
		}
	})
}

// Result takes a result of the centre whose signature has been verified. One that
// comes after its visit leaves nothing but its class.
func (s *Session) Result(r request.Result) {
	s.afterSave(r.ID, func() {
		v := s.visit
		switch {
		case v != nil && r.ID == v.insurer.asked:
			s.insurerAnswered(r)
		case v != nil && r.ID == v.lookup.asked:
			s.centreTold(r)
		case v != nil && s.comes() && r.ID == v.coming.asked:
			s.slotsTold(r)
		case v != nil && r.ID == v.office.asked:
			s.officeResult(r)
		case v != nil && r.ID == v.sent.id:
			v.sent.result = &r
			s.catchUp()
			s.later(v, receiptLead, func() {
				v.sent.waited = v.sent.id == r.ID
				s.catchUp()
			})
		default:
			s.log.Info("a result came after its visit", "service", r.Service, "class", string(r.Class))
		}
	})
}

// Sent tells that a request was handed to the broker; it says nothing about its
// arrival. Only the first time is told.
func (s *Session) Sent(id request.ID) {
	s.afterSave(id, func() {
		if v := s.visit; v != nil && v.sent.id == id && !v.sent.handed {
			v.sent.handed = true
			s.story("sent", "service", v.service, "seq", v.sent.seq)
		}
	})
}

// receiptLead is how long a result waits for the receipt that belongs before it:
// the two travel by themselves, and either may come first or be lost.
const receiptLead = time.Second

// catchUp takes receipt and result, in this order, of a request that is saved.
func (s *Session) catchUp() {
	v := s.visit
	if !v.sent.saved || v.step != local.StepDone {
		return
	}
	if r := v.sent.receipt; r != nil && !v.sent.told {
		v.sent.told = true
		s.receipted(*r)
	}
	if r := v.sent.result; r != nil && v.step == local.StepDone && (v.sent.told || v.sent.waited) {
		v.sent.result = nil
		s.resulted(*r)
	}
}

func (s *Session) receipted(r request.Receipt) {
	s.story("receipted", "service", s.visit.service, "seq", s.visit.sent.seq, "status", string(r.Status), "code", string(r.Code))
	switch r.Status {
	case request.StatusRefused:
		code := fault.Refused
		if r.Code == fault.CardBlocked {
			code = r.Code
		}
		s.fail(Refused, code)
	case request.StatusExpired:
		s.fail(Refused, fault.Expired)
	case request.StatusAccepted, request.StatusDuplicate, request.StatusHeld:
		s.on(Received)
		if r.Status == request.StatusHeld {
			s.offerSlip() // nothing better comes before a person has looked
		}
	default:
		s.log.Error("a receipt of unknown status", "status", string(r.Status))
	}
}

func (s *Session) resulted(r request.Result) {
	v := s.visit
	if v.coming.answer != nil || v.bill.answer != nil || v.sent.ticket != nil || v.sent.filed != nil || v.sent.issued != nil || v.number.after != nil {
		return // the same result again
	}
	a, err := envelope.OpenResult(r, v.reply)
	switch {
	case err == nil && a.CheckIn != nil && queues(v.service):
		s.payable(a.CheckIn.Fee)
		v.sent.ticket = a.CheckIn
		s.story("ticket", "seq", v.sent.seq, "class", string(r.Class), "again", a.CheckIn.Again)
		s.on(TicketCame)
	case err == nil && a.Filed != nil && generic(v.service):
		v.sent.filed, v.sent.class = a.Filed, r.Class
		s.story("filed", "service", v.service, "seq", v.sent.seq, "class", string(r.Class), "again", a.Filed.Again)
		s.on(WasFiled)
	case err == nil && a.Linked != nil && len(a.Linked.Dossiers) == 1 && generic(v.service):
		s.dossierBegun(a.Linked.Dossiers[0], r.Class)
	case err == nil && a.Certificate != nil && v.service == catalogue.VaccineCert:
		s.certificateCame(*a.Certificate)
	case err == nil && a.Taken != nil && numbered(v.service):
		s.numberQueued(*a.Taken)
		return // the slip is in the person's hand
	case err == nil && a.Appointment != nil && s.comes():
		s.arrived(*a.Appointment)
		return
	case s.comes():
		s.arrivalUnanswered()
		return
	case err == nil && a.Bill != nil && s.billed():
		s.billTold(*a.Bill)
		return
	case s.billed():
		s.billUnanswered()
		return
	case len(r.Sealed) == 0 && r.Class == request.ClassReception && queues(v.service):
		v.sent.desk = true
		s.story("desk", "seq", v.sent.seq, "class", string(r.Class))
		s.offerSlip()
		return
	case err != nil && s.refusedWhy(r):
		return
	default:
		s.log.Warn("a result that answers nothing", "visit", v.id, "class", string(r.Class), "err", err)
		return
	}
	s.printRequest() // also when a slip without a number was printed before
}

// queues tells whether a service is answered with a place in a queue by the hospital.
func queues(service string) bool {
	return service == catalogue.CheckIn || service == catalogue.PaidCheckIn
}

// shownReceipt says how far the request has come, and nothing more.
func (t sent) shownReceipt() *local.Receipt {
	if !t.saved {
		return nil
	}
	out := &local.Receipt{LocalNo: localNo(t.seq), Saved: true}
	if r := t.receipt; r != nil && r.Status != request.StatusRefused && r.Status != request.StatusExpired {
		out.Received, out.No = true, r.No
		out.Held = r.Status == request.StatusHeld || t.desk
	}
	return out
}

func (t sent) shownTicket() *local.Ticket {
	if t.ticket == nil {
		return nil
	}
	k := t.ticket.Ticket
	return &local.Ticket{
		Number: calledNumber(k.Prefix, k.Number), Room: k.Room, Floor: k.Floor,
		Ahead: int(min(k.Ahead, maxShown)), Wait: int(min(k.WaitMin, maxShown)),
	}
}

func (t sent) shownFiled() *local.Filed {
	if t.filed == nil {
		return nil
	}
	return &local.Filed{No: t.filed.No, Next: t.filed.Next, Due: t.filed.Due, Again: t.filed.Again}
}

// maxShown bounds numbers that the centre sends to what a screen can show.
const maxShown = 99_999

// calledNumber writes a number as it is called: A012.
func calledNumber(prefix string, n uint32) string { return fmt.Sprintf("%s%03d", prefix, n) }
