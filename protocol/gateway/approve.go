package gateway

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"motcua/protocol/anomaly"
	"motcua/protocol/approval"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

var (
	// ErrApprover: a rule holds the request, and only an approver's own signature lets
	// it go.
	ErrApprover = errors.New("a rule holds the request: an approver has to sign what becomes of it")
	// ErrNoApprover: no approver of the roster has signed the statement.
	ErrNoApprover = errors.New("signed by no approver of the roster")
	// ErrInvolved: the approver is of the facility in question, or the officer whose
	// request it is.
	ErrInvolved = errors.New("the approver is involved")
	// ErrOtherRequest: the statement is about something else.
	ErrOtherRequest = errors.New("the statement is not about the request that is held")
)

// approvalSlack is how far the approver's clock may be ahead.
const approvalSlack = 5 * time.Minute

func approvalKey(device string, id request.ID) string {
	return "gateway/approval/" + device + "/" + id.String()
}

// Approve ends the waiting of a request that a rule holds, as an approver of the
// roster has signed. The statement is kept, and [Gateway.Work] holds it against the
// roster of its own before the service gets the request: who can write the inbox and
// nothing else releases nothing. What was released counts as activity of its
// facility.
func Approve(ctx context.Context, in Inbox, r roster.Roster, rules anomaly.Policy, statement []byte, now time.Time) error {
	s, by, err := openStatement(r, statement)
	if err != nil {
		return err
	}
	return in.Update(ctx, func(tx Tx) error {
		record, h, err := heldByRule(tx, s.Device, s.ID)
		if err != nil {
			return err
		}
		o, err := envelope.ReadOuter(record.Envelope)
		if err != nil {
			return err
		}
		if s.At.After(now.Add(approvalSlack)) {
			return fmt.Errorf("%w: it is dated %s", ErrOtherRequest, s.At.Format(time.DateTime))
		}
		if err := mayApprove(s, by, *record, h, o.Facility); err != nil {
			return err
		}
		return errors.Join(decideRuled(tx, *record, s, now), tx.Set(approvalKey(s.Device, s.ID), statement),
			wake(tx, rules, o, s, now), noteDecision(tx, *record, o, h, s, statement, now))
	})
}

// openStatement finds the approver who signed.
func openStatement(r roster.Roster, statement []byte) (approval.Statement, roster.Officer, error) {
	for _, o := range r.Officers {
		if o.Role != roster.Approver {
			continue
		}
		s, err := approval.Open(statement, ed25519.PublicKey(o.Key[:]))
		if err != nil || s.Facility != o.Facility || s.Ref != o.Ref {
			continue
		}
		if by, valid := r.Approver(s.Facility, s.Ref, s.At); valid {
			return s, by, nil
		}
	}
	return approval.Statement{}, roster.Officer{}, ErrNoApprover
}

// heldByRule finds a request that waits for an approver.
func heldByRule(tx Tx, device string, id request.ID) (*Record, held, error) {
	r, err := tx.Record(device, id)
	if err != nil {
		return nil, held{}, err
	}
	if r == nil || r.Status != request.StatusHeld || r.Decision != "" || !Ruled(r.Reason) {
		return nil, held{}, ErrNotHeld
	}
	h, err := readHeld(tx, device, id)
	return r, h, err
}

func readHeld(st State, device string, id request.ID) (h held, err error) {
	b, found, err := st.Get(heldKey(device, id))
	if err != nil || !found {
		return h, errors.Join(err, ErrNotHeld)
	}
	return h, cbor.Unmarshal(b, &h)
}

// mayApprove tells why an approver must not decide about a request.
func mayApprove(s approval.Statement, by roster.Officer, r Record, h held, facility string) error {
	switch {
	case s.Device != r.Device || s.ID != r.ID || s.Digest != r.Digest || s.At.Add(approvalSlack).UnixMilli() < r.At:
		return ErrOtherRequest
	case by.Facility == facility, by.Ref == h.Officer, by.Card == h.Card && h.Card != roster.Card{}:
		return ErrInvolved
	}
	return nil
}

func decideRuled(tx Tx, r Record, s approval.Statement, now time.Time) error {
	r.Decision = fmt.Sprintf("released by %s/%s: %s", s.Facility, s.Ref, s.Reason)
	if s.Verdict != approval.Release {
		r.Status, r.Decision = request.StatusRefused, fmt.Sprintf("refused by %s/%s: %s", s.Facility, s.Ref, s.Reason)
	}
	return errors.Join(tx.Settle(&r), tx.PutJob(Job{Device: r.Device, ID: r.ID, Next: now.UnixMilli()}))
}

// wake notes that a facility is at work, now that somebody has looked.
func wake(tx Tx, rules anomaly.Policy, o request.Outer, s approval.Statement, now time.Time) error {
	f := anomaly.Fact{Service: o.Service, Province: o.Province, Facility: o.Facility, At: now}
	at, judged := rules.Facility(f)
	if !judged || s.Verdict != approval.Release {
		return nil
	}
	n := rules.Active(at, f)
	return tx.Mark(Mark{seenKey(n.Place), n.Trace.Bytes(), n.Until.UnixMilli()}, now.UnixMilli())
}

func noteDecision(tx Tx, r Record, o request.Outer, h held, s approval.Statement, statement []byte, now time.Time) error {
	act := ActReleased
	if s.Verdict != approval.Release {
		act = ActRefused
	}
	return note(tx, Entry{
		Act: act, Device: r.Device, Facility: o.Facility, ID: r.ID, Digest: r.Digest, Service: r.Service, Rules: h.Rules, Officer: h.Officer,
		By: s.Facility + "/" + s.Ref, Reason: s.Reason, Statement: statement,
	}, now)
}

// errNotApproved: the inbox says that a request is released, and nobody has signed
// that who may.
var errNotApproved = errors.New("released by nobody who may")

// approved holds the release of a request against the roster.
func (t *task) approved(ctx context.Context) error {
	r := t.g.cfg.Officers.newest()
	if !Ruled(t.record.Reason) {
		return nil
	}
	if r == nil {
		return errNotApproved
	}
	var statement []byte
	var h held
	err := t.g.cfg.Inbox.Update(ctx, func(tx Tx) (err error) {
		if statement, _, err = tx.Get(approvalKey(t.record.Device, t.record.ID)); err != nil {
			return err
		}
		h, err = readHeld(tx, t.record.Device, t.record.ID)
		return err
	})
	if err != nil {
		return err
	}
	s, by, err := openStatement(*r, statement)
	if err == nil {
		err = mayApprove(s, by, *t.record, h, t.branch.Facility)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errNotApproved, err)
	}
	if s.Verdict != approval.Release {
		return errNotApproved
	}
	return nil
}
