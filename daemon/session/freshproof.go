package session

import (
	"context"
	"fmt"
	"slices"
	"time"

	"motcua/drivers"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// freshProof has the officer's chip prove itself once more, where it has done so for this
// service in this visit already: the centre takes one proof for one act. The card has to
// lie on the reader still. then gets the reason for which it did not, with a fault code.
func (s *Session) freshProof(service string, then func(error)) {
	v := s.visit
	if v.chip.proving { // one reading after the other
		v.chip.waiting = append(v.chip.waiting, func() { s.freshProof(service, then) })
		return
	}
	if !slices.Contains(v.chip.spent, service) {
		v.chip.spent = append(v.chip.spent, service)
		then(nil)
		return
	}
	if s.slot.reader == "" {
		then(fault.Wrap(fault.CardGone, drivers.ErrNoCard))
		return
	}
	r := reading{reader: s.slot.reader, key: v.chip.key, begun: time.Now()}
	o := request.Opening{Visit: v.id, Device: s.cfg.Device.ID, Facility: s.cfg.Device.Facility, At: r.begun.UnixMilli()}
	options := emrtd.Options{Key: v.chip.key.emrtd, Anchors: s.cfg.Anchors, Now: r.begun, Rand: s.cfg.Rand}
	v.chip.proving = true
	done := func(err error) {
		waiting := v.chip.waiting
		v.chip.proving, v.chip.waiting = false, nil
		then(err)
		for _, next := range waiting {
			next()
		}
	}
	s.run(v, func(ctx context.Context) func() {
		opening, err := s.openingRecord(o)
		if err != nil {
			return func() { done(err) }
		}
		r.opening, options.Challenge = opening, request.ChallengeOf(opening)
		doc, err := s.readGuarded(ctx, r.reader, options)
		return func() {
			if err := s.provenAnew(r, doc, err); err != nil {
				doc.Wipe()
				done(err)
				return
			}
			v.chip.spent = []string{service}
			done(nil)
		}
	})
}

// provenAnew takes the new proof in place of the old one, if it is of the same card.
func (s *Session) provenAnew(r reading, doc *emrtd.Document, err error) error {
	c := &s.visit.chip
	if event, code := judge(doc, err, r.key.qr); event != Intact {
		return fault.Wrap(code, fmt.Errorf("proving the card once more: %s", event))
	}
	facts := factsOf(doc, r.begun)
	switch {
	case roster.CardOf(doc.SOD) != s.visit.duty.card:
		return fault.Wrap(fault.Mismatch, fmt.Errorf("proving the card once more: it is another"))
	case facts.Verdict != request.VerdictGenuine || facts.Proof == request.ProofNone:
		return fault.Wrap(fault.WeakEvidence, fmt.Errorf("proving the card once more: it does not"))
	}
	c.doc.Wipe()
	clear(c.opening)
	c.doc, c.facts, c.opening = doc, facts, r.opening
	c.readAt, c.took, c.reader = r.begun, time.Since(r.begun), r.reader
	s.story("proven-anew")
	return nil
}
