package model

import (
	"fmt"
	"slices"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
)

// part is one part of a visit, with the screens that belong to it.
type part struct {
	name    text.Key
	screens []Screen
}

// parts are those of a service's visits, in order.
func parts(service string) []part {
	card := part{text.StepCard, []Screen{Place, Key, Reading}}
	if service == catalogue.VerifyVaccine {
		return []part{card, {text.StepVerdict, []Screen{Verdict}}}
	}
	form := part{text.StepForm, []Screen{Question, Check, Agree, Sending}}
	if svc, known := catalogue.Lookup(service); known && svc.Flow == catalogue.FlowGeneric {
		end := part{text.StepReceipt, []Screen{Done}}
		if svc.Print == catalogue.PrintTicket {
			end.name = text.StepNumber
		}
		all := []part{form, end}
		if svc.Subject {
			all = append([]part{card, {text.StepPerson, []Screen{Identify, Compare, Vouch, VouchFinger, VouchCheck}}}, all...)
		}
		return all
	}
	if service == catalogue.Appointment {
		return []part{
			{text.StepForm, []Screen{Question, Agree, Place, Key, Reading, Identify, Looking, Sending}},
			{text.StepNumber, []Screen{Done}},
		}
	}
	if numbered(service) {
		return []part{{text.StepForm, []Screen{Question, Sending}}, {text.StepNumber, []Screen{Done}}}
	}
	if service == "" {
		return []part{card, {text.StepService, []Screen{Menu}}}
	}
	if service == catalogue.CheckIn { // who has no card is asked instead
		card.screens = append(card.screens, Question)
	}
	return []part{
		card,
		{text.StepPerson, []Screen{Identify}},
		{text.StepInsurance, []Screen{Asking, Insurance}},
		{text.StepCheck, []Screen{Check, Choose, Sending}},
		{text.StepNumber, []Screen{Done}},
	}
}

// progress is where in the parts of the visit the person stands.
func (s *State) progress(screen Screen) *Progress {
	if s.visit() == nil {
		return nil
	}
	all := parts(s.visit().Service)
	if screen == Menu || screen == About || s.visit().Acting {
		return nil
	}
	if s.visit().Other != "" && screen != Problem { // a part of the questions
		screen = Question
	}
	i := slices.IndexFunc(all, func(p part) bool { return slices.Contains(p.screens, screen) })
	if i < 0 {
		return nil
	}
	step := s.lang().Say(text.Progress, text.Fill("n", fmt.Sprint(i+1)), text.Fill("total", fmt.Sprint(len(all))))
	return &Progress{At: i + 1, Of: len(all), Label: step + " · " + s.lang().Say(all[i].name)}
}
