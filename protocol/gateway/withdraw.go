package gateway

import (
	"context"
	"errors"
	"maps"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/fault"
	"motcua/protocol/request"
)

// withdrawer answers service F02: a person takes consent back at a kiosk, by the code on
// a slip or by card. It is the gateway's own service.
type withdrawer struct{ g *Gateway }

// Handle implements [Service]. It counts from when the person said so, which may be long
// before the request came; a kiosk whose clock is ahead moves it to now and no further.
func (w withdrawer) Handle(_ context.Context, st State, r Request) (Outcome, error) {
	tx, ok := st.(Tx)
	if !ok {
		return Outcome{}, errNotOwn
	}
	key, purposes, err := w.meant(tx, r)
	switch {
	case errors.Is(err, ErrNoSlip) || errors.Is(err, ErrSeveral) || errors.Is(err, ErrNoAgreement):
		return Outcome{Status: request.StatusRefused, Code: fault.Refused, Reason: "nothing-to-withdraw"}, nil
	case err != nil:
		return Outcome{}, err
	}
	said := min(r.Outer.CreatedAt+r.Outer.Clock.OffsetMS, r.Now.UnixMilli())
	entry := Entry{Act: ActWithdrawn, Device: r.Outer.Device, Facility: r.Outer.Facility, ID: r.Outer.ID, Service: r.Outer.Service}
	if _, err := withdraw(tx, key, purposes, said, entry, r.Now); err != nil {
		return Outcome{}, err
	}
	kind, _ := catalogue.Lookup(catalogue.WithdrawConsent)
	return Outcome{Class: request.ClassOK, Answer: &request.Answer{Filed: &request.AnswerFiled{
		No: ticket.NumberOf(r.Outer.ID), Next: kind.Next.In(r.Inner.Lang),
	}}}, nil
}

// meant finds whose consent is taken back, and to which purposes.
func (w withdrawer) meant(tx Tx, r Request) (key string, purposes []string, err error) {
	if r.Text("by") == "person" && r.Inner.Subject != nil {
		return w.g.consentKey(r.Inner.Subject.Number), catalogue.Withdrawn(r.Text("what")), nil
	}
	slip, err := ticket.Parse(r.Text("slip"))
	if err != nil || slip.Facility != r.Outer.Facility {
		return "", nil, ErrNoSlip
	}
	c, key, err := w.g.consentOf(tx, r.Outer.Province, slip)
	for _, agreed := range c.Consents {
		purposes = append(purposes, agreed.Purpose)
	}
	return key, purposes, err
}

// withdraw notes that a person takes back what they agreed to until a time, unix
// milliseconds. An earlier withdrawal never undoes a later one.
func withdraw(tx Tx, key string, purposes []string, until int64, entry Entry, now time.Time) (withdrawals, error) {
	before, err := readWithdrawals(tx, key)
	if err != nil {
		return nil, err
	}
	w := withdrawals{}
	maps.Copy(w, before)
	for _, p := range purposes {
		w[p] = max(w[p], until)
	}
	b, err := request.Encode(w)
	if err != nil {
		return nil, err
	}
	return w, errors.Join(tx.Set(key, b), note(tx, entry, now))
}
