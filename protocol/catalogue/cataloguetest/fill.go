package cataloguetest

import (
	"cmp"
	"slices"
	"strings"

	"motcua/protocol/catalogue"
	"motcua/protocol/request"
)

// Fill is a form in which every field that is asked has an answer. Answers choose
// for the fields they name; of the others, the first choice is taken.
func Fill(s catalogue.Service, answers map[string]string) request.GenericForm {
	form := request.GenericForm{Entry: s.Entry(), Values: map[string]request.Value{}}
	for {
		f, more := s.NextField(form.Values, nil)
		if !more {
			return form
		}
		form.Values[f.ID] = Answer(f, answers[f.ID])
		if slices.ContainsFunc(s.Flat, func(o catalogue.Other) bool { return o.Shown == f.ID }) {
			form.Values[f.ID] = request.YesNoValue(false) // there is no evidence of a card in a form
		}
	}
}

// Variants are forms that together give every answer on which another field, or
// what the service demands, hangs.
func Variants(s catalogue.Service) []request.GenericForm {
	forms := []request.GenericForm{Fill(s, nil)}
	for _, f := range s.Fields {
		if !decides(s, f.ID) {
			continue
		}
		for _, c := range f.Choices {
			forms = append(forms, Fill(s, map[string]string{f.ID: c.ID}))
		}
	}
	return forms
}

func decides(s catalogue.Service, id string) bool {
	return slices.ContainsFunc(s.Fields, func(f catalogue.Field) bool { return f.When != nil && f.When.Field == id }) ||
		slices.ContainsFunc(s.Acts, func(a catalogue.Act) bool { return a.Field == id })
}

// Answer is a good value for a field: the choice given, or the first one.
func Answer(f catalogue.Field, choice string) request.Value {
	switch f.Kind {
	case catalogue.KindNumber, catalogue.KindAmount:
		return request.NumberValue(uint64(max(f.Min, 1)))
	case catalogue.KindYesNo:
		return request.YesNoValue(true)
	case catalogue.KindChoice:
		return request.TextValue(cmp.Or(choice, f.Choices[0].ID))
	case catalogue.KindChoices:
		return request.ListValue(f.Choices[0].ID)
	case catalogue.KindCodes:
		return request.ListValue("LOT-0991", "LOT-0992")
	case catalogue.KindPerson:
		return request.PersonValue(request.Subject{Number: "099190000123", Name: "NGUYỄN THỊ MẪU", Birth: "01/02/1990", Sex: "F"})
	case catalogue.KindAttachments:
		return request.AttachmentsValue(request.Attachment{SHA256: request.Digest{1}, Size: 52_100, Type: request.TypeJPEG})
	default:
		return request.TextValue(words(f))
	}
}

// words are a good text for a field.
func words(f catalogue.Field) string {
	text, known := map[catalogue.Kind]string{
		catalogue.KindName: "Y Bhĭm Niê Kdăm", catalogue.KindPlace: "Số 9, đường Mẫu, xã Ea Mẫu", catalogue.KindDay: "29/02/2024", catalogue.KindDayOrYear: "1990",
		catalogue.KindMonth: "09/2026", catalogue.KindTime: "02/03/2026 07:30", catalogue.KindIDNumber: "099090000123", catalogue.KindInsurance: "GD4990990000123",
		catalogue.KindPhone: "0990000123", catalogue.KindAccount: "0990000123", catalogue.KindDigest: strings.Repeat("0a", 32),
	}[f.Kind]
	if known {
		return text
	}
	const filler = "0990"
	return strings.Repeat(filler, f.Max/len(filler)+1)[:min(f.Max, max(f.Min, 8))]
}
