package anomaly

import "time"

func officerPlaces(p Policy, f Fact) []Place {
	if !p.act(f) || f.Officer == (Tag{}) {
		return nil
	}
	return []Place{{KindOfficer, f.Officer}}
}

// tooMany counts by when the cards were read, so that a kiosk that was cut off may
// send a day's acts at once.
func tooMany(p Policy, f Fact, at Place, known Trace) (bool, Note) {
	read := f.read()
	next := known.with(Sighting{read.UnixMilli(), f.Subject.number()}, read.Add(-day), p.PerHour+1)
	return busiest(next, read) > p.PerHour, Note{at, next, f.At.Add(day)}
}

// busiest is the most sightings in any hour that a time is in.
func busiest(all Trace, t time.Time) (most int) {
	for _, last := range all {
		n := 0
		for _, s := range all {
			if before := time.Duration(last.At-s.At) * time.Millisecond; before >= 0 && before < time.Hour {
				n++
			}
		}
		if after := time.UnixMilli(last.At).Sub(t); after >= 0 && after < time.Hour {
			most = max(most, n)
		}
	}
	return most
}

func pacePlaces(p Policy, f Fact) []Place {
	if !p.act(f) || f.Subject == (Tag{}) {
		return nil
	}
	places := []Place{{KindPace, TagOf("device", f.Province, f.Facility, f.Device)}}
	if f.Officer != (Tag{}) {
		places = append(places, Place{KindPace, f.Officer})
	}
	return places
}

// paceMost is how many of the last people are remembered: requests may come out of
// their order.
const paceMost = 8

func tooFast(p Policy, f Fact, at Place, known Trace) (bool, Note) {
	read, who := f.read(), f.Subject.number()
	hit := false
	for _, s := range known {
		hit = hit || s.Who != who && apart(s.At, read) < p.Apart
	}
	return hit, Note{at, known.with(Sighting{read.UnixMilli(), who}, read.Add(-day), paceMost), f.At.Add(day)}
}

// apart is how far two times lie from each other.
func apart(ms int64, t time.Time) time.Duration { return time.UnixMilli(ms).Sub(t).Abs() }

// clockJump finds times that cannot be: of a kiosk that says it knows the time and
// is ahead of the centre, or made a request before it had what that rests on; and of
// any kiosk that made one request long before the one that it made before.
func clockJump(p Policy, f Fact, _ Place, _ Trace) (bool, Note) {
	if f.Made.IsZero() {
		return false, Note{}
	}
	ahead := f.Dated && f.Made.Sub(f.At) > p.ClockSlack
	early := f.Dated && !f.After.IsZero() && f.After.Sub(f.Made) > p.ClockSlack
	back := !f.Before.IsZero() && f.Before.Sub(f.Made) > p.ClockSlack
	return ahead || early || back, Note{}
}
