package workday

import (
	"fmt"
	"time"
)

// Zone is Viet Nam's time, UTC+7 all year.
func Zone() *time.Location { return time.FixedZone("ICT", 7*60*60) }

// Day is a day of the civil calendar.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf is the day in Viet Nam at a time.
func DayOf(t time.Time) Day {
	y, m, d := t.In(Zone()).Date()
	return Day{y, m, d}
}

// ParseDay reads YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("a day: %w", err)
	}
	return Day{t.Year(), t.Month(), t.Day()}, nil
}

func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// UnmarshalText reads YYYY-MM-DD.
func (d *Day) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDay(string(b))
	return err
}

// MarshalText writes YYYY-MM-DD.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// At is a time of this day in Viet Nam.
func (d Day) At(hour int) time.Time { return time.Date(d.Year, d.Month, d.Day, hour, 0, 0, 0, Zone()) }

// Add is the day so many days later.
func (d Day) Add(days int) Day { return DayOf(d.At(12).AddDate(0, 0, days)) }

// Before tells whether d is earlier than e.
func (d Day) Before(e Day) bool { return d.At(0).Before(e.At(0)) }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.At(12).Weekday() }

func (d Day) weekend() bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }
