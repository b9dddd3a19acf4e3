package workday_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"motcua/protocol/workday"
)

func calendar(t *testing.T, newer ...workday.Year) *workday.Calendar {
	t.Helper()
	c, err := workday.New(newer...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, workday.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestDue: what is filed when is due when.
func TestDue(t *testing.T) {
	c := calendar(t)
	for _, row := range []struct {
		filed string
		days  int
		due   string
	}{
		{"2026-03-03 09:00", 0, "2026-03-03"}, // a Tuesday
		{"2026-03-03 14:59", 0, "2026-03-03"},
		{"2026-03-03 15:00", 0, "2026-03-04"}, // after the closing
		{"2026-03-03 09:00", 2, "2026-03-05"},
		{"2026-03-03 16:00", 2, "2026-03-06"},
		{"2026-03-05 09:00", 2, "2026-03-09"}, // over a weekend
		{"2026-03-06 15:30", 0, "2026-03-09"},
		{"2026-03-07 09:00", 0, "2026-03-09"}, // on a Saturday
		{"2026-03-07 09:00", 1, "2026-03-10"},
		{"2026-02-13 14:00", 1, "2026-02-23"}, // over Tết
		{"2026-02-13 16:00", 0, "2026-02-23"},
		{"2026-01-01 08:00", 0, "2026-01-05"}, // 2 January was swapped
		{"2026-01-09 16:00", 0, "2026-01-10"}, // for this Saturday
		{"2026-08-28 09:00", 1, "2026-09-03"}, // National Day
		{"2026-04-24 09:00", 2, "2026-04-29"}, // the Hùng kings' day on a Sunday: off on Monday
		{"2025-04-29 09:00", 1, "2025-05-05"},
		{"2026-12-30 09:00", 7, "2027-01-11"}, // into a year that was not announced
	} {
		due, err := c.Due(at(t, row.filed), row.days)
		if err != nil {
			t.Fatal(err)
		}
		if got := due.Format("2006-01-02"); got != row.due {
			t.Errorf("filed %s, %d working days: %s, want %s", row.filed, row.days, got, row.due)
		}
		if _, offset := due.Zone(); offset != 7*3600 || due.Hour() != 17 {
			t.Errorf("due at %v", due)
		}
	}
	// The same moment, told in another zone.
	if due, _ := c.Due(at(t, "2026-03-03 15:00").UTC(), 0); due.Day() != 4 {
		t.Errorf("told in UTC: %v", due)
	}
	for _, days := range []int{-1, workday.MaxDays + 1} {
		if _, err := c.Due(at(t, "2026-03-03 09:00"), days); err == nil {
			t.Errorf("%d working days were counted", days)
		}
	}
}

// TestDueProperties holds for any time and number of days: a matter is due on a
// working day, not before it was filed, never earlier for being filed later or
// given more days, and days add up.
func TestDueProperties(t *testing.T) {
	c := calendar(t)
	random := rand.New(rand.NewPCG(6, 3))
	begin := at(t, "2024-11-01 00:00")
	due := func(filed time.Time, days int) time.Time {
		d, err := c.Due(filed, days)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for range 5_000 {
		filed := begin.Add(time.Duration(random.Int64N(int64(6 * 365 * 24 * time.Hour))))
		later := filed.Add(time.Duration(random.Int64N(int64(14 * 24 * time.Hour))))
		n, more := random.IntN(30), random.IntN(10)
		d := due(filed, n)
		switch day := workday.DayOf(d); {
		case !c.Working(day):
			t.Fatalf("filed %v, %d days: due on %v, which is none", filed, n, day)
		case d.Before(filed):
			t.Fatalf("filed %v: due %v before", filed, d)
		case due(later, n).Before(d):
			t.Fatalf("filed %v due %v, filed later %v due earlier", filed, d, later)
		case !due(filed, n+more).Equal(due(day.At(9), more)):
			t.Fatalf("filed %v: %d and %d days are not %d", filed, n, more, n+more)
		case c.Left(day.At(9), due(filed, n+more)) != more:
			t.Fatalf("filed %v: %d days left of %d", filed, c.Left(day.At(9), due(filed, n+more)), more)
		case more > 0 && c.Left(due(filed, n+more), d) != -more:
			t.Fatalf("filed %v: over for %d days of %d", filed, c.Left(due(filed, n+more), d), more)
		}
	}
}

// TestUnannounced: a year that was not announced has each day off that the
// announcement of it turned out to have, so that no date was told too early.
func TestUnannounced(t *testing.T) {
	years, err := workday.Announced()
	if err != nil {
		t.Fatal(err)
	}
	unknown, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	if unknown.Certain(2099) || !unknown.Certain(2026) {
		t.Error("which years are certain")
	}
	swapped := map[string]bool{"2025-05-02": true, "2026-01-02": true, "2026-08-31": true} // nobody can know these
	for _, y := range years {
		for _, d := range y.Off {
			if !workday.Expected(y.Year)[d] && !swapped[d.String()] {
				t.Errorf("%v is off and was not expected to be", d)
			}
		}
	}
}

// TestNewerYears: an announcement that comes later replaces what was known.
func TestNewerYears(t *testing.T) {
	years, err := workday.ParseYears([]byte(`[{"year": 2027, "source": "a test", "off": ["2027-01-04"], "work": ["2027-01-02"]}]`))
	if err != nil {
		t.Fatal(err)
	}
	c := calendar(t, years...)
	if d, _ := workday.ParseDay("2027-01-04"); c.Working(d) || !c.Certain(2027) {
		t.Error("the newer year does not count")
	}
	for text, why := range map[string]string{
		`[{"year": 2027, "source": "x", "off": ["2026-01-04"]}]`:               "a day of another year",
		`[{"year": 2027, "source": "x", "off": ["2027-01-02"]}]`:               "a Saturday that is off anyway",
		`[{"year": 2027, "source": "x", "work": ["2027-01-04"]}]`:              "a Monday that is worked anyway",
		`[{"year": 2027, "source": "x", "off": ["2027-01-04", "2027-01-04"]}]`: "a day twice",
		`[{"year": 2027, "off": []}]`:                                          "no source",
		`[{"year": 2027, "source": "x"}, {"year": 2027, "source": "x"}]`:       "a year twice",
		`[{"year": 2027, "source": "x", "of": []}]`:                            "an unknown key",
		`[{"year": 2027, "source": "x", "off": ["04/01/2027"]}]`:               "another form of date",
		`[] []`: "two lists",
		`{}`:    "no list",
	} {
		if _, err := workday.ParseYears([]byte(text)); err == nil || !strings.Contains(err.Error(), "holidays") {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func FuzzParseYears(f *testing.F) {
	f.Add([]byte(`[{"year": 2027, "source": "x", "off": ["2027-01-04"], "work": ["2027-01-02"]}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		years, err := workday.ParseYears(b)
		if err != nil {
			return
		}
		if _, err := workday.New(years...); err != nil {
			t.Fatal(err)
		}
	})
}
