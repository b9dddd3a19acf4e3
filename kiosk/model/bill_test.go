package model_test

import (
	"testing"

	"motcua/kiosk/model"
	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// TestBill: only a bill that the hospital calls paid has the sign of something done, and
// only one that is to be paid has a code; a state of a newer kioskd leads to the cashier.
func TestBill(t *testing.T) {
	fee := &local.Fee{Due: 150_000, Code: "code"}
	for story, c := range map[string]struct {
		bill  local.Bill
		fee   *local.Fee
		tone  model.Tone
		value string
		pays  bool
	}{
		"due":                {local.Bill{State: "due"}, fee, model.Calm, text.Unbroken("150,000 VND"), true},
		"due at the cashier": {local.Bill{State: "due"}, &local.Fee{Due: 150_000}, model.Calm, text.Unbroken("150,000 VND"), false},
		"due, of no sum":     {local.Bill{State: "due"}, nil, model.Calm, "\u2066B-1\u2069", false},
		"paid":               {local.Bill{State: "paid", Receipt: "BL17"}, nil, model.Good, "\u2066BL17\u2069", false},
		"paid, with a fee":   {local.Bill{State: "paid", Receipt: "BL17"}, fee, model.Good, "\u2066BL17\u2069", false},
		"cancelled":          {local.Bill{State: "cancelled"}, nil, model.Calm, "\u2066B-1\u2069", false},
		"unknown":            {local.Bill{State: "unknown"}, nil, model.Calm, "\u2066B-1\u2069", false},
		"silent":             {local.Bill{State: local.BillSilent}, nil, model.Calm, "\u2066B-1\u2069", false},
		"paid, a long one":   {local.Bill{State: "paid", Receipt: "BL-2026-03-02-0990-17"}, nil, model.Good, "\u2066…6-03-02-0990-17\u2069", false},
		"of a newer kioskd":  {local.Bill{State: "half-paid"}, fee, model.Calm, "\u2066B-1\u2069", false},
	} {
		t.Run(story, func(t *testing.T) {
			s := model.New(start)
			n := snap(visit(local.StepDone))
			c.bill.Number = "B-1"
			n.Visit.Service, n.Visit.Bill, n.Visit.Fee = catalogue.PayFee, &c.bill, c.fee
			s.Receive(n, at(0))
			s.Tap("lang", at(1))
			v := s.View(at(1))
			if v.Tone != c.tone || v.Number == nil || v.Number.Value != c.value || (v.Pay != nil) != c.pays {
				t.Errorf("tone %v, number %+v, pay %+v", v.Tone, v.Number, v.Pay)
			}
		})
	}
}

// TestBillAsked: nothing is said of a bill before the hospital has.
func TestBillAsked(t *testing.T) {
	s := model.New(start)
	n := snap(visit(local.StepDone))
	n.Visit.Service, n.Visit.Receipt = catalogue.PayFee, &local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-1"}
	s.Receive(n, at(0))
	s.Tap("lang", at(1))
	if v := s.View(at(1)); v.Tone != model.Calm || v.Title != "Asking the hospital about the bill" || v.Pay != nil {
		t.Errorf("%s: %s", v.Tone, v.Title)
	}
}
