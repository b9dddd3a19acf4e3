package workday_test

import (
	"testing"
	"time"

	"motcua/protocol/workday"
)

// TestTet: the new year of the Vietnamese calendar, in years in which that of
// Beijing fell on the same day, and in those in which it did not.
func TestTet(t *testing.T) {
	for _, c := range []struct {
		year      int
		tet, hung string
	}{
		{1985, "1985-01-21", "1985-04-29"}, // Beijing: 20 February
		{2007, "2007-02-17", "2007-04-26"}, // Beijing: 18 February
		{2020, "2020-01-25", "2020-04-02"},
		{2021, "2021-02-12", "2021-04-21"},
		{2022, "2022-02-01", "2022-04-10"},
		{2023, "2023-01-22", "2023-04-29"}, // with a second month twice
		{2024, "2024-02-10", "2024-04-18"},
		{2025, "2025-01-29", "2025-04-07"},
		{2026, "2026-02-17", "2026-04-26"},
		{2027, "2027-02-06", "2027-04-16"},
		{2030, "2030-02-02", "2030-04-12"}, // Beijing: 3 February
	} {
		if got := workday.Tet(c.year).String(); got != c.tet {
			t.Errorf("Tết of %d: %s, want %s", c.year, got, c.tet)
		}
		if got := workday.HungKings(c.year).String(); got != c.hung {
			t.Errorf("the Hùng kings' day of %d: %s, want %s", c.year, got, c.hung)
		}
	}
}

// TestTetIsInItsSeason: the new year falls between 20 January and 21 February, and
// years have 353 to 385 days.
func TestTetIsInItsSeason(t *testing.T) {
	for year := 2000; year < 2100; year++ {
		tet, next := workday.Tet(year), workday.Tet(year+1)
		if tet.Before(workday.Day{Year: year, Month: time.January, Day: 20}) || (workday.Day{Year: year, Month: time.February, Day: 21}).Before(tet) {
			t.Errorf("Tết of %d: %v", year, tet)
		}
		days := int(next.At(0).Sub(tet.At(0)).Hours() / 24)
		if days < 353 || days > 355 && days < 383 || days > 385 {
			t.Errorf("the year of %v has %d days", tet, days)
		}
		if h := workday.HungKings(year); int(h.At(0).Sub(tet.At(0)).Hours()/24) < 67 {
			t.Errorf("the Hùng kings' day of %d: %v, %v", year, h, tet)
		}
	}
}
