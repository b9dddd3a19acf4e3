package session

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// sent is the visit's request and what became of it.
type sent struct {
	id      request.ID
	seq     uint64
	saved   bool
	receipt *request.Receipt
	handed  bool            // to the broker
	told    bool            // the receipt has had its effect
	result  *request.Result // kept until the receipt is known
	waited  bool            // long enough for the receipt
	ticket  *request.AnswerCheckIn
	filed   *request.AnswerFiled
	issued  *request.AnswerCertificate
	dossier *local.Dossier // that the request began
	class   request.Class  // of the result
	desk    bool           // somebody at the desk decides: that is the whole answer
}

// enterSending composes, signs, seals and saves the request. The screen says
// "saved" only after the queue has said that it will survive a power cut.
func (s *Session) enterSending() {
	v := s.visit
	if numbered(v.service) && v.number.taken == nil {
		s.takeNumber()
		return
	}
	if v.chip.opening != nil {
		s.send()
		return
	}
	at := time.Now() // nobody's card was read, which begins the record otherwise
	o := request.Opening{Visit: v.id, Device: s.cfg.Device.ID, Facility: s.cfg.Device.Facility, At: at.UnixMilli()}
	s.run(v, func(context.Context) func() {
		opening, err := s.openingRecord(o)
		return func() {
			if err != nil {
				s.log.Error("making the opening record", "visit", v.id, "err", err)
				s.fail(NotSaved, fault.Internal)
				return
			}
			v.chip.opening, v.chip.readAt = opening, at
			s.send()
		}
	})
}

// content is the form of the visit's service, filled in.
func (s *Session) content() (any, error) {
	v := s.visit
	if v.service == catalogue.CheckIn {
		return request.CheckIn{Specialty: v.answers.specialty, Insurance: v.insurer.seen()}, nil
	}
	if s.comes() {
		return appointmentForm(catalogue.ActArrive, v.coming.number), nil
	}
	if numbered(v.service) {
		return v.number.form(v.service), nil
	}
	return s.complete()
}

func (s *Session) send() {
	v := s.visit
	form, err := s.content()
	var c composed
	if err == nil {
		c, err = s.compose(v.service, form)
	}
	if err != nil {
		s.log.Error("composing a request", "visit", v.id, "service", v.service, "err", err)
		s.fail(NotSaved, fault.Internal)
		return
	}
	if c.inner.Subject != nil {
		c.draft.Subject = s.subjectHash(v.chip.subject.Number)
	}
	v.sent = sent{id: c.draft.ID}
	if v.service == catalogue.PaidCheckIn {
		v.checkIn = interrupted{} // who pays does not go back to the insurer
	}
	s.save(c, func(seq uint64, err error) {
		if err != nil {
			s.log.Error("saving a request", "visit", v.id, "service", v.service, "err", err)
			s.fail(NotSaved, fault.CodeOf(err))
			return
		}
		v.sent.seq, v.sent.saved = seq, true
		s.story("queued", "service", v.service, "seq", seq, "id", c.draft.ID.String())
		s.helperCalled()
		if f, ok := form.(request.GenericForm); ok && generic(v.service) {
			reused, all := s.reuse(f.Values)
			s.cfg.Meter.Form(v.service, reused, all)
			s.story("form", "service", v.service, "reused", reused, "all", all)
		}
		s.on(Saved)
		switch {
		case s.deskOnly():
			s.arrivalUnanswered()
		case s.billed() && !s.kiosk.link.Online:
			s.billUnanswered() // the connection went while the person was asked
		case s.billed():
			s.later(v, s.cfg.Times.AnswerWait, s.billUnanswered)
		case !s.kiosk.link.Online || numbered(v.service):
			s.offerSlip() // no better one will come while the person waits
		case s.comes():
			s.later(v, s.cfg.Times.AnswerWait, s.arrivalUnanswered)
		case v.service == catalogue.PaidCheckIn || v.chip.by != "":
			s.later(v, s.cfg.Times.AnswerWait, s.offerSlip)
		}
	})
}

// save signs, seals and queues a request outside the loop. It is not given up
// when the visit ends meanwhile: what the person sent is sent.
func (s *Session) save(c composed, then func(seq uint64, err error)) {
	v, id := s.visit, c.draft.ID
	v.saving[id] = []func(){}
	s.run(v, func(ctx context.Context) func() {
		seq, err := s.cfg.Queue.Save(context.WithoutCancel(ctx), c.draft, s.sealer(c))
		return func() {
			early := v.saving[id]
			delete(v.saving, id)
			then(seq, err)
			for _, f := range early {
				f()
			}
		}
	})
}

// maxEarly bounds what is held for one request while it is being saved.
const maxEarly = 8

// afterSave posts f, which tells of what became of a request. The link may have
// sent a request, and the centre answered, before this goroutine hears that it is
// saved: effects wait for their cause.
func (s *Session) afterSave(id request.ID, f func()) {
	s.post(func() {
		if v := s.visit; v != nil {
			if early, saving := v.saving[id]; saving {
				if len(early) < maxEarly {
					v.saving[id] = append(early, f)
				}
				return
			}
		}
		f()
	})
}

// sealer makes the envelope once the request has its place in the queue.
func (s *Session) sealer(c composed) SealFunc {
	d := s.cfg.Device
	return func(seq uint64, prev request.Digest) (envelope.Sealed, error) {
		o := c.outer
		o.ID, o.Service, o.Seq, o.Prev = c.draft.ID, c.draft.Service, seq, prev
		o.Priority, o.ExpiresAt = c.draft.Priority, c.draft.ExpiresAt.UnixMilli()
		sealed, err := envelope.Seal(s.cfg.Rand, o, c.inner, s.cfg.Service, d.Signer, d.Chain)
		if err != nil {
			return envelope.Sealed{}, fmt.Errorf("sealing %s: %w", c.draft.Service, err)
		}
		return sealed, nil
	}
}

// localNo is the number under which a person finds the request on this kiosk.
func localNo(seq uint64) string { return strconv.FormatUint(seq, 10) }
