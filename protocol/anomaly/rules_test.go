package anomaly_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"motcua/protocol/anomaly"
)

// monday is ten in the morning in Viet Nam.
var monday = time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)

// judge remembers as a gateway does: what a note says, until its time is over.
type judge struct {
	t      *testing.T
	policy anomaly.Policy
	notes  map[anomaly.Place]anomaly.Note
}

func newJudge(t *testing.T) *judge {
	t.Helper()
	p := anomaly.Default()
	p.Stock = map[string][]string{"h001": {"LOT-1", "LOT-2"}}
	j := &judge{t, p, map[anomaly.Place]anomaly.Note{}}
	j.works("h001", monday.AddDate(0, 0, -1))
	return j
}

// works: somebody has looked at a facility that begins.
func (j *judge) works(facility string, at time.Time) {
	j.t.Helper()
	f := dose(0, at)
	f.Facility = facility
	place, known := j.policy.Facility(f)
	if !known {
		j.t.Fatal("no facility is looked at")
	}
	j.notes[place] = j.policy.Active(place, f)
}

func (j *judge) judge(f anomaly.Fact) []anomaly.Rule {
	j.t.Helper()
	asked := j.policy.Places(f)
	hits, notes := j.policy.Judge(f, func(at anomaly.Place) anomaly.Trace {
		if !slices.Contains(asked, at) && at != (anomaly.Place{}) {
			j.t.Fatalf("%v is asked for and was not told", at)
		}
		if n, known := j.notes[at]; known && !n.Until.Before(f.At) {
			return n.Trace
		}
		return nil
	})
	for _, n := range notes {
		kept, err := anomaly.ReadTrace(n.Trace.Bytes())
		if err != nil || !slices.Equal(kept, n.Trace) {
			j.t.Fatalf("a trace of %d comes back as %d: %v", len(n.Trace), len(kept), err)
		}
		if n.Until.Before(f.At) || n.Place == (anomaly.Place{}) {
			j.t.Fatalf("a note that is of no use: %+v", n)
		}
		j.notes[n.Place] = n
	}
	return hits
}

func person(n int) anomaly.Tag { return anomaly.TagOf("person", fmt.Sprint(n)) }

// dose is the n-th person of a session, at a time.
func dose(n int, at time.Time) anomaly.Fact {
	return anomaly.Fact{
		Service: "V03", Province: "99", Facility: "h001", Device: "k01", At: at, Made: at, Captured: at, Dated: true,
		Subject: person(n), Birth: "099", Officer: anomaly.TagOf("officer", "o-1"), Session: anomaly.TagOf("session", "s-1"), Lots: []string{"LOT-1"},
	}
}

// doses are several, two minutes apart, each changed as the attack says.
func doses(n int, change func(i int, f *anomaly.Fact)) []anomaly.Fact {
	all := make([]anomaly.Fact, n)
	for i := range all {
		all[i] = dose(i+1, monday.Add(time.Duration(i)*2*time.Minute))
		change(i, &all[i])
	}
	return all
}

