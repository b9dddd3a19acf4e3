package anomaly_test

import (
	"slices"
	"testing"
	"time"

	"motcua/protocol/anomaly"
	"motcua/protocol/catalogue"
)

// TestEdge: a kiosk applies the rules that it can, with the same definitions; two people
// at once are nothing at a check-in, and an officer's own dose is met whoever records it.
func TestEdge(t *testing.T) {
	p := anomaly.Default().AtEdge()
	noon := time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC) // in Viet Nam
	person := func(n byte) anomaly.Tag { return anomaly.Tag{n} }
	for story, c := range map[string]struct {
		facts []anomaly.Fact
		want  []anomaly.Rule // of the last
	}{
		"two doses within 20 s": {[]anomaly.Fact{
			{Service: catalogue.RecordDose, At: noon, Subject: person(1)},
			{Service: catalogue.RecordDose, At: noon.Add(20 * time.Second), Subject: person(2)},
		}, []anomaly.Rule{anomaly.TooFast}},
		"two check-ins within 15 s": {[]anomaly.Fact{
			{Service: catalogue.CheckIn, At: noon, Subject: person(1)},
			{Service: catalogue.CheckIn, At: noon.Add(15 * time.Second), Subject: person(2)},
		}, nil},
		"a dose at night":  {[]anomaly.Fact{{Service: catalogue.RecordDose, At: noon.Add(10 * time.Hour), Subject: person(1)}}, []anomaly.Rule{anomaly.OutOfHours}},
		"an officer's own": {[]anomaly.Fact{{Service: catalogue.RecordDose, At: noon, Subject: person(1), Own: true}}, []anomaly.Rule{anomaly.Own}},
		"a clock that was turned back": {[]anomaly.Fact{
			{Service: catalogue.CheckIn, At: noon, Made: noon, Before: noon.Add(time.Hour), Subject: person(1)},
		}, []anomaly.Rule{anomaly.ClockJump}},
		"nothing of the centre's rules": {[]anomaly.Fact{{Service: catalogue.RecordDose, At: noon, Subject: person(1), Facility: "new", Province: "99"}}, nil},
	} {
		known := map[anomaly.Place]anomaly.Trace{}
		var hits []anomaly.Rule
		for _, f := range c.facts {
			var notes []anomaly.Note
			hits, notes = p.Judge(f, func(at anomaly.Place) anomaly.Trace { return known[at] })
			for _, n := range notes {
				known[n.Place] = n.Trace
			}
		}
		if !slices.Equal(hits, c.want) {
			t.Errorf("%s: %v, want %v", story, hits, c.want)
		}
	}
}

// TestNoticed: what a kiosk says it noticed is met at the centre, unless the rule is off
// there or is none that a kiosk can apply; and it adds nothing twice.
func TestNoticed(t *testing.T) {
	noon := time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)
	none := func(anomaly.Place) anomaly.Trace { return nil }
	f := anomaly.Fact{Service: catalogue.CheckIn, At: noon, Made: noon, Noticed: []anomaly.Rule{anomaly.ClockJump, anomaly.TooFast, anomaly.Dormant, "never-heard-of"}}
	p := anomaly.Default()
	if hits, _ := p.Judge(f, none); !slices.Equal(hits, []anomaly.Rule{anomaly.TooFast, anomaly.ClockJump}) {
		t.Errorf("met: %v", hits)
	}
	p.Off = []anomaly.Rule{anomaly.TooFast}
	f.Before = noon.Add(time.Hour)
	if hits, _ := p.Judge(f, none); !slices.Equal(hits, []anomaly.Rule{anomaly.ClockJump}) {
		t.Errorf("with a rule off: %v", hits)
	}
}
