package workday

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

//go:embed holidays.json
var announced []byte

// Year is what the government announced for one year: the days on which offices are
// closed although they are no Saturday or Sunday, and those on which they work
// although they are.
type Year struct {
	Year   int    `json:"year"`
	Source string `json:"source"`
	Off    []Day  `json:"off"`
	Work   []Day  `json:"work"`
}

// Announced are the years that the program knows.
func Announced() ([]Year, error) { return ParseYears(announced) }

// maxYears bounds a list of years.
const maxYears = 100

// ParseYears reads a list of years, such as a newer one than [Announced]. It refuses
// what is not strictly of the form, a year that comes twice, days of another year,
// and days that say what the week says already.
func ParseYears(b []byte) (years []Year, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&years); err != nil {
		return nil, fmt.Errorf("holidays: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("holidays: something follows the list")
	}
	if len(years) > maxYears {
		return nil, fmt.Errorf("holidays: %d years", len(years))
	}
	seen := map[int]bool{}
	for _, y := range years {
		if seen[y.Year] || y.Source == "" {
			return nil, fmt.Errorf("holidays: %d comes twice, or without a source", y.Year)
		}
		seen[y.Year] = true
		if err := y.check(); err != nil {
			return nil, err
		}
	}
	return years, nil
}

func (y Year) check() error {
	seen := map[Day]bool{}
	for i, days := range [][]Day{y.Off, y.Work} {
		for _, d := range days {
			if d.Year != y.Year || seen[d] || d.weekend() == (i == 0) {
				return fmt.Errorf("holidays: %v is not of %d, or there twice, or as the week has it", d, y.Year)
			}
			seen[d] = true
		}
	}
	return nil
}

// expected are the days of a year that was not announced on which offices may be
// closed. The law leaves open which day beside 2 September is off, and how many
// before Tết; here it is each that may be, so that a due date comes rather a day too
// late than a day too early.
func expected(year int) map[Day]bool {
	off := map[Day]bool{}
	tet, hung := Tet(year), HungKings(year)
	groups := [][]Day{
		{{year, time.January, 1}},
		{tet.Add(-2), tet.Add(-1), tet, tet.Add(1), tet.Add(2), tet.Add(3)},
		{hung},
		{{year, time.April, 30}, {year, time.May, 1}},
		{{year, time.September, 1}, {year, time.September, 2}, {year, time.September, 3}},
	}
	for _, g := range groups {
		for _, d := range g {
			off[d] = true
		}
	}
	for _, g := range groups { // a day that falls on a weekend is off later (article 111)
		for _, d := range g {
			if !d.weekend() {
				continue
			}
			for d.weekend() || off[d] {
				d = d.Add(1)
			}
			off[d] = true
		}
	}
	return off
}
