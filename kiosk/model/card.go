package model

import (
	"fmt"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// keyPad asks for the last six digits of the number.
func (s *State) keyPad(v *View) {
	l := s.lang()
	s.message(v, text.KeyTitle, text.KeyWhere, ArtDigits)
	if s.snap.Kiosk.Scanner {
		v.Small = l.Say(text.KeyCode)
	}
	if s.snap.Kiosk.Officers {
		v.Notice = &Notice{Care, IconCare, l.Say(text.OfficersOnly)}
	}
	if k := s.visit().Key; k != nil && k.Failed > 0 { // it stays while typing, so that the keys do not move
		words := l.Say(text.KeyWrong)
		if k.Left >= 0 {
			words += " " + l.Say(text.KeyLeft, text.Fill("n", fmt.Sprint(k.Left)))
		}
		v.Notice = &Notice{Care, IconCare, words}
	}
	v.Pad = s.digitPad(string(s.pad[:s.typed]), text.KeySubmit)
	s.ofOther(v, text.OtherKeyTitle)
}

// digitPad is the pad with what is shown of the digits that were typed, and the
// words of its last key.
func (s *State) digitPad(shown string, submit text.Key) *Pad {
	return &Pad{
		Typed: shown, Len: padLen, Keys: s.padKeys(submit),
		Spoken: text.Plain(s.lang().Say(text.KeyEntered, text.Fill("n", fmt.Sprint(s.typed)))),
	}
}

// padKeys are the keys in reading order: 1 to 9, delete, 0, submit.
func (s *State) padKeys(words text.Key) []Button {
	digit := func(d int) Button {
		n := fmt.Sprint(d)
		spoken := text.Plain(s.lang().Say(text.KeyDigit, text.Fill("n", n)))
		return Button{ID: "key." + n, Label: n, Spoken: spoken, Kind: Choice, Disabled: s.typed == padLen}
	}
	keys := make([]Button, 0, 12)
	for d := 1; d <= 9; d++ {
		keys = append(keys, digit(d))
	}
	del := s.button("key.del", text.KeyDelete, IconDelete, Secondary)
	del.Disabled = s.typed == 0
	submit := s.button("submit", words, IconArrow, Primary)
	submit.Disabled = s.typed < padLen
	return append(keys, del, digit(0), submit)
}

// reading shows how far the chip has been read.
func (s *State) reading(v *View) {
	s.message(v, text.ReadingTitle, text.ReadingLead, ArtReading)
	r := s.visit().Reading
	if r == nil {
		r = &local.Reading{Stage: local.StageOpening, Total: 3}
	}
	v.Stages = s.stages(*r)
	v.Number = &Number{Value: s.lang().Say(text.ReadingCount,
		text.Fill("n", fmt.Sprint(min(r.Done+1, max(r.Total, 1)))), text.Fill("total", fmt.Sprint(max(r.Total, 1))))}
}

// stages lists the parts of reading in order, the photo only if it is read.
func (s *State) stages(r local.Reading) []Stage {
	all := []struct {
		stage local.Stage
		words text.Key
	}{
		{local.StageOpening, text.StageOpening},
		{local.StageIdentity, text.StageIdentity},
		{local.StageVerifying, text.StageVerifying},
		{local.StagePhoto, text.StagePhoto},
	}
	if r.Total == len(all)-1 && r.Stage != local.StagePhoto {
		all = all[:len(all)-1]
	}
	out := make([]Stage, len(all))
	past := true
	for i, a := range all {
		now := a.stage == r.Stage
		past = past && !now
		out[i] = Stage{Label: s.lang().Say(a.words), Past: past || i < r.Done, Now: now && i >= r.Done}
	}
	return out
}

// identify asks whether the card's holder is the person, and for consent.
func (s *State) identify(v *View) {
	l := s.lang()
	v.Title, v.Rows = l.Say(text.IdentifyTitle), s.personRows()
	if s.other() != "" {
		v.Buttons = append(v.Buttons, s.button("yes", text.OtherYes, IconCheck, Primary), s.button("no", text.OtherNo, IconNone, Secondary))
		v.Notice = s.cardHint()
		s.ofOther(v, text.OtherIdentify)
		return
	}
	if s.visit().Draft { // the centre is asked for the hospital's file before anything is sent
		v.Fine = l.Set(catalogue.ConsentText(catalogue.DossierStatus, string(l)))
		v.Buttons = append(v.Buttons, s.button("yes", text.IdentifyYes, IconCheck, Primary), s.button("no", text.IdentifyNo, IconNone, Secondary))
		v.Notice = s.cardHint()
		return
	}
	if s.agreesLater() {
		v.Buttons = append(v.Buttons, s.button("yes", text.IdentifyMe, IconCheck, Primary), s.button("no", text.IdentifyNo, IconNone, Secondary))
		if v.Notice = s.cardHint(); s.visit().Desk {
			v.Notice = &Notice{Calm, IconPerson, l.Say(text.IdentifyDesk)}
		} else if s.claimed() {
			v.Notice = &Notice{Calm, IconPerson, l.Say(text.IdentifyClaim)}
		}
		if s.visit().Attended {
			v.Notice = &Notice{Calm, IconPerson, l.Say(text.IdentifyAttended)}
		}
		return
	}
	// The catalogue's own words: the request carries their hash. Without words
	// there is nothing to agree to.
	if v.Fine = l.Set(catalogue.ConsentText(s.visit().Service, string(l))); v.Fine != "" {
		v.Buttons = append(v.Buttons, s.button("yes", text.IdentifyYes, IconCheck, Primary))
	}
	v.Buttons = append(v.Buttons, s.button("no", text.IdentifyNo, IconNone, Secondary))
	if v.Notice = s.cardHint(); s.claimed() {
		v.Notice = &Notice{Calm, IconPerson, l.Say(text.IdentifyClaim)}
	}
}

// claimed: no chip has named the person.
func (s *State) claimed() bool {
	p := s.visit().Person
	return p != nil && p.Verdict == "none"
}

// personRows say who the card says it is.
func (s *State) personRows() []Row {
	p, l := s.visit().Person, s.lang()
	if p == nil {
		return nil
	}
	return []Row{
		{Label: l.Say(text.FieldName), Value: text.Isolate(p.Name), Strong: true},
		{Label: l.Say(text.FieldNumber), Value: shown(p.NumberMasked)},
		{Label: l.Say(text.FieldBirth), Value: shown(p.Birth)},
	}
}

// agreesLater: with a form of questions, consent follows what is to be sent.
func (s *State) agreesLater() bool {
	svc, ok := catalogue.Lookup(s.visit().Service)
	return ok && svc.Flow == catalogue.FlowGeneric
}

// cardHint says whether the card must stay.
func (s *State) cardHint() *Notice {
	v := s.visit()
	switch {
	case !v.CardPresent:
		return nil
	case v.MayRemove:
		return &Notice{Good, IconCard, s.lang().Say(text.CardTake)}
	}
	return &Notice{Calm, IconCard, s.lang().Say(text.CardKeep)}
}

// shown isolates a number or date and keeps it on one line.
func shown(value string) string { return text.Unbroken(text.Isolate(value)) }
