package model

import (
	"fmt"
	"slices"
	"strings"

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
	f, ok := svc.Questions().Field(v.Question.Field)
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
	s.aboutOther(v, f)
	if q.Problem != "" {
		e := catalogue.FieldError{Field: f, Problem: catalogue.Problem(q.Problem)}
		v.Notice = &Notice{Care, IconCare, l.Set(e.Text().In(string(l)))}
	} else if f.Kind == catalogue.KindCodes {
		v.Notice = &Notice{Calm, IconCode, l.Say(text.QuestionCodes, text.Fill("name", v.Title))}
	} else if q.Scan && wayOf(f) != byScan && s.snap.Kiosk.Scanner {
		v.Notice = &Notice{Calm, IconCode, l.Say(text.QuestionScan)}
	}
	if v.Notice == nil {
		v.Notice = s.draftNotice(q)
	}
	switch wayTo(q, f) {
	case byPick, byPicks:
		s.choices(v, q, f)
	case byScan:
		s.scanOnly(v)
	case byDigits:
		v.Pad = s.numberPad(f)
	case byBoard:
		v.Board = s.board(f)
	}
	if s.comes() {
		s.appointmentQuestion(v, q)
	}
	if q.Skip {
		v.Buttons = append(v.Buttons, s.button("skip", text.QuestionSkip, IconNone, Secondary))
	}
	if q.Back {
		v.Buttons = append(v.Buttons, s.button("back", text.ChooseBack, IconBack, Secondary))
	}
}

// choices offers the answers that can be picked, a page of them at a time.
func (s *State) choices(v *View, q local.Question, f catalogue.Field) {
	picks, more := paged(s.picks(q, f), s.page)
	chosen := strings.Split(string(s.entry.text), "\n")
	for _, b := range picks {
		id, _ := choiceOf(b.ID)
		if b.Selected = slices.Contains(chosen, id); b.Selected {
			b.Spoken += ", " + text.Plain(s.lang().Say(text.ChooseNow))
		}
		v.Choices = append(v.Choices, b)
	}
	if more {
		v.Choices = append(v.Choices, s.button("more", text.MenuMore, IconArrow, Choice))
	}
	if wayOf(f) == byPicks {
		on := s.button("submit", text.ExitContinue, IconArrow, Primary)
		on.Disabled = len(s.entry.text) == 0
		v.Buttons = append(v.Buttons, on)
	}
}

// numberPad is the digit pad for a number or a day; what is typed stands over it as it
// will be sent.
func (s *State) numberPad(f catalogue.Field) *Pad {
	pad := &Pad{Typed: s.entry.written(f), Keys: s.padKeys(text.BoardOn)}
	n := len(s.entry.text)
	for i := range pad.Keys {
		k := &pad.Keys[i]
		switch k.ID {
		case "key.del", "submit":
			k.Disabled = n == 0
		default:
			k.Disabled = n >= digitsOf(f)
		}
	}
	return pad
}

// picks are the answers that can be picked.
func (s *State) picks(q local.Question, f catalogue.Field) []Button {
	pick := func(id, label string) Button {
		return Button{ID: "choice." + id, Label: label, Spoken: text.Plain(label), Kind: Choice}
	}
	var all []Button
	switch f.Kind {
	case catalogue.KindChoice, catalogue.KindChoices:
		for _, id := range q.Choices {
			all = append(all, pick(id, s.choiceName(f, id)))
		}
	case catalogue.KindYesNo:
		all = []Button{pick("yes", s.lang().Say(text.QuestionYes)), pick("no", s.lang().Say(text.QuestionNo))}
	case catalogue.KindNumber:
		for n := f.Min; n <= f.Max; n++ {
			id := fmt.Sprint(n)
			all = append(all, pick(id, s.word(f.ID+"."+id, id)))
		}
	default:
		for _, id := range q.Choices { // the kiosk knows what it can be
			all = append(all, pick(id, shown(id)))
		}
	}
	return all
}

// wayTo is how a question is answered: what the kiosk knows the answers to is picked.
func wayTo(q local.Question, f catalogue.Field) way {
	if len(q.Choices) > 0 && wayOf(f) == byBoard {
		return byPick
	}
	return wayOf(f)
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
	case f.Kind == catalogue.KindChoices:
		var names []string
		for id := range strings.SplitSeq(value, "\n") {
			names = append(names, s.choiceName(f, id))
		}
		return strings.Join(names, ", ")
	case f.Kind == catalogue.KindCodes:
		return s.lang().Set(strings.ReplaceAll(value, "\n", ", "))
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
