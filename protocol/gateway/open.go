package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strconv"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// read verifies the message that came on a branch, and opens it unless its device had
// no business to send it.
func (d *delivery) read(branch wire.Branch) (err error) {
	if d.opened, err = d.g.verifier.Verify(d.bytes, d.now); err != nil {
		return fault.Wrap(fault.Refused, err)
	}
	d.branch = branchOf(d.opened.Device)
	if d.branch == branch && !d.g.cfg.Revoked.Has(d.opened.Device) {
		d.open()
	}
	return nil
}

// open decides, without touching the inbox, whether the service can be asked.
func (d *delivery) open() {
	d.kind = d.g.kinds[d.opened.Outer.Service]
	d.service = d.g.cfg.Services[d.kind.ID]
	switch {
	case d.kind.ID == "":
		d.verdict = refused("unknown-service")
		return
	case d.service == nil:
		d.verdict = refused(notOffered)
		return
	case expired(d.opened.Outer, d.now):
		d.verdict = verdict{request.StatusExpired, fault.Expired, "too-late"}
		return
	}
	if reason := d.unseal(); reason != "" {
		d.verdict = refused(reason)
		if reason == doesNotOpen {
			d.finding.alarm = AlarmMoved // signed by a device that did not seal it
		}
		return
	}
	d.verdict, d.finding = d.g.assess(d.kind, d.request)
	if reason := d.g.consented(d.kind, d.request); reason != "" && d.verdict.status != request.StatusRefused {
		d.verdict = refused(reason)
	}
	if d.g.cfg.Rules != nil {
		d.watched = d.see()
	}
	if d.finding.level != "" {
		d.acquaint()
	}
}

// acquaint finds out about others of the form, and what of all evidence may be used once.
func (d *delivery) acquaint() {
	d.used = []used{usedOf(d.request.Inner.Evidence, d.finding.opening)}
	a, reason, alarm := d.g.acquaint(d.kind, d.request)
	d.request.Known, d.used = a.levels, append(d.used, a.used...)
	if reason != "" && d.verdict.status != request.StatusRefused {
		d.verdict, d.finding.alarm = refused(reason), alarm
	}
}

// unseal reads what is sealed to the service; it returns why it cannot.
func (d *delivery) unseal() string {
	in, err := d.opened.Open(d.g.cfg.Service)
	if err != nil {
		return sealedReason(err)
	}
	form, err := d.kind.Read(in.Form)
	if err != nil {
		return formReason(err)
	}
	d.request = Request{Outer: d.opened.Outer, Inner: in, Form: form, Came: d.now.UnixMilli(), Now: d.now, Date: Date(d.now)}
	d.request.Key = d.g.businessKey(d.kind, d.request)
	return ""
}

// doesNotOpen: sealed to this key and to another outer part.
const doesNotOpen = "does-not-open"

func sealedReason(err error) string {
	switch {
	case errors.Is(err, envelope.ErrRecipient):
		return "sealed-to-another-key"
	case errors.Is(err, envelope.ErrSealed):
		return doesNotOpen
	}
	return "inner-part"
}

// expired compares the request's end with the centre's clock, corrected by what
// the kiosk knows of its own. A kiosk that never had the time cannot say when a
// request ends, so its requests do not.
func expired(o request.Outer, now time.Time) bool {
	if o.Clock.Trust == request.ClockUnset {
		return false
	}
	end := time.UnixMilli(o.ExpiresAt).Add(time.Duration(o.Clock.OffsetMS) * time.Millisecond)
	return now.After(end)
}

// businessKey is the keyed hash of what makes two requests the same, so that the
// inbox compares people without knowing them.
func (g *Gateway) businessKey(kind catalogue.Service, r Request) request.Digest {
	if kind.Alone(func(field string) string { return answered(r.Form, field) }) {
		return request.Digest{}
	}
	m := hmac.New(sha256.New, g.tag)
	part := func(v string) {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(v)))
		m.Write(n[:])
		m.Write([]byte(v))
	}
	part(kind.ID)
	for _, k := range kind.Key {
		part(keyPart(kind, k, r))
	}
	return request.Digest(m.Sum(nil))
}

func keyPart(kind catalogue.Service, k catalogue.KeyPart, r Request) string {
	if field, ok := k.Field(); ok {
		return keyText(kind, r.Form, field)
	}
	switch k {
	case catalogue.KeyFacility:
		return r.Outer.Facility
	case catalogue.KeyDevice:
		return r.Outer.Device
	case catalogue.KeySeq:
		return strconv.FormatUint(r.Outer.Seq, 10)
	case catalogue.KeyDate:
		return r.Date
	case catalogue.KeySubject:
		if r.Inner.Subject != nil {
			return r.Inner.Subject.Number
		}
	}
	return ""
}
