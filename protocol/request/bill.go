package request

// AnswerBill is what the hospital says of a bill (H05). It names nobody.
type AnswerBill struct {
	State BillState `cbor:"state"`
	Fee   *Fee      `cbor:"fee,omitempty"` // of [BillDue] alone
	// Receipt is the hospital's number of the receipt, of [BillPaid] alone.
	Receipt string `cbor:"receipt,omitempty"`
}

// BillState is how a bill stands.
type BillState string

// States of a bill at the hospital.
const (
	BillDue       BillState = "due"
	BillPaid      BillState = "paid"
	BillCancelled BillState = "cancelled"
	BillUnknown   BillState = "unknown" // the hospital has no such bill
)

func (a AnswerBill) validate() error {
	err := first(
		oneOf("bill.state", a.State, BillDue, BillPaid, BillCancelled, BillUnknown),
		check((a.State == BillDue) == (a.Fee != nil), "bill.fee", "of a bill that is to be paid, and of no other"),
		check((a.State == BillPaid) == (a.Receipt != ""), "bill.receipt", "of a bill that is paid, and of no other"),
		optional(word, "bill.receipt", a.Receipt),
	)
	if err == nil && a.Fee != nil {
		err = first(check(a.Fee.Due > 0, "bill.fee.due", "more than nothing"), a.Fee.validate())
	}
	return err
}
