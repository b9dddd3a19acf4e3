package model

import (
	"fmt"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// asked is the question that is being asked, with its field of the catalogue.
func (s *State) asked() (local.Question, catalogue.Field, bool) {
	v := s.visit()
	if v == nil || v.Question == nil {
		return local.Question{}, catalogue.Field{}, false
	}
	svc, _ := catalogue.Lookup(v.Service)
	f, ok := svc.Field(v.Question.Field)
	return *v.Question, f, ok
}

// question asks one question of a form.
func (s *State) question(v *View) {
	q, f, ok := s.asked()
	if !ok { // of a newer kioskd
		s.message(v, text.FaultInternalTitle, text.FaultInternal, ArtCare)
		v.Buttons = []Button{s.button("call", text.ExitStaff, IconBell, Primary)}
		return
	}
	if numbered(s.visit().Service) {
		s.numberQuestion(v, q)
		return
	}
	l := s.lang()
	v.Title = l.Set(f.Name.In(string(l)))
	picks, more := paged(s.picks(q, f), s.page)
	for _, b := range picks {
		if b.Selected = q.Value != "" && b.ID == "choice."+q.Value; b.Selected {
			b.Spoken += ", " + text.Plain(l.Say(text.ChooseNow))
		}
		v.Choices = append(v.Choices, b)
	}
	if more {
		v.Choices = append(v.Choices, s.button("more", text.MenuMore, IconArrow, Choice))
	}
	if q.Skip {
		v.Buttons = append(v.Buttons, s.button("skip", text.QuestionSkip, IconArrow, Secondary))
	}
	if q.Back {
		v.Buttons = append(v.Buttons, s.button("back", text.ChooseBack, IconBack, Secondary))
	}
}

// picks are the answers that can be picked.
func (s *State) picks(q local.Question, f catalogue.Field) []Button {
	pick := func(id, label string) Button {
		return Button{ID: "choice." + id, Label: label, Spoken: text.Plain(label), Kind: Choice}
	}
	var all []Button
	switch f.Kind {
	case catalogue.KindChoice:
		for _, id := range q.Choices {
			all = append(all, pick(id, s.choiceName(f, id)))
		}
	case catalogue.KindYesNo:
		all = []Button{pick("yes", s.lang().Say(text.QuestionYes)), pick("no", s.lang().Say(text.QuestionNo))}
	case catalogue.KindNumber:
		for n := f.Min; n <= f.Max && f.Max-f.Min < maxChoices; n++ {
			id := fmt.Sprint(n)
			all = append(all, pick(id, s.word(f.ID+"."+id, id)))
		}
	default:
	}
	return all
}

func (s *State) choiceName(f catalogue.Field, id string) string {
	for _, c := range f.Choices {
		if c.ID == id {
			return s.lang().Set(c.Name.In(string(s.lang())))
		}
	}
	return id
}

// answered is the answer to a question of the form in words.
func (s *State) answered(f catalogue.Field, value string) string {
	switch {
	case value == "":
		return s.lang().Say(text.QuestionLeft)
	case f.Kind == catalogue.KindChoice:
		return s.choiceName(f, value)
	case f.Kind == catalogue.KindYesNo:
		return s.lang().Say(map[bool]text.Key{true: text.QuestionYes, false: text.QuestionNo}[value == "yes"])
	case f.Kind == catalogue.KindNumber:
		return s.word(f.ID+"."+value, shown(value))
	}
	return shown(value)
}

// agree asks for consent to what was checked, in the catalogue's own words: the
// request carries their hash.
func (s *State) agree(v *View) {
	l := s.lang()
	v.Title, v.Art = l.Say(text.AgreeTitle), ArtDesk
	if v.Lead = l.Set(catalogue.ConsentText(s.visit().Service, string(l))); v.Lead != "" {
		v.Buttons = append(v.Buttons, s.button("yes", text.AgreeYes, IconCheck, Primary))
	}
	v.Buttons = append(v.Buttons, s.button("back", text.ChooseBack, IconBack, Secondary))
}
