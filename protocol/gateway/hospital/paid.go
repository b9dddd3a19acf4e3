package hospital

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/code/vietqr"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// ErrNotTaken: the hospital does not take this, now or later, such as a department
// that sees nobody for a fee. Permanent.
var ErrNotTaken = errors.New("the hospital's system does not take this")

// Payee is where fees go; without a bank there are no payment codes.
type Payee struct {
	Bank    string // six digits, given by NAPAS
	Account string
}

// Check fails for a payee that no payment code can name.
func (p Payee) Check() error {
	if p == (Payee{}) {
		return nil
	}
	_, err := vietqr.Make(vietqr.Payment{Bank: p.Bank, Account: p.Account, Amount: 1})
	return err
}

// Paid registers people who pay (H02) with the hospital's system, once for each person,
// day and specialty. The request is receipted at once; the system may be away for a
// while.
type Paid struct {
	System *System
	Payee  Payee
}

// Retry implements gateway.Later. A place in the queue is of use for that day.
func (*Paid) Retry() gateway.Retry {
	return gateway.Retry{Attempts: 1 << 20, First: time.Second, Most: time.Minute, Within: 12 * time.Hour, Timeout: 10 * time.Second}
}

// Handle implements gateway.Later. What the hospital has said once is kept, without the
// person, and said again.
func (s *Paid) Handle(ctx context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if r.Inner.Subject == nil {
		return gateway.Outcome{}, errors.New("registering: nobody is named")
	}
	key := hex.EncodeToString(r.Key[:])
	place := "hospital/paid/" + key
	kept, found, err := st.Get(place)
	if err != nil {
		return gateway.Outcome{}, err
	}
	var said Registered
	if found {
		err = json.Unmarshal(kept, &said)
	} else {
		said, err = s.System.Register(ctx, key, Registration{
			Facility: r.Outer.Facility, Specialty: r.Text("specialty"), Group: r.Text("group"), Phone: r.Text("phone"),
			Person: *personOf(r.Inner.Subject), Evidence: r.Level, Came: time.UnixMilli(r.Came).UTC(),
		})
	}
	if errors.Is(err, ErrNotTaken) {
		return gateway.Outcome{Class: request.ClassReception, Codes: []string{"not-taken"}}, nil
	}
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("registering: %w", err)
	}
	out, err := s.answer(said, r.Again)
	if err != nil || found {
		return out, err
	}
	kept, err = json.Marshal(said)
	if err != nil {
		return gateway.Outcome{}, err
	}
	return out, st.Set(place, kept)
}

// answer is what the person is told.
func (s *Paid) answer(said Registered, again bool) (gateway.Outcome, error) {
	ticket, err := said.Ticket.ticket()
	if err != nil {
		return gateway.Outcome{}, err
	}
	purpose := said.Stay
	if len(purpose) > maxPurpose {
		purpose = purpose[len(purpose)-maxPurpose:]
	}
	fee := s.Payee.fee(said.Fee, purpose)
	a := &request.Answer{CheckIn: &request.AnswerCheckIn{Ticket: ticket, CheckInID: said.Stay, Fee: &fee, Again: again}}
	if a.Validate() != nil {
		return gateway.Outcome{}, errAnswer
	}
	return gateway.Outcome{Class: request.ClassOK, Answer: a}, nil
}

// maxPurpose is how much of the stay's number a payment names: what a bank passes on.
const maxPurpose = 25

// fee is what is to be paid, with a code for exactly that sum, whose purpose is the number
// by which the hospital finds the payment. Where no code can carry it the cashier takes
// the fee.
func (p Payee) fee(due uint64, purpose string) request.Fee {
	f := request.Fee{Due: due}
	if p == (Payee{}) {
		return f
	}
	code, err := vietqr.Make(vietqr.Payment{Bank: p.Bank, Account: p.Account, Amount: due, Purpose: purpose})
	if err == nil {
		f.Code = code
	}
	return f
}
