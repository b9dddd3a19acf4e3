package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"motcua/protocol/anomaly"
	"motcua/protocol/catalogue"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// ruledPrefix begins the reason of a request that a rule holds, and the kind of its
// alarm; the rule follows.
const ruledPrefix = "anomaly-"

// Ruled tells whether a request is held by a rule: only an approver may let it go.
func Ruled(reason string) bool { return strings.HasPrefix(reason, ruledPrefix) }

// watched is what the rules see of a request, and what has to be known to judge it.
type watched struct {
	fact   anomaly.Fact
	places []anomaly.Place
}

// see makes the fact of a request whose form was read; what the inbox knows of it is
// added when it is judged.
func (d *delivery) see() watched {
	o, in := d.opened.Outer, d.request.Inner
	mine := func(ms int64) time.Time { return time.UnixMilli(ms + o.Clock.OffsetMS) }
	f := anomaly.Fact{
		Service: d.kind.ID, Province: d.branch.Province, Facility: d.branch.Facility, Device: d.branch.Device,
		At: d.now, Made: mine(o.CreatedAt), Captured: mine(in.Evidence.CapturedAt), Dated: o.Clock.Trust != request.ClockUnset,
		Lots: lots(d.request.Form),
	}
	need := demand(d.kind, d.request.Form)
	if in.Subject != nil && need.Role == catalogue.RoleCitizen {
		f.Subject, f.Birth = d.g.tagOf("subject", in.Subject.Number), in.Subject.Number[:3]
		f.Claimed = !in.Evidence.Facts.Chip
		live := in.Evidence.Facts.Biometric
		f.Exception = need.Evidence.AtLeast(request.E3) && (live == nil || !live.Matched)
	}
	if in.Officer != nil {
		f.Officer = d.g.tagOf("officer", d.branch.Facility, in.Officer.Ref)
	}
	for _, word := range in.Noticed {
		f.Noticed = append(f.Noticed, anomaly.Rule(word))
	}
	if session := answered(d.request.Form, "session"); session != "" {
		f.Session = d.g.tagOf("session", session)
	}
	for _, field := range d.kind.Fields {
		if text := answered(d.request.Form, field.ID); text != "" && (field.Kind == catalogue.KindPhone || field.Kind == catalogue.KindAccount) {
			f.Contacts = append(f.Contacts, d.g.tagOf(string(field.Kind), text))
		}
	}
	return watched{f, d.g.cfg.Rules.Places(f)}
}

// lots are those that a form names.
func lots(form any) []string {
	if one := answered(form, "lot"); one != "" {
		return []string{one}
	}
	f, _ := form.(request.GenericForm)
	all, _ := f.Values["lots"].List()
	return all
}

// tagOf stands for somebody, or for what is theirs, under a key that only the centre
// has.
func (g *Gateway) tagOf(kind string, names ...string) anomaly.Tag {
	m := hmac.New(sha256.New, g.seen)
	m.Write([]byte(strings.Join(append([]string{kind}, names...), "\x00")))
	return anomaly.Tag(m.Sum(nil)[:len(anomaly.Tag{})])
}

func seenKey(at anomaly.Place) string {
	return "gateway/seen/" + string(at.Kind) + "/" + base64.RawURLEncoding.EncodeToString(at.Of[:])
}

// keys are the marks that judging asks for.
func (w watched) keys() (all []string) {
	for _, at := range w.places {
		all = append(all, seenKey(at))
	}
	return all
}

// watch holds the request against the rules. One that meets a rule is held.
func (d *delivery) watch(tx Tx, near []*Record) error {
	if d.watched.fact.Service == "" || d.ruling.status != "" && d.ruling.status != request.StatusHeld {
		return nil
	}
	f, now := d.watched.fact, d.now.UnixMilli()
	if d.from > 0 {
		f.After = time.UnixMilli(d.from)
	}
	if i := slices.IndexFunc(near, func(r *Record) bool { return r.Seq+1 == d.opened.Outer.Seq }); i >= 0 {
		f.Before = near[i].ID.Time().Add(time.Duration(d.opened.Outer.Clock.OffsetMS) * time.Millisecond)
	}
	known := map[anomaly.Place]anomaly.Trace{}
	for _, at := range d.watched.places {
		m, found, err := tx.Marked(seenKey(at), now)
		if err != nil {
			return err
		}
		if found {
			if known[at], err = anomaly.ReadTrace(m.Value); err != nil {
				return fmt.Errorf("reading what is known of a %s: %w", at.Kind, err)
			}
		}
	}
	hits, notes := d.g.cfg.Rules.Judge(f, func(at anomaly.Place) anomaly.Trace { return known[at] })
	for _, n := range notes {
		if err := tx.Mark(Mark{seenKey(n.Place), n.Trace.Bytes(), n.Until.UnixMilli()}, now); err != nil {
			return err
		}
	}
	if len(hits) == 0 {
		return nil
	}
	return d.hold(tx, hits)
}

// hold has a person look at the request: of the alarms, one for each rule, the first
// gives the reason.
func (d *delivery) hold(tx Tx, hits []anomaly.Rule) error {
	d.ruling = verdict{status: request.StatusHeld, reason: ruledPrefix + string(hits[0])}
	for _, r := range hits {
		a := d.newAlarm(AlarmKind(ruledPrefix + r))
		d.alarms = append(d.alarms, *a)
		if err := tx.Raise(*a); err != nil {
			return err
		}
	}
	e := Entry{
		Act: ActHeld, Device: d.branch.Device, Facility: d.branch.Facility, ID: d.opened.Outer.ID, Digest: d.opened.Digest, Service: d.kind.ID, Rules: hits,
	}
	h := held{Rules: hits}
	if o := d.request.Inner.Officer; o != nil {
		e.Officer, h.Officer = o.Ref, o.Ref
		h.Card = d.cardOf(o.Ref)
	}
	b, err := request.Encode(h)
	if err != nil {
		return err
	}
	if err := tx.Set(heldKey(d.branch.Device, d.opened.Outer.ID), b); err != nil {
		return err
	}
	return note(tx, e, d.now)
}

// held is what is remembered of a request that a rule holds, for whoever decides.
type held struct {
	Rules   []anomaly.Rule `json:"rules"`
	Officer string         `json:"officer,omitempty"`
	Card    roster.Card    `json:"card"` // the officer's; zero when it is not known
}

func heldKey(device string, id request.ID) string {
	return "gateway/held/" + device + "/" + id.String()
}

// cardOf is the card of an officer of the request's facility.
func (d *delivery) cardOf(ref string) roster.Card {
	if r := d.g.cfg.Officers.newest(); r != nil {
		for _, o := range r.Officers {
			if o.Facility == d.branch.Facility && o.Ref == ref {
				return o.Card
			}
		}
	}
	return roster.Card{}
}
