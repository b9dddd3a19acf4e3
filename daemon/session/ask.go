package session

import (
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/envelope"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// insurer is the question to the insurer and its answer.
type insurer struct {
	asked  request.ID
	timer  *time.Timer
	answer *request.AnswerInsurance // nil: nothing was said
	// why there is no answer, as a class that the screen tells honestly.
	class request.Class
	// unasked: nobody's chip was read, so that the insurer is not asked at all.
	unasked bool
}

// mayAsk tells whether the insurer can be asked now: there is a connection, and
// the evidence is as strong as the question needs.
func (s *Session) mayAsk() bool {
	svc, known := catalogue.Lookup(catalogue.CardValidity)
	return known && s.visit.chip.by == "" && s.kiosk.link.Online && s.visit.chip.level.AtLeast(svc.Evidence)
}

// enterAsking asks the insurer through the centre, as a request of its own
// (service H09) that is worth nothing once the person stops waiting.
func (s *Session) enterAsking() {
	v := s.visit
	v.insurer = insurer{}
	c, err := s.compose(catalogue.CardValidity, request.CardValidity{LookupBy: request.LookupNumber})
	if err != nil {
		s.log.Error("composing the question to the insurer", "visit", v.id, "err", err)
		s.unanswered(request.ClassUnavailable)
		return
	}
	c.draft.ExpiresAt = time.Now().Add(s.cfg.Times.AnswerWait)
	v.insurer.asked = c.draft.ID
	v.insurer.timer = s.later(v, s.cfg.Times.AnswerWait, func() { s.unanswered(request.ClassUnavailable) })
	s.save(c, func(seq uint64, err error) {
		if err != nil {
			s.log.Error("saving the question to the insurer", "visit", v.id, "err", err)
			s.unanswered(request.ClassUnavailable)
			return
		}
		s.story("queued", "service", catalogue.CardValidity, "seq", seq, "id", c.draft.ID.String())
	})
}

// unanswered goes on without the insurer; the screen says so.
func (s *Session) unanswered(class request.Class) {
	if s.step() != local.StepAsking {
		return
	}
	s.visit.insurer.class = class
	s.story("insurance", "class", string(class), "answered", false)
	s.on(NotAnswered)
}

// insurerAnswered takes the result of the question.
func (s *Session) insurerAnswered(r request.Result) {
	v := s.visit
	if v.step != local.StepAsking {
		return // too late: the person has gone on
	}
	a, err := envelope.OpenResult(r, v.reply)
	if err != nil || a.Insurance == nil {
		if err != nil {
			s.log.Warn("opening the insurer's answer", "visit", v.id, "err", err)
		}
		s.unanswered(r.Class)
		return
	}
	v.insurer.answer, v.insurer.class = a.Insurance, a.Insurance.Class
	s.story("insurance", "class", string(a.Insurance.Class), "answered", true)
	s.on(Answered)
}
