package anomaly_test

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"motcua/protocol/anomaly"
)

// mostHeld is the most of an honest week's requests that may be held.
const mostHeld = 1.0 / 1000

// week is the traffic of four honest facilities, in the order of its arrival.
type week struct {
	*rand.Rand
	facts  []anomaly.Fact
	people int
}

func (w *week) someone() int { w.people++; return w.people }

// birth is where people of the place were born: most of them there.
func (w *week) birth() string {
	if w.Float64() < 0.25 {
		return fmt.Sprintf("%03d", 1+w.Intn(96))
	}
	return "099"
}

// checkIns are those of a hospital on one day: seven of ten between six and ten. Of a
// hundred people one goes to another hospital afterwards.
func (w *week) checkIns(facility string, day time.Time, n int) {
	for range n {
		at := day.Add(-time.Hour + time.Duration(w.Int63n(int64(4*time.Hour)))) // 6:00 to 10:00
		if w.Float64() > 0.7 {
			at = day.Add(3*time.Hour + time.Duration(w.Int63n(int64(7*time.Hour))))
		}
		f := anomaly.Fact{
			Service: "H01", Province: "99", Facility: facility, Device: fmt.Sprint("k", w.Intn(6)), Made: at, Captured: at.Add(-30 * time.Second),
			Dated: true, Subject: person(w.someone()), Birth: w.birth(),
		}
		f.At, f.After = at.Add(w.delay()), at.Add(-time.Duration(w.Int63n(int64(48*time.Hour))))
		w.facts = append(w.facts, f)
		if w.Float64() < 0.01 {
			f.Facility, f.Made = "referral", f.Made.Add(45*time.Minute+time.Duration(w.Int63n(int64(2*time.Hour))))
			f.At, f.Captured = f.Made.Add(w.delay()), f.Made
			w.facts = append(w.facts, f)
		}
	}
}

// delay is how long a request is on its way: mostly a second, now and then hours.
func (w *week) delay() time.Duration {
	if w.Float64() < 0.02 {
		return time.Duration(w.Int63n(int64(3 * time.Hour)))
	}
	return time.Second
}

// session is a day's vaccinations by three officers at three kiosks: each serves
// somebody in 90 to 240 seconds; families come together with one telephone; some
// have no finger that can be read, and some come from far away.
func (w *week) session(facility string, day time.Time, hours int) {
	name := facility + day.Format("0102")
	w.facts = append(w.facts, anomaly.Fact{
		Service: "V02", Province: "99", Facility: facility, Device: "k0", At: day.Add(time.Hour), Made: day.Add(time.Hour), Dated: true,
		Officer: anomaly.TagOf("officer", facility, "0"), Lots: []string{"LOT-1"},
	})
	for officer := range 3 {
		family, left := "", 0
		for at := day.Add(time.Hour); at.Before(day.Add(time.Duration(1+hours) * time.Hour)); {
			at = at.Add(90*time.Second + time.Duration(w.Int63n(int64(150*time.Second))))
			if left == 0 {
				family, left = fmt.Sprint("family", w.someone()), 1+w.Intn(4)
			}
			left--
			f := anomaly.Fact{
				Service: "V03", Province: "99", Facility: facility, Device: fmt.Sprint("k", officer), Made: at, Captured: at.Add(-20 * time.Second), Dated: true,
				Subject: person(w.someone()), Birth: w.birth(), Officer: anomaly.TagOf("officer", facility, fmt.Sprint(officer)),
				Session: anomaly.TagOf("session", name), Lots: []string{"LOT-1"}, Contacts: []anomaly.Tag{anomaly.TagOf(family)},
				Exception: w.Float64() < 0.012, Sample: anomaly.TagOf("sample", fmt.Sprint(w.Int63())),
			}
			f.At = at.Add(w.delay())
			w.facts = append(w.facts, f)
		}
	}
}

// TestHonestWeek: of the traffic of a week in which nobody cheats, with its rush
// hours, lines that fail, busy sessions, families and tourists, the rules hold less
// than [mostHeld]; whatever the seed.
func TestHonestWeek(t *testing.T) {
	for seed := range int64(5) {
		w := &week{Rand: rand.New(rand.NewSource(seed))}
		start := monday.Add(-3 * time.Hour) // seven in the morning
		for d := range 7 {
			day := start.AddDate(0, 0, d)
			w.checkIns("h001", day, 1000)
			w.checkIns("h002", day, 300)
			w.session("h001", day, 8)
			if d%2 == 0 {
				w.session("c001", day, 4)
			}
		}
		slices.SortStableFunc(w.facts, func(a, b anomaly.Fact) int { return a.At.Compare(b.At) })
		j := newJudge(t)
		j.policy.Stock["c001"] = []string{"LOT-1"}
		held := map[anomaly.Rule]int{}
		j.works("h001", start)
		j.works("c001", start)
		n := 0
		for _, f := range w.facts {
			hits := j.judge(f)
			n += min(1, len(hits))
			for _, r := range hits {
				held[r]++
			}
		}
		share := float64(n) / float64(len(w.facts))
		t.Logf("seed %d: %d of %d held, %.4f %%: %v", seed, n, len(w.facts), 100*share, held)
		if share >= mostHeld {
			t.Errorf("seed %d: %d of %d honest requests are held: %v", seed, n, len(w.facts), held)
		}
		if len(w.facts) < 10_000 {
			t.Errorf("a week of %d requests only", len(w.facts))
		}
	}
}
