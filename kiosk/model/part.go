package model

import (
	"slices"
	"strings"

	"motcua/kiosk/text"
	"motcua/protocol/local"
)

// missing says which part of the machine keeps services of the menu from being begun;
// empty: none.
func (s *State) missing() local.Withheld {
	for _, o := range s.snap.Kiosk.Services {
		if o.Withheld == local.WithheldReader || o.Withheld == local.WithheldFull {
			return o.Withheld
		}
	}
	return ""
}

// attractPart asks nobody for a card that cannot be used: it names what can be done
// nevertheless, and says where to go with the rest.
func (s *State) attractPart(v *View, missing local.Withheld) {
	s.message(v, text.AttractWelcome, text.AttractPart, ArtList)
	words := text.AttractNoReader
	if missing == local.WithheldFull {
		words = text.AttractFull
	}
	v.Notice = &Notice{Care, IconPerson, s.lang().Say(words)}
	goesOn := slices.DeleteFunc(slices.Clone(s.snap.Kiosk.Services), func(o local.Offer) bool { return o.Withheld != "" })
	if len(goesOn) > maxDirect {
		v.Buttons = []Button{s.button("begin", text.AttractChoose, IconArrow, Primary)}
		return
	}
	if len(goesOn) == 0 { // what is left has no number, or no officer
		v.Lead = s.lang().Say(text.AttractNothing)
		v.Buttons = []Button{s.button("begin", text.AttractChoose, IconArrow, Secondary)}
	}
	for _, o := range goesOn {
		b := s.offered(o)
		b.ID, b.Kind = beginWith+o.Service, Primary
		v.Buttons = append(v.Buttons, b)
	}
}

// maxDirect is how many services have buttons of their own before anybody has begun.
const maxDirect = 2

// beginWith and a service are the id of such a button.
const beginWith = "begin."

// begins gives the service that a button begins directly.
func (s *State) begins(id string) (string, bool) {
	service, ok := strings.CutPrefix(id, beginWith)
	return service, ok && slices.ContainsFunc(s.snap.Kiosk.Services, func(o local.Offer) bool { return o.Service == service })
}
