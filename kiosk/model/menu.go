package model

import (
	"slices"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// groups are what services are put together by in a long menu, in its order; a
// service belongs to that of its id's first letter.
func groups() []struct {
	id    string
	words text.Key
} {
	return []struct {
		id    string
		words text.Key
	}{
		{"H", text.GroupHospital},
		{"V", text.GroupVaccine},
		{"C", text.GroupCivil},
		{"S", text.GroupSocial},
		{"F", text.GroupFeedback},
	}
}

// menu offers what the kiosk does; groups of it first where that is more than fits.
func (s *State) menu(v *View) {
	l := s.lang()
	v.Title = l.Say(text.MenuTitle)
	offers := s.snap.Kiosk.Services
	switch {
	case s.group != "":
		s.offer(v, s.grouped(s.group))
		v.Buttons = []Button{s.button("back", text.ChooseBack, IconBack, Secondary)}
	case len(offers) <= maxChoices:
		s.offer(v, offers)
	default:
		for _, g := range groups() {
			switch in := s.grouped(g.id); len(in) {
			case 0:
			case 1:
				v.Choices = append(v.Choices, s.offered(in[0]))
			default:
				v.Choices = append(v.Choices, s.button("group."+g.id, g.words, IconArrow, Choice))
			}
		}
	}
}

// grouped are the services of a group.
func (s *State) grouped(id string) []local.Offer {
	return slices.DeleteFunc(slices.Clone(s.snap.Kiosk.Services), func(o local.Offer) bool { return o.Service[:min(1, len(o.Service))] != id })
}

// offer adds a page of services.
func (s *State) offer(v *View, all []local.Offer) {
	page, more := paged(all, s.page)
	for _, o := range page {
		v.Choices = append(v.Choices, s.offered(o))
	}
	if more {
		v.Choices = append(v.Choices, s.button("more", text.MenuMore, IconArrow, Choice))
	}
}

// offered is the button of a service. One that cannot be begun now says why when it is
// tapped.
func (s *State) offered(o local.Offer) Button {
	label := o.Service
	if svc, ok := catalogue.Lookup(o.Service); ok {
		label = s.lang().Set(svc.Name.In(string(s.lang())))
	}
	b := Button{ID: "service." + o.Service, Label: label, Spoken: text.Plain(label), Icon: IconArrow, Kind: Choice}
	if o.Withheld != "" {
		b.Icon = IconCare
		b.Spoken += ", " + text.Plain(s.lang().Say(text.MenuNotNow))
	}
	return b
}

// about tells what a service takes and does before it begins, or why it cannot.
func (s *State) about(v *View) {
	l := s.lang()
	svc, _ := catalogue.Lookup(s.visit().Service)
	in := func(t catalogue.Text) string { return l.Set(t.In(string(l))) }
	v.Title, v.Art = in(svc.Name), ArtList
	add := func(k text.Key, t catalogue.Text) {
		if words := in(t); words != "" {
			v.Rows = append(v.Rows, Row{Label: l.Say(k), Value: words})
		}
	}
	add(text.AboutBring, svc.Bring)
	add(text.AboutDue, svc.Due)
	add(text.AboutFee, svc.Fee)
	v.Buttons = []Button{s.button("continue", text.AboutBegin, IconArrow, Primary)}
	switch {
	case s.withheld() == local.WithheldOfficer:
		v.Notice = &Notice{Care, IconPerson, l.Say(text.AboutOfficer)}
	case s.withheld() == local.WithheldReader && (s.visit().Claim || s.visit().Naming):
		v.Notice = &Notice{Care, IconCare, l.Say(text.AboutReaderless)}
	case s.withheld() == local.WithheldReader:
		v.Notice = &Notice{Care, IconCare, l.Say(text.AboutNoReader)}
	case s.withheld() == local.WithheldFull:
		v.Notice = &Notice{Care, IconCare, l.Say(text.AboutFull)}
	case s.withheld() == local.WithheldPrinter:
		v.Notice = &Notice{Care, IconCare, l.Say(text.AboutPrinter)}
	case s.withheld() == local.WithheldSession:
		v.Notice = &Notice{Care, IconPerson, l.Say(text.AboutSession)}
	case s.withheld() == local.WithheldFinger:
		v.Notice = &Notice{Care, IconPerson, l.Say(text.AboutFinger)}
	case s.withheld() == local.WithheldToken:
		v.Notice = &Notice{Care, IconCare, l.Say(text.AboutToken)}
	case s.withheld() != "" && s.services() != nil:
		v.Notice = &Notice{Care, IconCloud, l.Say(text.AboutOfficeOffline)}
	case s.services() != nil:
		v.Notice = &Notice{Calm, IconCard, l.Say(text.AboutKeepCard)}
	case s.withheld() == local.WithheldNumbers:
		v.Notice = &Notice{Care, IconCare, l.Say(text.NumberNone)}
	case s.withheld() != "":
		v.Notice = &Notice{Care, IconCloud, l.Say(text.AboutOffline)}
	case s.visit().Attended:
		v.Notice = &Notice{Calm, IconPerson, l.Say(text.AboutAttended)}
	case s.visit().Desk:
		v.Notice = &Notice{Calm, IconPerson, l.Say(text.AboutDesk)}
	case !s.snap.Kiosk.Online:
		v.Notice = &Notice{Calm, IconCloud, l.Say(text.AboutSaved)}
	}
	if s.withheld() != "" {
		v.Rows = nil
		v.Tone, v.Buttons = Care, []Button{s.button("call", text.ExitStaff, IconBell, Primary)}
		s.withoutChip(v)
	}
	v.Buttons = append(v.Buttons, s.button("back", text.ChooseBack, IconBack, Secondary))
}

// withheld says why the service that is told about cannot be begun.
func (s *State) withheld() local.Withheld {
	all := s.snap.Kiosk.Services
	if mine := s.services(); mine != nil {
		all = mine
	}
	for _, o := range all {
		if o.Service == s.visit().Service {
			return o.Withheld
		}
	}
	return ""
}
