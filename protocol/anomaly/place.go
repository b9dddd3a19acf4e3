package anomaly

import (
	"slices"

	"motcua/protocol/workday"
)

func dormantPlaces(p Policy, f Fact) []Place {
	if !p.work(f) {
		return nil
	}
	return []Place{{KindFacility, TagOf(f.Province, f.Facility)}}
}

// dormant: a facility that did nothing for long, or never did anything that is known,
// is looked at before it begins.
func dormant(p Policy, f Fact, _ Place, known Trace) (bool, Note) {
	return known.since(f.At.Add(-p.DormantAfter)) == 0, Note{}
}

// Active is the note that work is done at a facility, for what was judged well or
// released by a person. at is its place.
func (p Policy) Active(at Place, f Fact) Note {
	return Note{at, Trace{{At: f.At.UnixMilli()}}, f.At.Add(p.DormantAfter)}
}

// Facility is where the activity of f's facility is remembered; false when f is not
// of the kind that the facility is judged by.
func (p Policy) Facility(f Fact) (Place, bool) {
	if at := dormantPlaces(p, f); at != nil && !slices.Contains(p.Off, Dormant) {
		return at[0], true
	}
	return Place{}, false
}

func outOfHours(p Policy, f Fact, _ Place, _ Trace) (bool, Note) {
	t := f.made().In(workday.Zone())
	now := t.Hour()*60 + t.Minute()
	return now < minutes(p.Opens) || now >= minutes(p.Closes), Note{}
}

func noStock(p Policy, f Fact, _ Place, _ Trace) (bool, Note) {
	delivered, known := p.Stock[f.Facility]
	return known && slices.ContainsFunc(f.Lots, func(lot string) bool { return !slices.Contains(delivered, lot) }), Note{}
}

func foreignPlaces(p Policy, f Fact) []Place {
	if !p.act(f) || f.Session == (Tag{}) || f.Birth == "" {
		return nil
	}
	return []Place{{KindSession, f.Session}}
}

// sessionMost is for how long a session's people are counted.
const sessionMost = 7 * day

// tooForeign looks at the last people of a session, and sets the lowest bit of those
// from elsewhere.
func tooForeign(p Policy, f Fact, at Place, known Trace) (bool, Note) {
	who := f.Subject.number()
	if p.foreign(f.Province, f.Birth) {
		who |= 1
	}
	next := known.with(Sighting{f.At.UnixMilli(), who}, f.At.Add(-sessionMost), maxTrace)
	foreign := 0
	for _, s := range next {
		foreign += int(s.Who & 1)
	}
	hit := len(next) >= p.ForeignLeast && float64(foreign) > p.ForeignShare*float64(len(next))
	return hit, Note{at, next, f.At.Add(sessionMost)}
}
