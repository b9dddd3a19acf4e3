package session

import (
	"strings"

	"motcua/protocol/insurance"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// enterInsurance shows what the insurer said, or that it could not be asked.
func (s *Session) enterInsurance(e Event) {
	v := s.visit
	if v.insurer.timer != nil {
		v.insurer.timer.Stop()
	}
	if e == AgreedUnasked {
		v.insurer = insurer{class: request.ClassUnavailable}
		if v.chip.by != "" { // whoever shows somebody's code must not learn of their insurance
			v.insurer = insurer{class: request.ClassReception, unasked: true}
		}
		s.story("insurance", "class", string(v.insurer.class), "answered", false)
	}
}

// mayAskAgain: the last try failed for a reason that may have passed.
func (s *Session) mayAskAgain() bool {
	c := s.visit.insurer.class
	return s.mayAsk() && (c == request.ClassUnavailable || c == request.ClassRetry)
}

// action is what the answer, or that there is none, leads to.
func (i insurer) action() insurance.Action {
	if i.unasked {
		return insurance.Unasked()
	}
	if i.answer != nil {
		if a := insurance.Of(i.answer.Code); a.Class == i.class {
			return a
		}
	}
	return insurance.OfClass(i.class)
}

// shown is the insurer's answer as the screen may show it.
func (i insurer) shown() *local.Insurance {
	if i.class == "" {
		return nil
	}
	out := &local.Insurance{Class: string(i.class), TextKey: i.action().TextKey}
	if i.class == request.ClassOps { // nothing the person can do about
		out.Class = string(request.ClassUnavailable)
	}
	if a := i.answer; a != nil {
		out.Code, out.CardMasked = a.Code, maskCard(a.CardNo)
		out.ValidFrom, out.ValidTo, out.Facility = a.ValidFrom, a.ValidTo, a.Facility
	}
	return out
}

// seen is the insurer's answer as the request repeats it; nil when it said
// nothing.
func (i insurer) seen() *request.InsuranceSeen {
	a := i.answer
	if a == nil {
		return nil
	}
	return &request.InsuranceSeen{Class: a.Class, Code: a.Code, CardNo: a.CardNo, AsOf: a.AsOf}
}

// maskCard leaves the first three and the last four characters of an insurance
// card's number.
func maskCard(no string) string {
	if len(no) < 10 {
		return strings.Repeat("•", len(no))
	}
	return no[:3] + "•••••" + no[len(no)-4:]
}
