package model

import (
	"strings"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// other is what somebody else of the form is called whose card is asked for; empty while
// it is that of who asks.
func (s *State) other() string {
	v := s.visit()
	if v == nil || v.Other == "" {
		return ""
	}
	svc, _ := catalogue.Lookup(v.Service)
	o, ok := svc.Other(v.Other)
	if !ok { // of a newer kioskd
		return s.lang().Say(text.OtherUnknown)
	}
	return s.called(o)
}

// called is what somebody of the form is called within a sentence.
func (s *State) called(o catalogue.Other) string {
	return strings.ToLower(s.lang().Set(o.Name.In(string(s.lang()))))
}

// aboutOther gives the questions about how somebody is known a title that asks.
func (s *State) aboutOther(v *View, f catalogue.Field) {
	svc, _ := catalogue.Lookup(s.visit().Service)
	o, ok := svc.About(f.ID)
	switch {
	case ok && f.ID == o.By():
		v.Title = s.lang().Say(text.OtherAsk, text.Fill("who", s.called(o)))
	case ok && f.ID == o.Code():
		v.Title = s.lang().Say(text.OtherAskCode, text.Fill("who", s.called(o)))
	}
}

// place asks for a card: for that of somebody else once the first one is off the reader.
func (s *State) place(v *View) {
	s.message(v, text.PlaceTitle, text.PlaceLead, ArtPlace)
	who := s.other()
	if who == "" {
		s.withoutChip(v)
		return
	}
	l := s.lang()
	v.Title = l.Say(text.OtherPlaceTitle, text.Fill("who", who))
	if s.visit().CardPresent {
		v.Lead, v.Art = l.Say(text.OtherLift), ArtLift
	}
	v.Buttons = []Button{s.button("back", text.OtherBack, IconBack, Secondary)}
}

// withoutChip offers who cannot have the chip read to go on with the code of the card, or
// with who they say they are.
func (s *State) withoutChip(v *View) {
	switch visit := s.visit(); {
	case visit.Claim:
		v.Buttons = append(v.Buttons, s.button("claim", text.ExitClaim, IconCode, Secondary))
	case visit.Naming:
		v.Buttons = append(v.Buttons, s.button("name", text.ExitName, IconEdit, Secondary))
	}
}

// ofOther says on a screen about a card that it is somebody else's, with the way to know
// them otherwise.
func (s *State) ofOther(v *View, title text.Key) {
	who := s.other()
	if who == "" {
		return
	}
	v.Title = s.lang().Say(title, text.Fill("who", who))
	v.Buttons = append(v.Buttons, s.button("back", text.OtherBack, IconBack, Secondary))
}

// scanOnly asks for a code that only the reader can take.
func (s *State) scanOnly(v *View) {
	v.Lead, v.Art = s.lang().Say(text.OtherScan), ArtIdentity
}

// mayGoBack tells whether a screen can be left for the one before: one about somebody
// else's card for the question about them.
func (s *State) mayGoBack(screen Screen) bool {
	switch screen {
	case About, Question, Agree, Vouch, VouchFinger, PIN, LayFinger, Desk, Preview, Token:
		return true
	case Place, Key, Identify, Problem:
		return s.visit().Other != ""
	default:
		return false
	}
}

// begun tells of the procedures that a request has begun, each with its day.
func (s *State) begun(n *Number, d local.Dossier) {
	l := s.lang()
	for _, leg := range d.Legs {
		when := l.Say(text.DoneNoDue)
		if leg.Due != "" {
			when = shown(leg.Due)
		}
		n.add(s.word("dossier.leg."+leg.Procedure, l.Say(text.DossierLegOther)), when)
	}
}