// TestEachRuleFiresOnItsAttack: what each rule is for is noticed, by the n-th
// request at the latest, and no other rule speaks.
func TestEachRuleFiresOnItsAttack(t *testing.T) {
	visit := func(facility, province string, after time.Duration) anomaly.Fact {
		at := monday.Add(after)
		return anomaly.Fact{Service: "H01", Province: province, Facility: facility, Device: "k-" + facility, At: at, Made: at, Dated: true, Subject: person(1), Birth: "099"}
	}
	for _, row := range []struct {
		name string
		rule anomaly.Rule
		by   int // the request by which it is noticed, from 1
		sent []anomaly.Fact
	}{
		{"a session where nothing was done for five months", anomaly.Dormant, 1, []anomaly.Fact{dose(1, monday.AddDate(0, 5, 0))}},
		{"a session at a place that never did anything", anomaly.Dormant, 1, doses(1, func(_ int, f *anomaly.Fact) { f.Facility = "h777" })},
		{"a dose at three in the night", anomaly.OutOfHours, 1, []anomaly.Fact{dose(1, monday.Add(17*time.Hour))}},
		{"a lot that was never delivered", anomaly.NoStock, 1, doses(1, func(_ int, f *anomaly.Fact) { f.Lots = []string{"LOT-9"} })},
		{"ten of twelve from elsewhere", anomaly.Foreign, 8, doses(12, func(i int, f *anomaly.Fact) {
			if i >= 2 {
				f.Birth = "098"
			}
		})},
		{"two hundred doses by one officer in an hour, at four kiosks", anomaly.TooMany, 41, doses(200, func(i int, f *anomaly.Fact) {
			f.At = monday.Add(time.Duration(i) * 41 * time.Second)
			f.Made, f.Captured, f.Device = f.At, f.At, fmt.Sprint("k", i%4)
		})},
		{"the same, with cards read in the opposite order", anomaly.TooMany, 41, doses(60, func(i int, f *anomaly.Fact) {
			f.At = monday.Add(time.Hour)
			f.Made, f.Captured = f.At.Add(-time.Duration(i)*41*time.Second), f.At.Add(-time.Duration(i)*41*time.Second)
			f.Before = time.Time{}
		})},
		{"one telephone for many", anomaly.Shared, 7, doses(9, func(_ int, f *anomaly.Fact) { f.Contacts = []anomaly.Tag{anomaly.TagOf("agent")} })},
		{"two people within ten seconds", anomaly.TooFast, 2, doses(2, func(i int, f *anomaly.Fact) {
			f.Captured = monday.Add(time.Duration(i) * 10 * time.Second)
		})},
		{"two people at once, of one officer at two kiosks", anomaly.TooFast, 2, doses(2, func(i int, f *anomaly.Fact) {
			f.Captured, f.Device = monday, fmt.Sprint("k", i)
		})},
		{"the same picture of a finger", anomaly.SameSample, 2, doses(2, func(_ int, f *anomaly.Fact) { f.Sample = anomaly.TagOf("finger") })},
		{"the officer is vaccinated by the officer", anomaly.Own, 1, doses(1, func(_ int, f *anomaly.Fact) { f.Own = true })},
		{"a dose of tomorrow", anomaly.ClockJump, 1, doses(1, func(_ int, f *anomaly.Fact) { f.Made = monday.Add(4 * time.Hour) })},
		{"a dose from before its nonce", anomaly.ClockJump, 1, doses(1, func(_ int, f *anomaly.Fact) {
			f.Made, f.After = monday.Add(-2*time.Hour), monday.Add(-time.Hour)
		})},
		{"a dose from before the one before it", anomaly.ClockJump, 1, doses(1, func(_ int, f *anomaly.Fact) {
			f.Made, f.Before = monday.Add(-2*time.Hour), monday.Add(-time.Hour)
		})},
		{"nobody has a finger", anomaly.Exceptions, 5, doses(8, func(_ int, f *anomaly.Fact) { f.Exception = true })},
		{"one card at two hospitals within ten minutes", anomaly.TwoPlaces, 2, []anomaly.Fact{visit("h001", "99", 0), visit("h002", "99", 10*time.Minute)}},
		{"one card in two provinces within an hour", anomaly.TwoPlaces, 2, []anomaly.Fact{visit("h001", "99", 0), visit("h002", "98", 50*time.Minute)}},
		{"and the requests come in the other order", anomaly.TwoPlaces, 2, []anomaly.Fact{visit("h001", "99", 10*time.Minute), visit("h002", "99", 0)}},
	} {
		t.Run(row.name, func(t *testing.T) {
			j := newJudge(t)
			for i, f := range row.sent {
				hits := j.judge(f)
				switch noticed := slices.Contains(hits, row.rule); {
				case i+1 < row.by && len(hits) > 0:
					t.Errorf("request %d meets %v", i+1, hits)
				case i+1 == row.by && (!noticed || len(hits) > 1):
					t.Fatalf("request %d meets %v, want %s", i+1, hits, row.rule)
				case i+1 > row.by && !noticed && f.Birth != "099":
					t.Errorf("request %d is let pass again", i+1)
				}
			}
		})
	}
}

// TestHonestNeighbours: what is near an attack and is none.
func TestHonestNeighbours(t *testing.T) {
	for story, sent := range map[string][]anomaly.Fact{
		"a tourist among the people of the place": doses(12, func(i int, f *anomaly.Fact) {
			if i == 5 {
				f.Birth = "031"
			}
		}),
		"the first seven are all from elsewhere": doses(7, func(_ int, f *anomaly.Fact) { f.Birth = "031" }),
		"a family with one telephone":            doses(6, func(_ int, f *anomaly.Fact) { f.Contacts = []anomaly.Tag{anomaly.TagOf("grandmother")} }),
		"somebody's number at one hospital, their card at another": {
			{Service: "H01", Province: "99", Facility: "h001", Device: "k-h001", At: monday, Made: monday, Dated: true, Subject: person(1), Birth: "099", Claimed: true},
			{Service: "H01", Province: "99", Facility: "h002", Device: "k-h002", At: monday, Made: monday, Dated: true, Subject: person(1), Birth: "099"},
		},
		"one who comes ten times": doses(10, func(_ int, f *anomaly.Fact) {
			f.Subject, f.Contacts = person(1), []anomaly.Tag{anomaly.TagOf("mine")}
		}),
		"a day's doses that a kiosk without a connection sends at once": doses(60, func(_ int, f *anomaly.Fact) { f.At = monday.Add(6 * time.Hour) }),
		"a kiosk that does not know the time":                           doses(2, func(_ int, f *anomaly.Fact) { f.Dated, f.Made = false, monday.AddDate(-6, 0, 0) }),
		"four without a finger of fifty":                                doses(50, func(i int, f *anomaly.Fact) { f.Exception = i%13 == 5 }),
		"everybody at the facility has trouble with fingers": doses(60, func(i int, f *anomaly.Fact) {
			f.Officer, f.Device, f.Exception = anomaly.TagOf("officer", fmt.Sprint(i%3)), fmt.Sprint("k", i%3), i%7 == 0
		}),
		"referred to the next hospital": {
			{Service: "H01", Province: "99", Facility: "h001", At: monday, Made: monday, Dated: true, Subject: person(1)},
			{Service: "H01", Province: "99", Facility: "h002", At: monday.Add(time.Hour), Made: monday.Add(time.Hour), Dated: true, Subject: person(1)},
		},
		"two desks of one hospital": {
			{Service: "H01", Province: "99", Facility: "h001", At: monday, Made: monday, Dated: true, Subject: person(1)},
			{Service: "H01", Province: "99", Facility: "h001", At: monday.Add(time.Minute), Made: monday.Add(time.Minute), Dated: true, Subject: person(1)},
		},
		"check-ins need neither hours nor stock": {{Service: "H01", Province: "99", Facility: "h777", At: monday.Add(17 * time.Hour), Subject: person(1), Lots: []string{"LOT-9"}}},
	} {
		t.Run(story, func(t *testing.T) {
			j := newJudge(t)
			for i, f := range sent {
				if hits := j.judge(f); len(hits) > 0 {
					t.Errorf("request %d meets %v", i+1, hits)
				}
			}
		})
	}
}

