package model

import (
	"slices"
	"strings"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// maxChoices is how many choices one screen offers.
const maxChoices = 6

type insuranceWords struct {
	title, lead text.Key
	tone        Tone
	art         Art
	again       bool
}

// answerOf gives each action class of the insurer's answer its words; one from a
// newer kioskd is told as one that staff look at.
func answerOf(class string) insuranceWords {
	switch class {
	case "ok":
		return insuranceWords{text.InsuranceOK, text.InsuranceOKLead, Good, ArtShield, false}
	case "new-card":
		return insuranceWords{text.InsuranceNew, text.InsuranceNewLead, Good, ArtShield, false}
	case "pending":
		return insuranceWords{text.InsuranceNone, text.InsuranceNoneLead, Care, ArtDesk, false}
	case "child":
		return insuranceWords{text.InsuranceChild, text.InsuranceChildLead, Calm, ArtDesk, false}
	case "discrepancy":
		return insuranceWords{text.InsuranceDiffers, text.InsuranceDiffersLead, Care, ArtDesk, false}
	case "unavailable", "retry":
		return insuranceWords{text.InsuranceAway, text.InsuranceAwayLead, Care, ArtDesk, true}
	}
	return insuranceWords{text.InsuranceDesk, text.InsuranceDeskLead, Care, ArtDesk, false}
}

// told is w in the words that kioskd names, where there are such.
func (w insuranceWords) told(l text.Lang, key string) insuranceWords {
	title, lead := text.Key(key+".title"), text.Key(key)
	if _, ok := l.Lookup(title); !ok {
		return w
	}
	if _, ok := l.Lookup(lead); ok {
		w.title, w.lead = title, lead
	}
	return w
}

// insurance tells the insurer's answer in plain words.
func (s *State) insurance(v *View) {
	in := s.visit().Insurance
	if in == nil {
		in = &local.Insurance{Class: "unavailable"}
	}
	l := s.lang()
	w := answerOf(in.Class).told(l, in.TextKey)
	s.message(v, w.title, w.lead, w.art)
	v.Tone = w.tone
	for _, r := range []Row{
		{Label: l.Say(text.InsuranceCard), Value: in.CardMasked},
		{Label: l.Say(text.InsuranceTo), Value: in.ValidTo},
		{Label: l.Say(text.InsuranceFacility), Value: in.Facility},
	} {
		if r.Value != "" {
			r.Value = shown(r.Value)
			v.Rows = append(v.Rows, r)
		}
	}
	v.Buttons = []Button{s.button("continue", text.ExitContinue, IconArrow, Primary)}
	if s.mayReport() {
		v.Buttons = append(v.Buttons, s.button("service."+catalogue.Discrepancy, text.InsuranceReport, IconEdit, Secondary))
	}
	if in.Pays {
		v.Buttons = append(v.Buttons, s.button("service."+catalogue.PaidCheckIn, text.InsurancePay, IconArrow, Secondary))
	}
	if w.again && s.snap.Kiosk.Online {
		v.Buttons = append(v.Buttons, s.button("retry", text.InsuranceAgain, IconAgain, Secondary))
	}
}

// mayReport: chip and record differ, and the kiosk takes reports of that.
func (s *State) mayReport() bool {
	in := s.visit().Insurance
	return in != nil && in.Class == "discrepancy" && slices.ContainsFunc(s.snap.Kiosk.Services, func(o local.Offer) bool {
		return o.Service == catalogue.Discrepancy && o.Withheld == ""
	})
}

// leadsTo tells whether the insurer's answer leads to a service.
func (s *State) leadsTo(service string) bool {
	in := s.visit().Insurance
	return service == catalogue.Discrepancy && s.mayReport() || service == catalogue.PaidCheckIn && in != nil && in.Pays
}

// check shows what will be sent, each answer that can be changed with a button. A form
// of questions has as many pages as it takes, and is sent from the last one.
func (s *State) check(v *View) {
	l := s.lang()
	v.Title = l.Say(text.CheckTitle)
	answers := s.visit().Answers
	if s.visit().Acting {
		for _, a := range answers {
			v.Rows = append(v.Rows, s.row(a))
		}
		v.Buttons = []Button{s.button("submit", text.CheckGood, IconArrow, Primary)}
		return
	}
	if !s.agreesLater() {
		v.Fine = l.Say(text.CheckPrivacy)
		for _, a := range answers {
			v.Rows = append(v.Rows, s.row(a))
		}
		v.Buttons = []Button{s.button("submit", text.CheckSend, IconArrow, Primary)}
		return
	}
	from := min(s.page, max(0, len(answers)-1)/checkRows) * checkRows
	to := min(from+checkRows, len(answers))
	for _, a := range answers[from:to] {
		v.Rows = append(v.Rows, s.row(a))
	}
	if to < len(answers) {
		v.Buttons = append(v.Buttons, s.button("more", text.CheckMore, IconArrow, Primary))
	} else {
		v.Buttons = append(v.Buttons, s.button("submit", text.CheckGood, IconArrow, Primary))
	}
	if from > 0 {
		v.Buttons = append(v.Buttons, s.button("back", text.ChooseBack, IconBack, Secondary))
	}
}

// checkRows is how many answers of a form fit on every panel with their buttons.
const checkRows = 3

// row is one answer to be checked.
func (s *State) row(a local.Answer) Row {
	l := s.lang()
	r := Row{Label: s.word("field."+a.Field, a.Field), Value: s.value(a)}
	svc, _ := catalogue.Lookup(s.visit().Service)
	if f, ok := svc.Questions().Field(a.Field); ok && (a.Asked || a.Fixed) {
		r = Row{Label: l.Set(f.Name.In(string(l))), Value: s.answered(f, a.Value)}
		if a.Name != "" {
			r.Value = text.Isolate(a.Name)
		}
	}
	if len(a.Choices) > 0 || a.Asked {
		b := s.button("change."+a.Field, text.CheckChange, IconEdit, Secondary)
		b.Spoken = text.Plain(l.Say(text.CheckSaid, text.Fill("field", r.Label)))
		r.Change = &b
	}
	return r
}

// word says a key of another program, or what stands for it if there are no words.
func (s *State) word(key, otherwise string) string {
	if w, ok := s.lang().Lookup(text.Key(key)); ok {
		return w
	}
	return otherwise
}

func (s *State) value(a local.Answer) string {
	if a.ValueKey != "" {
		return s.word(a.ValueKey, s.lang().Say(text.FieldUnknown))
	}
	if a.Value == "" {
		return s.lang().Say(text.FieldUnknown)
	}
	return shown(a.Value)
}

// choose offers the choices of one answer, at most six at a time.
func (s *State) choose(v *View) {
	a, ok := s.open()
	if !ok {
		return
	}
	v.Title = s.lang().Say(text.ChooseTitle)
	page, more := paged(a.Choices, s.page)
	for _, id := range page {
		key := a.Field + "." + id
		label := s.word(key, id)
		b := Button{ID: "choice." + id, Label: label, Spoken: text.Plain(label), Kind: Choice}
		if key == a.ValueKey || id == a.Value {
			b.Selected = true
			b.Spoken += ", " + text.Plain(s.lang().Say(text.ChooseNow))
		}
		v.Choices = append(v.Choices, b)
	}
	if more {
		v.Choices = append(v.Choices, s.button("more", text.ChooseMore, IconArrow, Choice))
	}
	v.Buttons = []Button{s.button("back", text.ChooseBack, IconBack, Secondary)}
}

// open is the answer whose choices are shown.
func (s *State) open() (local.Answer, bool) {
	if v := s.visit(); v != nil {
		for _, a := range v.Answers {
			if a.Field == s.field {
				return a, true
			}
		}
	}
	return local.Answer{}, false
}

// paged cuts long lists into pages of five and a way to the others.
func paged[T any](all []T, at int) (page []T, more bool) {
	if len(all) <= maxChoices {
		return all, false
	}
	const per = maxChoices - 1
	pages := (len(all) + per - 1) / per
	from := (at % pages) * per
	return all[from:min(from+per, len(all))], true
}

// choiceOf reads the choice out of a button's id.
func choiceOf(id string) (string, bool) { return strings.CutPrefix(id, "choice.") }
