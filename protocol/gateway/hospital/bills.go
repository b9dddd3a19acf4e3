package hospital

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// Bills asks the hospital's system how a bill stands (H05), anew each time: nothing of
// it is kept, since it may be paid meanwhile. That it is paid is the system's word alone.
type Bills struct {
	System *System
	Payee  Payee
}

// Retry implements gateway.Later.
func (*Bills) Retry() gateway.Retry { return standing() }

// Handle implements gateway.Later.
func (s *Bills) Handle(ctx context.Context, _ gateway.State, r gateway.Request) (gateway.Outcome, error) {
	number := r.Text(catalogue.FieldBill)
	b, err := s.System.Bill(ctx, BillSearch{Facility: r.Outer.Facility, Number: number})
	if errors.Is(err, ErrNotTaken) {
		b, err = Bill{Number: number, State: request.BillUnknown}, nil
	}
	var out gateway.Outcome
	if err == nil {
		out, err = s.outcome(number, b)
	}
	if err != nil && stoodLong(r) {
		return gateway.Outcome{Class: request.ClassUnavailable}, nil
	}
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("about a bill: %w", err)
	}
	return out, nil
}

// outcome is what the person is told, if it is an answer about this bill.
func (s *Bills) outcome(number string, b Bill) (gateway.Outcome, error) {
	a := request.AnswerBill{State: b.State, Receipt: b.Receipt}
	if b.State == request.BillDue {
		fee := s.Payee.fee(b.Due, number)
		a.Fee = &fee
	}
	out := gateway.Outcome{Class: request.ClassReception, Answer: &request.Answer{Bill: &a}}
	if b.State == request.BillDue || b.State == request.BillPaid {
		out.Class = request.ClassOK
	}
	if b.Number != number || b.State != request.BillDue && b.Due != 0 || out.Answer.Validate() != nil {
		return gateway.Outcome{}, errAnswer
	}
	return out, nil
}

// stands is how long somebody stands before the kiosk for an answer; who has none by
// then has gone to the desk.
const stands = 20 * time.Second

func stoodLong(r gateway.Request) bool { return r.Now.Sub(time.UnixMilli(r.Came)) > stands }

// standing is for a question whose answer somebody waits for at the kiosk.
func standing() gateway.Retry {
	return gateway.Retry{Attempts: 1 << 20, First: time.Second, Most: 2 * time.Second, Within: time.Hour, Timeout: 5 * time.Second}
}
