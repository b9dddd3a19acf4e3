package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// delivery is one envelope on its way through the gateway.
type delivery struct {
	g      *Gateway
	now    time.Time
	bytes  []byte
	branch wire.Branch
	opened *envelope.Opened

	// Set by open: either request and service, or the reason why not.
	request Request
	service Service
	kind    catalogue.Service
	verdict verdict
	finding finding
	used    []used // the subject's first
	watched watched
	wait    uint32 // seconds that the device is asked to be silent

	// Set by decide, each time anew.
	record *Record
	again  bool
	// refusal is why nothing was done.
	refusal error
	alarm   *Alarm  // about the message: nothing is stored of it
	alarms  []Alarm // about the evidence
	ruling  verdict // verdict, or that the evidence was used before
	from    int64   // the card was read after this
}

// verdict is why a request is not handed to its service; zero: it is.
type verdict struct {
	status request.Status
	code   fault.Code
	reason string
}

func refused(reason string) verdict { return verdict{request.StatusRefused, codeOf(reason), reason} }

// Reasons of refusals that have a fault of their own.
const (
	notOffered     = "not-offered"
	badForm        = "form"
	otherCatalogue = "form-of-another-catalogue"
)

// serviceRefused is the reason of a service that gives none.
const serviceRefused = "service-refused"

func codeOf(reason string) fault.Code {
	switch reason {
	case notOffered:
		return fault.NotOffered
	case badForm, otherCatalogue, otherConsentText:
		return fault.BadForm
	case cardBlocked:
		return fault.CardBlocked
	}
	return fault.Refused
}

// errPoison marks a service that panicked.
var errPoison = errors.New("the service failed on this request")

// deliver runs the transaction, and runs it again without the service when that
// panicked: a request that breaks its service is held for a person to look at,
// and must not be tried for ever.
func (d *delivery) deliver(ctx context.Context) (Reply, error) {
	look := d.look()
	err := d.g.cfg.Inbox.Update(ctx, func(tx Tx) error { return d.decide(ctx, tx) }, look)
	if errors.Is(err, errPoison) {
		d.verdict = verdict{request.StatusHeld, fault.Internal, "service-failed"}
		err = d.g.cfg.Inbox.Update(ctx, func(tx Tx) error { return d.decide(ctx, tx) }, look)
	}
	switch {
	case err != nil:
		return Reply{}, fmt.Errorf("delivering a request: %w", err)
	case d.refusal != nil:
		return Reply{}, d.refusal
	case d.alarm != nil:
		return Reply{}, d.alarm
	}
	return d.answer(), nil
}

// look is what decide will ask for.
func (d *delivery) look() Look {
	o := d.opened.Outer
	l := Look{Device: o.Device, ID: o.ID, Seq: o.Seq}
	if d.verdict.status == request.StatusRefused || d.verdict.status == request.StatusExpired {
		return l
	}
	l.State = append(slices.Concat(d.blockedLook(), d.consentLook()), d.counter())
	if d.keyed() {
		l.Service, l.Key = d.kind.ID, d.request.Key
	}
	for _, u := range d.used {
		l.Marks = append(l.Marks, u.marks()...)
	}
	l.Marks = append(l.Marks, d.watched.keys()...)
	return l
}

// decide is the transaction: the same envelope again gets the same answer, one
// that contradicts an earlier one raises an alarm, and a new one is processed.
func (d *delivery) decide(ctx context.Context, tx Tx) error {
	d.record, d.again, d.alarm, d.alarms, d.ruling, d.from, d.refusal = nil, false, nil, nil, d.verdict, 0, nil
	o := d.opened.Outer
	near, err := tx.Near(o.Device, o.ID, o.Seq)
	if err != nil {
		return err
	}
	for _, r := range near {
		if r.ID == o.ID && r.Digest == d.opened.Digest {
			d.record, d.again = r, true
			return nil
		}
	}
	if kind := d.contradiction(near); kind != "" {
		d.alarm = d.newAlarm(kind)
		if err := freeze(tx, o.Device, kind, d.now); err != nil {
			return err
		}
		return tx.Raise(*d.alarm)
	}
	p, err := tx.Position(o.Device)
	if err != nil {
		return err
	}
	if p.Frozen != "" {
		d.refusal = errFrozen(o.Device, p) // not returned: others share the transaction
		return nil
	}
	if err := d.judge(tx); err != nil {
		return err
	}
	if err := d.watch(tx, near); err != nil {
		return err
	}
	return d.accept(ctx, tx, near)
}

