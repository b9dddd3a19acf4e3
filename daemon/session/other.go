package session

import (
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

// acquaintance is what is known of somebody else in the form, beside their answers.
type acquaintance struct {
	by       request.KnownBy // empty: they are somebody who is known otherwise
	subject  request.Subject
	evidence *request.Evidence // of their card
	card     cccd.DG13         // what it says
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
	delete(f.known, o.ID)
	if p, ok := s.alike(way); ok {
		f.known[o.ID] = acquaintance{subject: p}
	}
	f.typed[q.ID] = true
	s.goOnAsking("")
	return nil
}

// alike is the person whom a way names: who asks, or somebody else of the form.
func (s *Session) alike(way string) (request.Subject, bool) {
	if way == catalogue.WaySelf {
		return s.visit.chip.subject, true
	}
	like, known := s.visit.form.service().Other(way)
	if !known {
		return request.Subject{}, false
	}
	return s.whoIs(like)
}

// whoIs is somebody of the form, as far as they are known.
func (s *Session) whoIs(o catalogue.Other) (request.Subject, bool) {
	f := &s.visit.form
	if o.Is(f.values) {
		return s.visit.chip.subject, true
	}
	if k, ok := f.known[o.ID]; ok {
		return k.subject, true
	}
	if p, ok := f.values[o.Code()].Person(); ok {
		return p, true
	}
	return o.Typed(f.values)
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
	e := o.chip.evidence(demand(v.service), nil)
	f.known[o.who.ID] = acquaintance{by: request.KnownByCard, subject: o.chip.subject, evidence: &e, card: o.chip.card}
	q, _ := f.svc.Field(o.who.By())
	f.put(q, string(request.KnownByCard))
	s.story("other-known", "who", o.who.ID, "evidence", string(o.chip.level))
	v.dropOther()
	s.on(OtherKnown)
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

// people says how those of the form are known who are not the subject.
func (s *Session) people() []request.Known {
	f := &s.visit.form
	var all []request.Known
	for _, o := range f.service().Others() {
		k, known := f.known[o.ID]
		by, _ := f.values[o.By()].Text()
		switch {
		case known && k.by != "":
			all = append(all, request.Known{Who: o.ID, By: k.by, Evidence: k.evidence})
		case !known && (by == string(request.KnownByCode) || by == string(request.KnownByWord)):
			all = append(all, request.Known{Who: o.ID, By: request.KnownBy(by)})
		}
	}
	return all
}

// twice tells whether an answer about somebody names whoever is in the form already.
func (s *Session) twice(o catalogue.Other, v request.Value) bool {
	number, _ := v.Text()
	if p, ok := v.Person(); ok {
		number = p.Number
	}
	return cccd.IsNumber(number) && s.named(o, number)
}
