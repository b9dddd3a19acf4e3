package session

import (
	"strings"

	"motcua/protocol/catalogue"
	"motcua/protocol/cccd"
	"motcua/protocol/request"
)

// prefill answers what the cards that were read have told. What the person has answered
// stays; what came from a card goes with it.
func (s *Session) prefill() {
	f := &s.visit.form
	for _, q := range f.questions() {
		if q.Source != catalogue.SourceChip && q.ID != "address" {
			continue
		}
		before, had := f.given[q.ID]
		if now, answered := f.values[q.ID]; answered && (!had || written(now) != before) {
			continue
		}
		delete(f.values, q.ID)
		delete(f.given, q.ID)
		text := s.suggested(q.ID)
		if value, told, wrong := parse(q, text); told && wrong == "" {
			f.values[q.ID], f.given[q.ID] = value, text
		}
	}
}

// suggested is what the cards tell about a field; empty for nothing.
func (s *Session) suggested(field string) string {
	v := s.visit
	if v.service != catalogue.Birth {
		return ""
	}
	switch field {
	case "family_name": // by custom the father's; who asks may write another
		p, known := s.parent("father")
		if !known {
			p, _ = s.parent("mother")
		}
		first, _, _ := strings.Cut(p.Name, " ")
		return first
	case "address":
		with, _ := v.form.values["lives_with"].Text()
		return s.cardOf(with).Residence
	case "ethnicity":
		return s.ofParents(func(c cccd.DG13) string { return c.Ethnicity })
	case "nationality":
		return s.ofParents(func(c cccd.DG13) string { return c.Nationality })
	case "native_place":
		return s.ofParents(func(c cccd.DG13) string { return c.Origin })
	}
	return ""
}

// parent is one of the child's parents, as far as known.
func (s *Session) parent(who string) (request.Subject, bool) {
	o, _ := s.visit.form.service().Other(who)
	return s.whoIs(o)
}

// ofParents is what the father's card says, else the mother's.
func (s *Session) ofParents(field func(cccd.DG13) string) string {
	if text := field(s.cardOf("father")); text != "" {
		return text
	}
	return field(s.cardOf("mother"))
}

// cardOf is what the card of somebody in the form says, where it was read.
func (s *Session) cardOf(who string) cccd.DG13 {
	v := s.visit
	o, known := v.form.service().Other(who)
	if known && o.Is(v.form.values) {
		return v.chip.card
	}
	if v.form.by(o) != string(request.KnownByCard) {
		return cccd.DG13{}
	}
	return v.form.known[who].card
}

// reuse counts the values of the form that is sent, and those that nobody had to type or
// to choose.
func (s *Session) reuse(values map[string]request.Value) (reused, all int) {
	f := &s.visit.form
	for id := range values {
		all++
		if !f.typed[id] && f.by(catalogue.Other{ID: id}) != string(request.KnownByWord) {
			reused++
		}
	}
	return reused, all
}