// TestHeldWorkIsNoActivity: what is held wakes no facility; what a person has let
// pass does.
func TestHeldWorkIsNoActivity(t *testing.T) {
	j := newJudge(t)
	later := dose(1, monday.AddDate(0, 5, 0))
	for range 3 {
		if hits := j.judge(later); !slices.Equal(hits, []anomaly.Rule{anomaly.Dormant}) {
			t.Fatalf("it meets %v", hits)
		}
		later.At = later.At.Add(time.Minute)
		later.Made, later.Captured = later.At, later.At
	}
	j.works(later.Facility, later.At)
	if hits := j.judge(later); len(hits) > 0 {
		t.Errorf("after somebody has looked it meets %v", hits)
	}
}

func TestOff(t *testing.T) {
	j := newJudge(t)
	j.policy.Off = anomaly.Rules()
	f := dose(1, monday.AddDate(0, 5, 0).Add(17*time.Hour))
	f.Own = true
	if hits := j.judge(f); len(hits) > 0 || len(j.policy.Places(f)) > 0 {
		t.Errorf("rules that are off: %v, %v", hits, j.policy.Places(f))
	}
}

// TestValidate: the thresholds are good, and everything wrong is told at once.
func TestValidate(t *testing.T) {
	if err := anomaly.Default().Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*anomaly.Policy){
		"no such rule":    func(p *anomaly.Policy) { p.Off = []anomaly.Rule{"none"} },
		"no such service": func(p *anomaly.Policy) { p.Acts = []string{"V99"} },
		"hours":           func(p *anomaly.Policy) { p.Opens = "20:00" },
		"no time":         func(p *anomaly.Policy) { p.Closes = "25:00" },
		"no pause":        func(p *anomaly.Policy) { p.Apart = 0 },
		"for ever":        func(p *anomaly.Policy) { p.DormantAfter = 9000 * time.Hour * 24 },
		"all":             func(p *anomaly.Policy) { p.ForeignShare = 1 },
		"nobody":          func(p *anomaly.Policy) { p.PerHour = 0 },
		"too many":        func(p *anomaly.Policy) { p.Sharing = 1000 },
		"less than usual": func(p *anomaly.Policy) { p.ExceptionTimes = 0.5 },
		"usual":           func(p *anomaly.Policy) { p.ExceptionUsual = 0 },
		"a province":      func(p *anomaly.Policy) { p.Local = map[string][]string{"99": {"99"}} },
	} {
		p := anomaly.Default()
		change(&p)
		if p.Validate() == nil {
			t.Errorf("%s: taken", name)
		}
	}
	bad := anomaly.Default()
	bad.PerHour, bad.Apart = 0, 0
	joined, several := errors.Unwrap(bad.Validate()), bad.Validate().(interface{ Unwrap() []error })
	if joined != nil || len(several.Unwrap()) != 2 {
		t.Errorf("told: %v", bad.Validate())
	}
}

func TestTraceBounds(t *testing.T) {
	for _, n := range []int{1, 15, 17, 257 * 16} {
		if _, err := anomaly.ReadTrace(make([]byte, n)); !errors.Is(err, anomaly.ErrTrace) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func FuzzReadTrace(f *testing.F) {
	f.Add([]byte{})
	f.Add(anomaly.Trace{{At: 1, Who: 2}, {At: -1, Who: 1 << 63}}.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		trace, err := anomaly.ReadTrace(b)
		if err == nil && string(trace.Bytes()) != string(b) {
			t.Errorf("%x comes back as %x", b, trace.Bytes())
		}
		if err != nil {
			return
		}
		p := anomaly.Default()
		for _, at := range p.Places(dose(1, monday)) { // whatever is stored, nothing breaks and nothing grows
			_, notes := p.Judge(dose(1, monday), func(q anomaly.Place) anomaly.Trace {
				if q == at {
					return trace
				}
				return nil
			})
			for _, n := range notes {
				if len(n.Trace.Bytes()) > 256*16 {
					t.Errorf("a trace of %d", len(n.Trace))
				}
			}
		}
	})
}
