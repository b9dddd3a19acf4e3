package session

import (
	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/code/vietqr"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// mayPay: the insurer's answer is none to wait for, and the kiosk registers people who
// pay.
func (s *Session) mayPay() bool {
	v := s.visit
	return v.service == catalogue.CheckIn && v.insurer.class != "" && v.insurer.action().Pays && s.offers(catalogue.PaidCheckIn) && s.withheldFor(catalogue.PaidCheckIn) == ""
}

// payInstead begins the check-in of who pays. The insured one waits until something is
// sent, so that who has chosen wrongly goes back.
func (s *Session) payInstead() {
	v := s.visit
	v.checkIn = interrupted{true, v.consent}
	v.service, v.consent = catalogue.PaidCheckIn, nil
	s.story("service", "service", v.service)
	s.on(PaysInstead)
}

// shownFee is what the hospital wants, of a sealed answer of this visit alone. A payment
// code is shown only when it pays exactly that sum, once.
func (s *Session) shownFee() *local.Fee {
	f := s.fee()
	if f == nil {
		return nil
	}
	out := &local.Fee{Due: f.Due}
	if pays(f.Code, f.Due) {
		out.Code = f.Code
	}
	return out
}

func (s *Session) fee() *request.Fee {
	v := s.visit
	switch {
	case v.bill.answer != nil:
		return v.bill.answer.Fee
	case v.sent.ticket != nil:
		return v.sent.ticket.Fee
	}
	return nil
}

func pays(code string, due uint64) bool {
	c, err := vietqr.Parse(code)
	return err == nil && c.Once && c.Amount == due
}

// payable checks the fee of an answer that came, for the log.
func (s *Session) payable(f *request.Fee) {
	if f != nil && f.Code != "" && !pays(f.Code, f.Due) {
		s.log.Error("a payment code that pays another sum than the fee is not shown", "visit", s.visit.id)
	}
}

// feeSlip adds what is to be paid.
func (s *Session) feeSlip(out *drivers.Slip, w catalogue.SlipTexts) {
	f := s.shownFee()
	if f == nil {
		return
	}
	label := w.Fee
	if s.billed() {
		label = w.BillSum
	}
	out.Facts = append(out.Facts, drivers.Fact{Label: label, Value: catalogue.Dong(f.Due).In(s.visit.lang)})
	if f.Code != "" {
		out.Pay = drivers.Fact{Label: w.PayCode, Value: f.Code}
	}
}
