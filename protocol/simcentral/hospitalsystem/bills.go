package hospitalsystem

import (
	"fmt"
	"net/http"
	"time"

	"motcua/protocol/gateway/hospital"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/trouble"
)

// Bill is one that was written.
type Bill struct {
	Number string `json:"number"`
	Fee    uint64 `json:"fee"` // đồng
	// PaidIn is when the cashier or the bank tells the system of the payment, from the
	// start of the system; may lie in the past; 0: never.
	PaidIn    trouble.Duration `json:"paid_in,omitempty"`
	Cancelled bool             `json:"cancelled,omitempty"`
}

// known tells whether people can be asked to pay b.
func (b Bill) known() bool { return b.Number != "" && b.Fee > 0 && b.Fee <= request.MaxFee }

// bill says how a bill stands.
func (s *System) bill(w http.ResponseWriter, r *http.Request) {
	var q hospital.BillSearch
	if !read(w, r, &q) {
		return
	}
	out := hospital.Bill{Number: q.Number, State: request.BillUnknown}
	for i, b := range s.scenario.Bills {
		switch paid := b.PaidIn != 0 && !s.now().Before(s.began.Add(time.Duration(b.PaidIn))); {
		case b.Number != q.Number:
		case b.Cancelled:
			out.State = request.BillCancelled
		case paid:
			out.State, out.Receipt = request.BillPaid, fmt.Sprintf("BL%05d", i+1)
		default:
			out.State, out.Due = request.BillDue, b.Fee
		}
	}
	answer(w, http.StatusOK, out)
}
