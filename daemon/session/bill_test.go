package session_test

import (
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

const billNumber = "PT-0990-4127"

// billAsked scans a bill and sends what was checked; no card is asked for.
func (k *kit) billAsked() saved {
	k.t.Helper()
	k.act(local.VerbBegin, catalogue.PayFee)
	k.act(local.VerbContinue, "")
	if q := k.at(local.StepQuestion).Question; q.Field != catalogue.FieldBill || !q.Scan {
		k.t.Fatalf("%+v is asked", q)
	}
	k.scan(billNumber)
	s, values := k.sent(catalogue.PayFee)
	if n, _ := values[catalogue.FieldBill].Text(); n != billNumber || len(values) != 1 {
		k.t.Errorf("sent about %q, with %d values", n, len(values))
	}
	if s.inner.Subject != nil || s.inner.Evidence.Level != request.E1 || len(s.inner.Consent) != 1 || k.reads != 0 {
		k.t.Errorf("evidence %s, %d consents, %d readings", s.inner.Evidence.Level, len(s.inner.Consent), k.reads)
	}
	return s
}

func due(sum uint64, code string) *request.AnswerBill {
	return &request.AnswerBill{State: request.BillDue, Fee: &request.Fee{Due: sum, Code: code}}
}

// TestBill: what the hospital says of a bill is on the screen, and on paper what the person
// goes on with. A code that pays another sum is on neither.
func TestBill(t *testing.T) {
	for story, c := range map[string]struct {
		answer *request.AnswerBill
		want   local.Bill
		fee    *local.Fee
		slip   string // empty: none
	}{
		"to be paid": {
			due(1_150_000, payCode(t, 1_150_000)),
			local.Bill{State: "due"},
			&local.Fee{Due: 1_150_000, Code: payCode(t, 1_150_000)}, "|To be paid|1,150,000 VND|",
		},
		"to be paid at the cashier":            {due(20_000, ""), local.Bill{State: "due"}, &local.Fee{Due: 20_000}, "Not paid yet when this was printed"},
		"with a code that pays something else": {due(20_000, payCode(t, 21_000)), local.Bill{State: "due"}, &local.Fee{Due: 20_000}, "|To be paid|20,000 VND|"},
		"paid":                                 {&request.AnswerBill{State: request.BillPaid, Receipt: "BL17"}, local.Bill{State: "paid", Receipt: "BL17"}, nil, "|Receipt|BL17|"},
		"cancelled":                            {&request.AnswerBill{State: request.BillCancelled}, local.Bill{State: "cancelled"}, nil, ""},
		"unknown":                              {&request.AnswerBill{State: request.BillUnknown}, local.Bill{State: "unknown"}, nil, ""},
	} {
		t.Run(story, func(t *testing.T) {
			p := &press{}
			visit(t, func(k *kit) {
				s := k.billAsked()
				k.receipt(s, request.StatusAccepted)
				k.result(s, request.ClassOK, &request.Answer{Bill: c.answer})
				time.Sleep(6 * time.Second)
				v := k.at(local.StepDone)
				c.want.Number = billNumber
				if v.Bill == nil || *v.Bill != c.want || (v.Fee == nil) != (c.fee == nil) || c.fee != nil && *v.Fee != *c.fee {
					t.Errorf("bill %+v, fee %+v", v.Bill, v.Fee)
				}
				slips := p.printed()
				if c.slip == "" {
					if len(slips) != 0 {
						t.Errorf("slips %q", slips)
					}
					return
				}
				code := c.fee != nil && c.fee.Code != ""
				if len(slips) != 1 || !strings.Contains(slips[0], c.slip) || !strings.Contains(slips[0], billNumber) || strings.Contains(slips[0], "bank's app") != code {
					t.Errorf("slips %q", slips)
				}
			}, offering(catalogue.PayFee, catalogue.QueueTicket), with(p))
		})
	}
}

// TestBillUnanswered: who is not answered is sent to the cashier, with no slip that says
// anything of the bill; an answer that comes yet is shown.
func TestBillUnanswered(t *testing.T) {
	for story, then := range map[string]func(k *kit, s saved){
		"the hospital is away": func(k *kit, s saved) {
			k.receipt(s, request.StatusAccepted)
			k.result(s, request.ClassUnavailable, nil)
		},
		"the centre does not say": func(k *kit, s saved) { k.receipt(s, request.StatusAccepted); time.Sleep(15 * time.Second) },
		"no receipt comes":        func(*kit, saved) { time.Sleep(15 * time.Second) },
		"an answer to something else": func(k *kit, s saved) {
			k.receipt(s, request.StatusAccepted)
			k.result(s, request.ClassOK, fee(150_000, ""))
		},
	} {
		t.Run(story, func(t *testing.T) {
			p := &press{}
			visit(t, func(k *kit) {
				s := k.billAsked()
				then(k, s)
				time.Sleep(2 * time.Second)
				if v := k.at(local.StepDone); v.Bill == nil || v.Bill.State != local.BillSilent || v.Fee != nil || v.Ticket != nil {
					t.Errorf("bill %+v", v.Bill)
				}
				if slips := p.printed(); len(slips) != 0 {
					t.Errorf("slips %q", slips)
				}
				k.receipt(s, request.StatusAccepted)
				k.result(s, request.ClassOK, &request.Answer{Bill: &request.AnswerBill{State: request.BillPaid, Receipt: "BL17"}})
				time.Sleep(2 * time.Second)
				if v := k.at(local.StepDone); v.Bill == nil || v.Bill.State != "paid" {
					t.Errorf("the answer that came late: bill %+v", v.Bill)
				}
			}, offering(catalogue.PayFee, catalogue.QueueTicket), with(p))
		})
	}
}

// TestBillOffline: without a connection it is not begun, and the menu says so; when the
// connection goes meanwhile the person is sent to the cashier at once.
func TestBillOffline(t *testing.T) {
	p := &press{}
	visit(t, func(k *kit) {
		k.session.SetLink(session.Link{Code: fault.Offline})
		if o := k.state().Kiosk.Services[0]; o.Service != catalogue.PayFee || o.Withheld != local.WithheldOffline {
			t.Errorf("offered: %+v", o)
		}
		k.act(local.VerbBegin, catalogue.PayFee)
		if k.at(local.StepAbout); k.try(local.VerbContinue, "") == nil {
			t.Error("it is begun without a connection")
		}
		k.session.SetLink(session.Link{Online: true})
		k.act(local.VerbContinue, "")
		k.session.SetLink(session.Link{Code: fault.Offline})
		k.answer(catalogue.FieldBill, billNumber)
		k.sent(catalogue.PayFee)
		if v := k.at(local.StepDone); v.Bill == nil || v.Bill.State != local.BillSilent || len(p.printed()) != 0 {
			t.Errorf("bill %+v", v.Bill)
		}
	}, offering(catalogue.PayFee, catalogue.QueueTicket), with(p))
}
