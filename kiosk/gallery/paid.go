package gallery

import (
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// paid is the end of a visit that is to be paid for.
func paid(f local.Fee) *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, &local.Ticket{Number: "ED003", Room: "205", Floor: "2", Ahead: 2, Wait: 10}, false)
	v.Service, v.Slip, v.Fee = catalogue.PaidCheckIn, local.SlipPrinted, &f
	return v
}

// asksBill waits for what the hospital says of a bill.
func asksBill() *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, nil, false)
	v.Service, v.CardPresent = catalogue.PayFee, false
	return v
}

// billed is the end of a visit about a bill.
func billed(b local.Bill, f *local.Fee) *local.Visit {
	v := asksBill()
	b.Number = "PT-0990-4127"
	v.Bill, v.Fee = &b, f
	if b.State == "due" || b.State == "paid" {
		v.Slip = local.SlipPrinted
	}
	return v
}

// payment is a code to the account of NAPAS's own samples.
const payment = "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA530370454061500005802VN62210817h001-D251124000036304A199"

// unpaid is the end of one that the hospital has not answered.
func unpaid() *local.Visit {
	v := done(local.Receipt{LocalNo: "12", Saved: true, Received: true, No: "R-2048"}, nil, false)
	v.Service = catalogue.PaidCheckIn
	return v
}

// claimed is who has shown the code of a card alone.
func claimed() *local.Visit {
	v := identifyFor(catalogue.PaidCheckIn)
	v.CardPresent, v.Desk, v.Person.Verdict, v.Person.Level = false, false, "none", "E1"
	return v
}
