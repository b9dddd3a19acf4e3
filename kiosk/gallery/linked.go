package gallery

import (
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
)

// linked are the screens of births and deaths.
func linked() []Example {
	k := Kiosk()
	return []Example{
		{Name: "question-other", Visit: question(catalogue.Birth, local.Question{Field: "father.by", Choices: []string{"card", "code", "word"}, Back: true, Skip: true}), Kiosk: scanner()},
		{Name: "question-householder", Visit: question(catalogue.Birth, local.Question{Field: "householder.by", Choices: []string{"self", "father", "card", "code", "word"}, Back: true, Skip: true}), Kiosk: scanner()},
		{Name: "question-other-code", Visit: question(catalogue.Birth, local.Question{Field: "father.code", Back: true, Scan: true}), Kiosk: scanner()},
		{Name: "question-other-name", Visit: question(catalogue.Birth, local.Question{Field: "father.name", Value: "Trần Văn Giả", Back: true}), Kiosk: k},
		{Name: "question-late", Visit: question(catalogue.Birth, local.Question{Field: "birth_date", Value: "01/09/2025", Problem: "late", Back: true}), Kiosk: k},
		{Name: "question-died", Visit: question(catalogue.Death, local.Question{Field: "died_at", Value: "24/11/2025 09:30", Problem: "not-yet", Back: true}), Kiosk: k},
		{Name: "identify-draft", Visit: withDraft(identifyFor(catalogue.Birth)), Kiosk: k},
		{Name: "looking-draft", Visit: withDraft(about(catalogue.Birth, local.StepLooking)), Kiosk: k},
		{Name: "question-draft", Visit: question(catalogue.Birth, local.Question{Field: "father.by", Choices: []string{"card", "code", "word"}, Back: true, Skip: true, Draft: local.DraftTaken}), Kiosk: scanner()},
		{Name: "question-no-draft", Visit: question(catalogue.Birth, local.Question{Field: "relation", Choices: []string{"mother", "father", "relative", "guardian"}, Draft: local.DraftNone}), Kiosk: k},
		{Name: "other-lift", Visit: ofFather(local.StepPlace, true), Kiosk: k},
		{Name: "other-place", Visit: ofFather(local.StepPlace, false), Kiosk: k},
		{Name: "other-key", Visit: ofFather(local.StepKey, true), Kiosk: scanner()},
		{Name: "other-identify", Visit: ofFather(local.StepIdentify, true), Kiosk: k},
		{Name: "other-same", Visit: ofFather(local.StepProblem, true), Kiosk: k},
		{Name: "check-birth", Visit: checkBirth(), Kiosk: k},
		{Name: "done-birth", Visit: born(), Kiosk: k},
	}
}

// ofFather is a birth that a mother files, in which the father's card is asked for.
func ofFather(step local.Step, card bool) *local.Visit {
	v := about(catalogue.Birth, step)
	v.Other, v.CardPresent, v.Key = "father", card, &local.KeyPrompt{Left: -1}
	switch step {
	case local.StepIdentify:
		v.MayRemove = true
		v.Person = &local.Person{Name: "Trần Văn Giả", NumberMasked: "0990•••••789", Birth: "03/04/1988", Sex: "M", Verdict: "genuine", Level: "E2"}
	case local.StepProblem:
		v.Problem = problem(fault.SamePerson, local.VerbRetry, local.VerbStaff, local.VerbBack).Problem
	default:
	}
	return v
}

// checkBirth is a birth that has been answered.
func checkBirth() *local.Visit {
	v := about(catalogue.Birth, local.StepCheck)
	v.Answers = []local.Answer{
		{Field: "name", Value: Person().Name},
		{Field: "relation", Value: "mother", Asked: true},
		{Field: "father.by", Value: "card", Name: "Trần Văn Giả", Asked: true},
		{Field: "case", Value: "facility", Asked: true},
		{Field: "birth_date", Value: "20/11/2025", Asked: true},
	}
	return v
}

// born is the end of a visit whose birth has begun its procedures.
func born() *local.Visit {
	v := filed()
	svc, _ := catalogue.Lookup(catalogue.Birth)
	v.Service, v.Filed = svc.ID, &local.Filed{No: "w001-C01-251124-0012", Next: svc.Next.VI}
	v.Dossier = &local.Dossier{No: v.Filed.No, Kind: "birth", Overall: "received", Legs: []local.Leg{
		{Procedure: "birth", State: "received", Due: "24/11/2025"},
		{Procedure: "personal-number", State: "waiting"},
		{Procedure: "residence", State: "waiting", Due: "26/11/2025"},
		{Procedure: "insurance-card", State: "waiting", Due: "26/11/2025"},
	}}
	return v
}

// withDraft is a birth for which a hospital's slip was scanned.
func withDraft(v *local.Visit) *local.Visit {
	v.Draft = true
	return v
}
