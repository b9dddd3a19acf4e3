package workday

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// closing is when a matter counts as filed on the next working day
	// (Decree 63/2024/ND-CP: received after 15:00).
	closing = 15
	// evening is when the working day ends on which something is due.
	evening = 17
	// MaxDays bounds the working days that are counted.
	MaxDays = 250
)

// Calendar tells working days. Make it with [New]. It may be used concurrently.
type Calendar struct {
	years    map[int]Year
	expected sync.Map // int to map[Day]bool, of years that were not announced
}

// New is the calendar of the [Announced] years, and of others that replace theirs.
func New(newer ...Year) (*Calendar, error) {
	known, err := Announced()
	if err != nil {
		return nil, err
	}
	c := &Calendar{years: map[int]Year{}}
	for _, y := range slices.Concat(known, newer) {
		c.years[y.Year] = y
	}
	return c, nil
}

// Certain tells whether a year was announced. Of others the calendar knows what the
// law says, and takes each day for a holiday that may be one.
func (c *Calendar) Certain(year int) bool {
	_, known := c.years[year]
	return known
}

// Working tells whether offices work on a day.
func (c *Calendar) Working(d Day) bool {
	y, known := c.years[d.Year]
	switch {
	case !known:
		return !d.weekend() && !c.expects(d.Year)[d]
	case d.weekend():
		return slices.Contains(y.Work, d)
	}
	return !slices.Contains(y.Off, d)
}

// expects is [expected] of a year, which is computed once.
func (c *Calendar) expects(year int) map[Day]bool {
	off, known := c.expected.Load(year)
	if !known {
		off, _ = c.expected.LoadOrStore(year, expected(year))
	}
	return off.(map[Day]bool)
}

// Next is the first working day after d.
func (c *Calendar) Next(d Day) Day {
	for d = d.Add(1); !c.Working(d); d = d.Add(1) {
	}
	return d
}

// Filed is the working day on which a matter counts as received: this one before
// 15:00 in Viet Nam, else the next.
func (c *Calendar) Filed(at time.Time) Day {
	d := DayOf(at)
	if at.Before(d.At(closing)) && c.Working(d) {
		return d
	}
	return c.Next(d)
}

// Due is the end of the working day, so many after that on which the matter counts
// as received, on which it is due: 0 is the same working day. The day of receipt is
// not counted (Civil Code 2015, article 147).
func (c *Calendar) Due(received time.Time, days int) (time.Time, error) {
	if days < 0 || days > MaxDays {
		return time.Time{}, fmt.Errorf("due in %d working days: out of bounds", days)
	}
	d := c.Filed(received)
	for range days {
		d = c.Next(d)
	}
	return d.At(evening), nil
}

// Left is how many working days begin between now and the day of due, that day
// among them; 0 on the last day, and negative, by the working days since, when it is over.
func (c *Calendar) Left(now, due time.Time) int {
	from, to := DayOf(now), DayOf(due)
	if to.Before(from) {
		return -c.between(to, from)
	}
	return c.between(from, to)
}

// between counts the working days after from until to.
func (c *Calendar) between(from, to Day) (n int) {
	for d := c.Next(from); !to.Before(d); d = c.Next(d) {
		n++
	}
	return n
}
