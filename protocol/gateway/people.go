package gateway

import (
	"bytes"
	"slices"

	"motcua/protocol/catalogue"
	"motcua/protocol/request"
)

// acquaintance is what the centre found out about others of a form than its subject.
type acquaintance struct {
	levels map[string]request.Level // by the catalogue's id; E1 where no card was there
	used   []used
}

// acquaint holds the evidence of others against those whom the form names, as the
// subject's is held against the subject. What falls short lowers how well they are known,
// and holds nothing: the request stands on the subject's. It returns the reason for a
// refusal.
func (g *Gateway) acquaint(kind catalogue.Service, r Request) (a acquaintance, reason string, alarm AlarmKind) {
	a.levels = map[string]request.Level{}
	form, _ := r.Form.(request.GenericForm)
	if shownWithout(kind, form, r.Inner.People) {
		return a, "card-not-shown", AlarmLevel
	}
	cards := [][]byte{r.Inner.Evidence.SOD}
	for _, k := range r.Inner.People {
		other, known := kind.Other(k.Who)
		who, named := other.In(form.Values)
		if !known || !named {
			return a, "nobody-of-the-form", ""
		}
		a.levels[k.Who] = request.E1
		if k.By != request.KnownByCard {
			continue
		}
		if slices.ContainsFunc(cards, func(sod []byte) bool { return len(sod) > 0 && bytes.Equal(sod, k.Evidence.SOD) }) {
			return a, "one-card-for-two", AlarmMoved
		}
		cards = append(cards, k.Evidence.SOD)
		var f finding
		if reason, alarm := f.tie(*k.Evidence, r); reason != "" {
			return a, reason, alarm
		}
		e := *k.Evidence
		e.Facts.Biometric, e.Facts.Secret = nil, false // nobody is compared but the subject
		if reason := g.examine(&f, kind, e, &who, r.Now); reason != "" {
			return a, reason, AlarmForged
		}
		a.levels[k.Who] = f.level
		a.used = append(a.used, usedOf(*k.Evidence, f.opening))
	}
	return a, "", ""
}

// shownWithout tells whether a form says that a card was there of which there is no
// evidence.
func shownWithout(kind catalogue.Service, form request.GenericForm, people []request.Known) bool {
	return slices.ContainsFunc(kind.Flat, func(o catalogue.Other) bool {
		said, _ := form.Values[o.Shown].YesNo()
		return said && !slices.ContainsFunc(people, func(k request.Known) bool { return k.Who == o.ID && k.By == request.KnownByCard })
	})
}
