package session

import (
	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// bill is what the hospital has said of a bill. Nothing of it is the kiosk's own.
type bill struct {
	answer *request.AnswerBill
	silent bool // nobody has answered: the cashier takes over
}

// billed tells whether the visit is about a bill.
func (s *Session) billed() bool { return s.visit != nil && s.visit.service == catalogue.PayFee }

// billTold takes how the bill stands. There is a slip of one that is to be paid or is
// paid; with another the person has the bill itself.
func (s *Session) billTold(a request.AnswerBill) {
	v := s.visit
	s.payable(a.Fee)
	v.bill = bill{answer: &a}
	s.story("bill", "state", string(a.State))
	s.on(BillTold)
	if a.State == request.BillDue || a.State == request.BillPaid {
		s.printRequest()
	}
}

// billUnanswered: the person stands at the last screen, and the hospital has not said
// anything.
func (s *Session) billUnanswered() {
	v := s.visit
	if v.step != local.StepDone || v.bill.answer != nil || v.bill.silent {
		return
	}
	v.bill.silent = true
	s.story("bill", "state", string(local.BillSilent))
	s.on(BillTold)
}

// shownBill is how the bill stands, as the screen tells it.
func (s *Session) shownBill() *local.Bill {
	b := s.visit.bill
	out := &local.Bill{Number: s.billNumber()}
	switch {
	case b.answer != nil:
		out.State, out.Receipt = string(b.answer.State), b.answer.Receipt
	case b.silent:
		out.State = local.BillSilent
	default:
		return nil
	}
	return out
}

func (s *Session) billNumber() string { return written(s.visit.form.values[catalogue.FieldBill]) }

// billSlip is what the person takes to the cashier, or along when it is paid.
func (s *Session) billSlip(out drivers.Slip, w catalogue.SlipTexts) drivers.Slip {
	out.Facts = []drivers.Fact{{Label: w.Bill, Value: s.billNumber()}}
	if a := s.visit.bill.answer; a.State == request.BillPaid {
		out.Facts = append(out.Facts, drivers.Fact{Label: w.ReceiptNo, Value: a.Receipt})
		out.Next = w.BillPaidNext
		return out
	}
	out.Next = w.BillDueNext
	s.feeSlip(&out, w)
	return out
}
