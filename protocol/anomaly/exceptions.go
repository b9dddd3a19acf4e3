package anomaly

import "slices"

func comparedPlaces(p Policy, f Fact) []Place {
	if !p.act(f) || f.Officer == (Tag{}) {
		return nil
	}
	return []Place{{KindCompared, TagOf("compared", f.Province, f.Facility)}}
}

// exceptions holds an officer's share of exceptions against the median of the
// colleagues at the facility. The lowest bit of a sighting is an exception.
func exceptions(p Policy, f Fact, at Place, known Trace) (bool, Note) {
	me := f.Officer.number()
	who := me
	if f.Exception {
		who |= 1
	}
	since := f.At.Add(-p.ExceptionWithin)
	next := known.with(Sighting{f.At.UnixMilli(), who}, since, maxTrace)
	shares, mine := map[uint64]share{}, share{}
	for _, s := range next {
		one := share{of: 1, exceptions: int(s.Who & 1)}
		if s.Who&^1 == me {
			mine = mine.plus(one)
		} else {
			shares[s.Who&^1] = shares[s.Who&^1].plus(one)
		}
	}
	usual := max(p.ExceptionUsual, median(shares))
	hit := f.Exception && mine.exceptions >= p.ExceptionLeast && mine.rate() > p.ExceptionTimes*usual
	return hit, Note{at, next, f.At.Add(p.ExceptionWithin)}
}

// share is how many of somebody's acts were exceptions.
type share struct{ of, exceptions int }

func (s share) plus(o share) share { return share{s.of + o.of, s.exceptions + o.exceptions} }

func (s share) rate() float64 { return float64(s.exceptions) / float64(s.of) }

// median is 0 when there is nobody.
func median(all map[uint64]share) float64 {
	var rates []float64
	for _, s := range all {
		rates = append(rates, s.rate())
	}
	slices.Sort(rates)
	n := len(rates)
	switch {
	case n == 0:
		return 0
	case n%2 == 1:
		return rates[n/2]
	}
	return (rates[n/2-1] + rates[n/2]) / 2
}
