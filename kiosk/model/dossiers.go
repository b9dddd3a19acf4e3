package model

import (
	"strings"
	"time"

	"motcua/kiosk/text"
	"motcua/protocol/local"
)

// dossiers shows one of the person's births and deaths after the other, the newest
// first, each with the states of its procedures.
func (s *State) dossiers(v *View, now time.Time, all []local.Dossier) {
	if len(all) == 0 {
		return
	}
	l := s.lang()
	d := all[s.page%len(all)]
	kind, _, _ := strings.Cut(d.Kind, "-")
	v.Tone, v.Art = Calm, ArtList
	v.Title = s.word("dossier.kind."+kind, l.Say(text.DossierOther))
	v.Lead = s.word("dossier.overall."+d.Overall, "") // while it goes on its parts say enough
	v.Small = l.Say(text.DossierNo, text.Fill("no", d.No))
	for _, leg := range d.Legs {
		if leg.Stale {
			v.Notice = &Notice{Care, IconCare, l.Say(text.DossierStale, text.Fill("date", time.UnixMilli(leg.AsOf).In(now.Location()).Format("02/01/2006")))}
		}
		v.Rows = append(v.Rows, Row{
			Label: s.word("dossier.leg."+leg.Procedure, l.Say(text.DossierLegOther)), Value: s.leg(leg), Strong: leg.ItemBy != "",
		})
	}
	if d.Held {
		v.Notice = &Notice{Care, IconPerson, l.Say(text.DossierHeld)}
	}
	if len(all) > 1 {
		v.Buttons = append(v.Buttons, s.button("more", text.DossierMore, IconArrow, Secondary))
	}
}

// leg is the state of a procedure in words, with the date that belongs to it.
func (s *State) leg(g local.Leg) string {
	l := s.lang()
	words := s.word("dossier.state."+g.State, l.Say(text.DossierStateOther))
	switch {
	case g.ItemBy != "":
		return l.Say(text.DossierBring, text.Fill("date", g.ItemBy))
	case g.Due != "":
		return l.Say(text.DossierDue, text.Fill("state", words), text.Fill("date", g.Due))
	}
	return words
}
