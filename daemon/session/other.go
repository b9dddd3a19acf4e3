package session

import (
	"bytes"
	"slices"

	"motcua/drivers"
	"motcua/protocol/catalogue"
	"motcua/protocol/cccd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// other is somebody else of the form whose card is asked for and read: the other parent,
// a householder, the deceased. Who asks stays who they are meanwhile.
type other struct {
	who    catalogue.Other
	chip   chip
	person *local.Person
}

// acquaintance is what the card of somebody else in the form has told.
type acquaintance struct {
	subject  request.Subject
	evidence request.Evidence
	card     cccd.DG13
}

// reads is the chip that is being asked for: that of somebody else of the form, or of who
// asks.
func (v *visit) reads() *chip {
	if v.other != nil {
		return &v.other.chip
	}
	return &v.chip
}

// shownPerson is who was read from the card that is asked for.
func (v *visit) shownPerson() *local.Person {
	p := v.person
	if v.other != nil {
		p = v.other.person
	}
	if p == nil {
		return nil
	}
	return new(*p)
}

// dropOther forgets the card that was being read of somebody else.
func (v *visit) dropOther() {
	if v.other != nil {
		v.other.chip.wipe()
		v.other = nil
	}
}

// answerWay takes how somebody of the form is known.
func (s *Session) answerWay(o catalogue.Other, q catalogue.Field, way string) error {
	v, f := s.visit, &s.visit.form
	if way != "" && !slices.Contains(s.choices(q), way) {
		return local.ErrNotOffered
	}
	if way == string(request.KnownByCard) {
		v.other = &other{who: o, chip: newChip()}
		s.story("other-wanted", "who", o.ID)
		s.on(OtherWanted)
		return nil
	}
	if f.problem = f.put(q, way); f.problem != "" {
		s.on(AnswerRefused)
		return nil
	}
	f.typed[q.ID] = true
	s.goOnAsking("")
	return nil
}

// whoIs is somebody of the form, as far as they are known.
func (s *Session) whoIs(o catalogue.Other) (request.Subject, bool) {
	f := &s.visit.form
	by := f.by(o)
	switch {
	case o.Is(f.values), by == catalogue.WaySelf:
		return s.visit.chip.subject, true
	case by == string(request.KnownByCard):
		k, known := f.known[o.ID]
		return k.subject, known
	case by == string(request.KnownByCode):
		return f.values[o.Code()].Person()
	case by == string(request.KnownByWord):
		return o.Typed(f.values)
	case slices.Contains(o.Like, by):
		like, _ := f.service().Other(by)
		return s.whoIs(like)
	}
	return request.Subject{}, false
}

// by is how somebody of the form is known; empty before that was answered.
func (f *form) by(o catalogue.Other) string {
	by, _ := f.values[o.By()].Text()
	return by
}

// named tells whether somebody else of the form than o, or who asks, has a number.
func (s *Session) named(o catalogue.Other, number string) bool {
	if number == s.visit.chip.subject.Number {
		return true
	}
	return slices.ContainsFunc(s.visit.form.service().Others(), func(another catalogue.Other) bool {
		p, known := s.whoIs(another)
		return known && another.ID != o.ID && !slices.Contains(o.Like, another.ID) && p.Number == number
	})
}

// choices are those of a question that can be chosen now.
func (s *Session) choices(q catalogue.Field) []string {
	f := &s.visit.form
	ids := f.choices(q)
	o, about := f.service().About(q.ID)
	if !about || q.ID != o.By() {
		return ids
	}
	return slices.DeleteFunc(ids, func(way string) bool {
		if way == string(request.KnownByCode) {
			return !isReady(s.kiosk.devices, drivers.ClassCode)
		}
		if !slices.Contains(o.Like, way) {
			return false
		}
		like, _ := f.service().Other(way)
		_, known := s.whoIs(like)
		return !known || like.Is(f.values) // who asks is a choice of its own
	})
}

// otherNamed takes who was read from the card of somebody else.
func (s *Session) otherNamed(p *local.Person) {
	o := s.visit.other
	if s.named(o.who, o.chip.subject.Number) {
		o.chip.wipe()
		s.fail(SamePerson, fault.SamePerson)
		return
	}
	o.person = p
	s.on(Intact)
}

// otherConfirmed: the card is that of whom the form means.
func (s *Session) otherConfirmed() {
	v := s.visit
	o, f := v.other, &v.form
	way := s.cardTold(o)
	if way == "" {
		way = string(request.KnownByCard)
		f.known[o.who.ID] = acquaintance{o.chip.subject, o.chip.evidence(demand(v.service), nil), o.chip.card}
	}
	q, _ := f.svc.Field(o.who.By())
	f.put(q, way)
	s.story("other-known", "who", o.who.ID, "evidence", string(o.chip.level))
	v.dropOther()
	s.on(OtherKnown)
}

// cardTold is who in the form has shown the card already that was read; empty for nobody.
// One card is told of once.
func (s *Session) cardTold(o *other) string {
	f := &s.visit.form
	for _, id := range o.who.Like {
		like, _ := f.service().Other(id)
		if p, known := s.whoIs(like); known && p.Number == o.chip.subject.Number && f.by(like) == string(request.KnownByCard) {
			return id
		}
	}
	return ""
}

// otherCode takes the code of an identity card as the key to the card of whom the
// question is about.
func (s *Session) otherCode(text string) local.CodeWord {
	f := &s.visit.form
	q, _ := f.svc.Field(f.field)
	o, about := f.service().About(q.ID)
	if !about || q.ID != o.By() || s.answerWay(o, q, string(request.KnownByCard)) != nil {
		return local.CodeNotNow
	}
	_ = s.takeKey(text) // a text without a key has become a problem
	if s.step() == local.StepPlace {
		return local.CodeCard
	}
	return ""
}

// people says how those of the form are known who are not the subject. It shares nothing
// with the visit, which may be wiped while the request is being sealed.
func (s *Session) people() []request.Known {
	f := &s.visit.form
	var all []request.Known
	for _, o := range f.service().Others() {
		k := request.Known{Who: o.ID, By: request.KnownBy(f.by(o))}
		switch k.By {
		case request.KnownByCard:
			k.Evidence = cloned(f.known[o.ID].evidence)
		case request.KnownByCode, request.KnownByWord:
		default: // who asks, or somebody who is told of already
			continue
		}
		all = append(all, k)
	}
	return all
}

// cloned is evidence of a card that shares nothing with e.
func cloned(e request.Evidence) *request.Evidence {
	e.SOD, e.DG1, e.Opening = bytes.Clone(e.SOD), bytes.Clone(e.DG1), bytes.Clone(e.Opening)
	e.Groups, e.Reasons = slices.Clone(e.Groups), slices.Clone(e.Reasons)
	for i, g := range e.Groups {
		e.Groups[i].Hash = bytes.Clone(g.Hash)
	}
	if e.AA != nil {
		e.AA = &request.ActiveAuth{Challenge: e.AA.Challenge, Signature: bytes.Clone(e.AA.Signature), Key: bytes.Clone(e.AA.Key)}
	}
	return &e
}

// forget wipes what the cards of others have told.
func (f *form) forget() {
	for _, k := range f.known {
		clear(k.evidence.SOD)
		clear(k.evidence.DG1)
	}
	*f = form{}
}

// twice tells whether an answer about somebody names whoever is in the form already.
func (s *Session) twice(o catalogue.Other, v request.Value) bool {
	number, _ := v.Text()
	if p, ok := v.Person(); ok {
		number = p.Number
	}
	return cccd.IsNumber(number) && s.named(o, number)
}
