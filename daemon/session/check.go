package session

import (
	"slices"

	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// Fields of the check-answers screen.
const (
	fieldName      = "name"
	fieldNumber    = "number"
	fieldBirth     = "birth"
	fieldInsurance = "insurance"
	fieldSpecialty = "specialty"
)

// specialties are the ids that a person may choose from.
func specialties() []string {
	var ids []string
	for _, sp := range catalogue.Specialties() {
		ids = append(ids, sp.ID)
	}
	return ids
}

// change takes another choice for an answer. Only what has choices can change.
func (s *Session) change(field, value string) error {
	if field != fieldSpecialty || !slices.Contains(specialties(), value) {
		return local.ErrNotOffered
	}
	s.visit.answers.specialty = value
	s.on(Changed)
	return nil
}

// rows are the answers as the person checks them before anything is sent.
func (s *Session) rows() []local.Answer {
	v := s.visit
	var rows []local.Answer
	if v.person != nil && demand(v.service).Subject && !v.acting() {
		if generic(v.service) { // number and birth were confirmed before the questions
			return append([]local.Answer{{Field: fieldName, Value: v.person.Name}}, s.formRows()...)
		}
		rows = []local.Answer{
			{Field: fieldName, Value: v.person.Name},
			{Field: fieldNumber, Value: v.person.NumberMasked},
			{Field: fieldBirth, Value: v.person.Birth},
		}
	}
	if generic(v.service) || v.acting() {
		return append(rows, s.formRows()...)
	}
	if v.insurer.class != "" {
		rows = append(rows, local.Answer{Field: fieldInsurance, ValueKey: "insurance.value." + v.insurer.shown().Class})
	}
	return append(rows, local.Answer{
		Field: fieldSpecialty, ValueKey: "specialty." + v.answers.specialty, Choices: specialties(),
	})
}