// judge uses the evidence up, holds person, officer and number against what the centre
// knows of them, and raises the alarm that they deserve.
func (d *delivery) judge(tx Tx) error {
	kind := d.finding.alarm
	if d.finding.level != "" && d.ruling.status != request.StatusRefused {
		reason, alarm, err := d.spend(tx)
		if err != nil {
			return err
		}
		if reason != "" {
			d.ruling, kind = refused(reason), alarm
		}
	}
	for _, hold := range []func(Tx) (verdict, AlarmKind, error){d.holdBlocked, d.holdConsent, d.holdOfficer, d.holdLease} {
		if s := d.ruling.status; s != "" && s != request.StatusHeld {
			break
		}
		v, alarm, err := hold(tx)
		if err != nil {
			return err
		}
		if v.status != "" {
			d.ruling, kind = v, alarm
		}
	}
	if kind == "" {
		return nil
	}
	d.alarms = append(d.alarms, *d.newAlarm(kind))
	return tx.Raise(d.alarms[0])
}

// contradiction finds what an authentic envelope cannot be beside its neighbours.
func (d *delivery) contradiction(near []*Record) AlarmKind {
	o := d.opened.Outer
	for _, r := range near {
		switch {
		case r.ID == o.ID:
			return AlarmIDReused
		case r.Seq == o.Seq:
			return AlarmSeqReused
		case r.Seq == o.Seq-1 && r.Digest != o.Prev, r.Seq == o.Seq+1 && r.Prev != d.opened.Digest:
			return AlarmChain
		}
	}
	return ""
}

// accept processes a new envelope and stores everything about it. Receipt and
// result are signed outside the order in which requests are decided.
func (d *delivery) accept(ctx context.Context, tx Tx, near []*Record) error {
	outcome, no, err := d.process(ctx, tx)
	if err != nil {
		return err
	}
	position, err := d.advance(tx, near)
	if err != nil {
		return err
	}
	d.record = d.newRecord(outcome)
	return tx.Insert(d.record, func(r *Record) (err error) {
		if r.Receipt, err = d.signReceipt(outcome, no, position); err != nil {
			return err
		}
		r.Result, err = d.signResult(outcome)
		return err
	})
}

// process hands the request to its service, unless there is a verdict already.
// The number is one that a person can quote; of two requests for the same it is
// that of the first.
func (d *delivery) process(ctx context.Context, tx Tx) (Outcome, string, error) {
	if v := d.ruling; v.status == request.StatusRefused || v.status == request.StatusExpired {
		return Outcome{Status: v.status, Code: v.code}, "", nil
	}
	first, err := d.claimed(tx)
	if err != nil {
		return Outcome{}, "", err
	}
	d.request.From, d.request.Level = d.from, d.finding.level
	outcome := Outcome{Status: d.ruling.status, Code: d.ruling.code}
	if outcome.Status == "" {
		if later, ok := d.service.(Later); ok {
			err = d.postpone(tx, later)
		} else {
			outcome, err = handle(ctx, d.service.Handle, tx, d.request)
			err = errors.Join(err, d.followLater(tx, outcome))
		}
		if err != nil {
			return Outcome{}, "", err
		}
	}
	switch {
	case outcome.Status == request.StatusRefused:
		d.ruling.reason = cmp.Or(outcome.Reason, serviceRefused)
		return outcome, "", nil
	case first != "":
		outcome.Status = cmp.Or(outcome.Status, request.StatusDuplicate)
		return outcome, first, nil
	}
	outcome.Status = cmp.Or(outcome.Status, request.StatusAccepted)
	no, err := d.number(tx)
	if err == nil && d.keyed() {
		err = tx.Claim(d.kind.ID, d.request.Key, no)
	}
	return outcome, no, err
}

