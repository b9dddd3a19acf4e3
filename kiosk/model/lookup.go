package model

import (
	"time"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// lookup tells how far the request of a slip has come, and what to do next. A state
// of a newer kioskd is told as one that nobody here knows.
func (s *State) lookup(v *View, now time.Time) {
	l := s.lang()
	k := s.visit().Lookup
	if k == nil {
		k = &local.Lookup{}
	}
	s.message(v, text.LookupUnknown, text.LookupUnknownLead, ArtDesk)
	v.Tone = Care
	if title, ok := l.Lookup(text.Key("lookup." + string(k.State) + ".title")); ok {
		v.Title, v.Lead = title, s.word("lookup."+string(k.State), v.Lead)
	}
	done := s.button("finish", text.LookupDone, IconCheck, Primary)
	staff := s.button("call", text.ExitStaff, IconBell, Primary)
	switch k.State {
	case local.LookupReceived:
		v.Tone, v.Art, v.Buttons = Good, ArtCheck, []Button{done}
	case local.LookupSaved:
		v.Tone, v.Art, v.Buttons = Calm, ArtSaved, []Button{done}
	case local.LookupDossiers:
		v.Buttons = []Button{done}
		s.dossiers(v, now, k.Dossiers)
	case local.LookupNone:
		v.Tone, v.Buttons = Calm, []Button{done}
	case local.LookupUnasked, local.LookupSilent:
		staff.Kind = Secondary
		v.Art, v.Buttons = ArtCare, []Button{s.button("retry", text.ExitRetry, IconAgain, Primary), staff}
	default:
		v.Buttons = []Button{staff} // the bar holds the way out
	}
	if k.Withdraw {
		v.Buttons = append(v.Buttons, s.button("service."+catalogue.WithdrawConsent, text.LookupWithdraw, IconNone, Secondary))
	}
	for _, t := range []struct {
		label text.Key
		at    int64
	}{{text.LookupSavedAt, k.SavedAt}, {text.LookupReceivedAt, k.ReceivedAt}} {
		if t.at > 0 {
			v.Rows = append(v.Rows, Row{Label: l.Say(t.label), Value: shown(time.UnixMilli(t.at).In(now.Location()).Format("15:04 02/01/2006"))})
		}
	}
}
