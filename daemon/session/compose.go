package session

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/emrtd"
	"motcua/protocol/request"
)

// composed is a request that only lacks its place in the queue, signature and
// seal.
type composed struct {
	draft Draft
	outer request.Outer
	inner request.Inner
}

// compose puts a request together from the visit and the form of a service.
func (s *Session) compose(service string, form any) (composed, error) {
	v := s.visit
	now := time.Now()
	svc, ok := catalogue.Lookup(service)
	if !ok {
		return composed{}, fmt.Errorf("composing %s: the catalogue has no such service", service)
	}
	id, err := request.NewID(now, s.cfg.Rand)
	if err != nil {
		return composed{}, err
	}
	f, err := request.Encode(form)
	if err != nil {
		return composed{}, fmt.Errorf("composing %s: form: %w", service, err)
	}
	need := svc.With(func(field string) string {
		f, _ := form.(request.GenericForm)
		text, _ := f.Values[field].Text()
		return text
	})
	need.Subject = need.Subject || s.comes() && v.person != nil // who has shown the card is named
	var subject *request.Subject                                // nil where nobody's card was read
	if v.person != nil && need.Subject {
		subject = new(v.chip.subject)
	}
	var officer *request.Officer
	if o, on := s.cfg.Duty.OnDuty(); on {
		officer = &o
	}
	c := composed{
		draft: Draft{ID: id, Visit: v.id, Service: service, Priority: svc.Priority, ExpiresAt: now.Add(svc.Expiry), Reserved: numbered(service)},
		outer: s.outer(now),
		inner: request.Inner{
			Visit: v.id, Lang: v.lang, Officer: officer, Subject: subject, Evidence: v.evidence(need, officer),
			People: s.people(), Consent: slices.Clone(v.consent), Form: f, ReplyKey: v.reply.Public(),
		},
	}
	c.inner.Noticed = s.noticed(svc, c.inner, now)
	return c, nil
}

// outer is what every request of this device says in clear.
func (s *Session) outer(now time.Time) request.Outer {
	d := s.cfg.Device
	return request.Outer{
		V: request.Version, Type: request.TypeRequest,
		Device: d.ID, Facility: d.Facility, Province: d.Province, Protection: d.Protection,
		CreatedAt: now.UnixMilli(), Clock: s.clock(),
	}
}

// clock is what a request says about the clock that it was made by.
func (s *Session) clock() request.Clock {
	if s.cfg.Clock == nil {
		return request.Clock{Trust: request.ClockHeld}
	}
	return s.cfg.Clock.State()
}

// evidence states what proves that the card was there, and of an officer what was given
// beside it.
func (v *visit) evidence(d catalogue.Demand, officer *request.Officer) request.Evidence {
	e := v.chip.evidence(d, officer)
	if d.Role == catalogue.RoleOfficer {
		e.Facts = v.proven()
		e.Level = request.LevelOf(e.Facts)
	}
	return e
}

// evidence states what proves that the card was there. It shares nothing with
// the visit, which may be wiped while the request is being sealed. What an officer has
// compared counts in that officer's session alone.
func (c *chip) evidence(d catalogue.Demand, officer *request.Officer) request.Evidence {
	if c.doc == nil || !d.Subject && d.Role != catalogue.RoleOfficer {
		return c.claim(d.Evidence != request.E0)
	}
	facts := c.facts
	if b := facts.Biometric; b != nil && (officer == nil || officer.Session != b.Session) {
		facts.Biometric = nil
	} else if b != nil {
		facts.Biometric = new(*b)
	}
	e := request.Evidence{
		Level: request.LevelOf(facts), Facts: facts, Access: c.doc.Access,
		SOD: bytes.Clone(c.doc.SOD), DG1: bytes.Clone(c.doc.DG(1)), Opening: bytes.Clone(c.opening),
		Groups: groups(c.doc), CapturedAt: c.readAt.UnixMilli(), DurationMS: uint32(c.took.Milliseconds()),
		Reader: c.reader,
	}
	if aa := c.doc.ActiveAuth; aa != nil {
		e.AA = &request.ActiveAuth{Challenge: aa.Challenge, Signature: bytes.Clone(aa.Signature), Key: bytes.Clone(c.doc.DG(15))}
	}
	for _, r := range c.doc.Trust.Reasons {
		e.Reasons = append(e.Reasons, string(r))
	}
	return e
}

// claim is evidence without a card: of a code that anybody may hold, or of nothing.
func (c *chip) claim(something bool) request.Evidence {
	f := request.Facts{Claim: something, Verdict: request.VerdictNone, Proof: request.ProofNone}
	e := request.Evidence{Level: request.LevelOf(f), Facts: f, Opening: bytes.Clone(c.opening), CapturedAt: c.readAt.UnixMilli()}
	if c.by != "" {
		e.Reasons = []string{"known-by-" + string(c.by)}
	}
	return e
}

// groups are the signed hashes of the data groups that were read.
func groups(doc *emrtd.Document) []request.GroupHash {
	var out []request.GroupHash
	for _, g := range doc.Trust.Groups {
		if !g.Read {
			continue
		}
		out = append(out, request.GroupHash{Group: uint8(g.Number), Hash: bytes.Clone(g.Hash)})
	}
	return out
}

// subjectHash names a person to the queue for as long as this process lives.
func (s *Session) subjectHash(number string) [16]byte {
	m := hmac.New(sha256.New, s.salt[:])
	m.Write([]byte(number))
	return [16]byte(m.Sum(nil))
}
