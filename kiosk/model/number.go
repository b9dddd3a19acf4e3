package model

import (
	"slices"

	"motcua/kiosk/text"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
)

// numbered tells whether a service gives a number that the kiosk may give out by
// itself.
func numbered(service string) bool {
	svc, _ := catalogue.Lookup(service)
	_, lent := svc.Field(catalogue.FieldLease)
	return lent
}

// numbersOnly tells whether people come to this kiosk for a number and nothing else.
func (s *State) numbersOnly() bool {
	all := s.snap.Kiosk.Services
	return len(all) > 0 && !slices.ContainsFunc(all, func(o local.Offer) bool { return !numbered(o.Service) })
}

// attractNumbers asks nobody for a card.
func (s *State) attractNumbers(v *View) {
	s.message(v, text.NumberAttract, text.NumberAttractLead, ArtList)
	v.Buttons = []Button{s.button("begin", text.NumberBegin, IconArrow, Primary)}
	none := !slices.ContainsFunc(s.snap.Kiosk.Services, func(o local.Offer) bool { return o.Withheld == "" })
	switch {
	case none:
		v.Notice = &Notice{Care, IconCare, s.lang().Say(text.NumberNone)}
	case !s.snap.Kiosk.Online:
		v.Notice = &Notice{Calm, IconCloud, s.lang().Say(text.NumberOffline)}
	}
}

// numberQuestion asks for the queue, or whether somebody is called first: nobody
// first, as most people are not.
func (s *State) numberQuestion(v *View, q local.Question) {
	v.Title = s.lang().Say(text.NumberGroup)
	if len(q.Queues) > 0 {
		v.Title = s.lang().Say(text.NumberQueue)
	}
	picks, more := paged(s.numberPicks(q), s.page)
	v.Choices = picks
	if more {
		v.Choices = append(v.Choices, s.button("more", text.MenuMore, IconArrow, Choice))
	}
	if q.Back {
		v.Buttons = []Button{s.button("back", text.ChooseBack, IconBack, Secondary)}
	}
}

func (s *State) numberPicks(q local.Question) []Button {
	var all []Button
	for _, id := range q.Choices {
		label := s.groupName(id)
		i := slices.IndexFunc(q.Queues, func(of local.Queue) bool { return of.ID == id })
		if i >= 0 {
			label = s.queueName(q.Queues[i])
		}
		b := Button{ID: "choice." + id, Label: label, Spoken: text.Plain(label), Icon: IconArrow, Kind: Choice}
		if i >= 0 && q.Queues[i].Dry {
			b.Icon = IconCare
			b.Spoken += ", " + text.Plain(s.lang().Say(text.NumberDry))
		}
		all = append(all, b)
	}
	return all
}

func (s *State) groupName(id string) string {
	for _, g := range catalogue.Groups() {
		if g.ID == id {
			return s.lang().Set(g.Name.In(string(s.lang())))
		}
	}
	return s.lang().Say(text.NumberGroupNone)
}

func (s *State) queueName(q local.Queue) string {
	return s.lang().Set(catalogue.Text{VI: q.VI, EN: q.EN}.In(string(s.lang())))
}

// number shows the number that the kiosk has given out: it counts, whether the centre
// knows of it yet or not.
func (s *State) number(v *View, t local.Ticket) {
	l := s.lang()
	svc, _ := catalogue.Lookup(s.visit().Service)
	v.Art, v.Title, v.Lead = ArtCheck, l.Say(text.NumberTaken), l.Set(svc.Next.In(string(l)))
	room := text.DoneRoom
	if svc.ID == catalogue.OneStopTicket {
		room = text.NumberCounter
	}
	v.Number = &Number{Caption: l.Say(text.DoneTicket), Value: shown(t.Number)}
	if t.Queue != nil {
		v.Number.Caption = s.queueName(*t.Queue)
	}
	v.Number.add(l.Say(room), shown(t.Room))
	v.Number.add(l.Say(text.DoneFloor), shown(t.Floor))
	if !t.Unknown {
		s.estimate(v.Number, t)
	}
}
