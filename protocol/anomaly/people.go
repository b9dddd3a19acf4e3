package anomaly

import "encoding/binary"

func contactPlaces(_ Policy, f Fact) (places []Place) {
	if f.Subject == (Tag{}) {
		return nil
	}
	for _, c := range f.Contacts {
		places = append(places, Place{KindContact, c})
	}
	return places
}

// shared counts the people of a telephone or account; who comes again counts once.
func shared(p Policy, f Fact, at Place, known Trace) (bool, Note) {
	since, who := f.At.Add(-p.SharingWithin), f.Subject.number()
	var others Trace
	for _, s := range known {
		if s.Who != who {
			others = append(others, s)
		}
	}
	next := others.with(Sighting{f.At.UnixMilli(), who}, since, p.Sharing+1)
	return len(next) > p.Sharing, Note{at, next, f.At.Add(p.SharingWithin)}
}

func samplePlaces(_ Policy, f Fact) []Place {
	if f.Sample == (Tag{}) {
		return nil
	}
	return []Place{{KindSample, f.Sample}}
}

// sameSample: no two pictures of one finger are equal, so an equal one is a copy.
func sameSample(p Policy, f Fact, at Place, known Trace) (bool, Note) {
	return len(known) > 0, Note{at, Trace{{f.At.UnixMilli(), f.Subject.number()}}, f.At.Add(p.SampleWithin)}
}

func own(_ Policy, f Fact, _ Place, _ Trace) (bool, Note) { return f.Own, Note{} }

func subjectPlaces(p Policy, f Fact) []Place {
	if !p.visit(f) || f.Claimed || f.Subject == (Tag{}) {
		return nil
	}
	return []Place{{KindSubject, f.Subject}}
}

// twoPlaces finds one card at two facilities. Who is the province in the upper half
// and the facility in the lower.
func twoPlaces(p Policy, f Fact, at Place, known Trace) (bool, Note) {
	made, here := f.made(), place(f)
	hit := false
	for _, s := range known {
		least := p.Travel
		if s.Who>>32 != here>>32 {
			least = p.TravelFar
		}
		hit = hit || s.Who != here && apart(s.At, made) < least
	}
	far := max(p.Travel, p.TravelFar)
	return hit, Note{at, known.with(Sighting{made.UnixMilli(), here}, made.Add(-far), 2), f.At.Add(far)}
}

func place(f Fact) uint64 {
	province, facility := TagOf(f.Province), TagOf(f.Province, f.Facility)
	return uint64(binary.BigEndian.Uint32(province[:]))<<32 | uint64(binary.BigEndian.Uint32(facility[:]))
}