// keyed reports whether the request has a business key. One that was held before
// it could be asked has none.
func (d *delivery) keyed() bool { return d.request.Key != request.Digest{} }

// claimed finds the number of an earlier request for the same.
func (d *delivery) claimed(tx Tx) (string, error) {
	if !d.keyed() {
		return "", nil
	}
	first, found, err := tx.Claimed(d.kind.ID, d.request.Key)
	d.request.Again = found
	return first, err
}

// asker is Handle of a [Service], or Follow of a [Follower].
type asker func(context.Context, State, Request) (Outcome, error)

// handle calls the service and turns a panic into [errPoison].
func handle(ctx context.Context, ask asker, st State, r Request) (outcome Outcome, err error) {
	defer func() {
		if recover() != nil {
			err = errPoison
		}
	}()
	return ask(ctx, st, r)
}

// number is the next receipt number of the facility on this day.
func (d *delivery) number(tx Tx) (string, error) {
	n, err := CountUp(tx, d.counter())
	return fmt.Sprintf("%s-%s-%04d", d.branch.Facility, Date(d.now), n), err
}

// counter is where the inbox counts these numbers.
func (d *delivery) counter() string { return "gateway/no/" + d.branch.Facility + "/" + Date(d.now) }

// advance moves the end of the device's chain over this envelope, and over those
// that came before their turn.
func (d *delivery) advance(tx Tx, near []*Record) (Position, error) {
	o := d.opened.Outer
	p, err := tx.Position(o.Device)
	if err != nil || o.Seq != p.Contiguous+1 {
		return p, err
	}
	p.Contiguous, p.Head = o.Seq, d.opened.Digest
	for {
		i := slices.IndexFunc(near, func(r *Record) bool { return r.Seq == p.Contiguous+1 })
		if i < 0 {
			return p, tx.SetPosition(o.Device, p)
		}
		p.Contiguous, p.Head = near[i].Seq, near[i].Digest
		if near, err = tx.Near(o.Device, request.ID{}, p.Contiguous+1); err != nil {
			return p, err
		}
	}
}

func (d *delivery) newRecord(outcome Outcome) *Record {
	o := d.opened.Outer
	return &Record{
		Device: o.Device, ID: o.ID, Seq: o.Seq, Prev: o.Prev, Digest: d.opened.Digest, Service: o.Service,
		Status: outcome.Status, Reason: d.ruling.reason, At: d.now.UnixMilli(), Envelope: d.bytes,
		Level: d.finding.level, Basis: d.finding.basis, From: d.from,
	}
}

func (d *delivery) answer() Reply {
	r := replyOf(d.branch, d.record)
	r.Again, r.Alarms = d.again, d.alarms
	return r
}

func (d *delivery) signReceipt(outcome Outcome, no string, p Position) ([]byte, error) {
	o := d.opened.Outer
	return d.g.signer.Receipt(d.g.cfg.Rand, request.Receipt{
		V: request.Version, ID: o.ID, Device: o.Device, Seq: o.Seq, Digest: d.opened.Digest,
		Status: outcome.Status, Code: outcome.Code, No: no, At: d.now.UnixMilli(),
		Contiguous: p.Contiguous, ChainHead: p.Head, RetryAfter: d.wait,
	})
}

// signResult is nil for an outcome without a class: there is nothing to say.
func (d *delivery) signResult(outcome Outcome) ([]byte, error) {
	if outcome.Class == "" {
		return nil, nil
	}
	o := d.opened.Outer
	return d.g.signer.Result(d.g.cfg.Rand, request.Result{
		V: request.Version, ID: o.ID, Device: o.Device, Service: o.Service,
		Class: outcome.Class, Codes: outcome.Codes, At: d.now.UnixMilli(),
	}, outcome.Answer, d.request.Inner.ReplyKey)
}

func (d *delivery) newAlarm(kind AlarmKind) *Alarm {
	o := d.opened.Outer
	return &Alarm{Kind: kind, Device: o.Device, ID: o.ID, Seq: o.Seq, Digest: d.opened.Digest, At: d.now.UnixMilli(), Times: 1}
}
