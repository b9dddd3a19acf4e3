package lds

import (
	"bytes"
	"fmt"
)

// Date is a day of which parts may not be known; those are 0.
type Date struct {
	Year, Month, Day int
	// Short: the year has two digits, the century is not said.
	Short bool
}

// IsZero tells whether nothing is known.
func (d Date) IsZero() bool { return d.Year == 0 && d.Month == 0 && d.Day == 0 }

// Whole tells whether year, month and day are known.
func (d Date) Whole() bool { return d.Year > 0 && d.Month > 0 && d.Day > 0 }

// Vietnamese writes dd/mm/yyyy, with 00 for what is not known, and nothing for
// the zero date.
func (d Date) Vietnamese() string {
	if d.IsZero() {
		return ""
	}
	if d.Short {
		return fmt.Sprintf("%02d/%02d/%02d", d.Day, d.Month, d.Year)
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year)
}

// parseDate reads YYYYMMDD in digits, or packed two to a byte (Doc 9303 part 10,
// 4.7.12, wants terminals to take both). What is not known is 00 (4.7.11.1), on
// some cards XX or fillers. Six digits, or three bytes, are YYMMDD.
func parseDate(b []byte) (Date, bool) {
	if len(b) == 3 || len(b) == 4 {
		b = unpack(b)
	}
	if len(b) != 6 && len(b) != 8 {
		return Date{}, false
	}
	rest := len(b) - 4
	year, okYear := datePart(b[:rest])
	month, okMonth := datePart(b[rest : rest+2])
	day, okDay := datePart(b[rest+2:])
	if !okYear || !okMonth || !okDay || month > 12 || day > 31 {
		return Date{}, false
	}
	return Date{Year: year, Month: month, Day: day, Short: rest == 2}, true
}

// unpack turns packed digits into characters.
func unpack(b []byte) []byte {
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, nibble(c>>4), nibble(c&0x0F))
	}
	return out
}

func nibble(n byte) byte {
	if n == 0x0F { // unknown, as X
		return 'X'
	}
	return '0' + n // more than nine is no digit and is refused later
}

// datePart reads digits; all fillers are 0, not known.
func datePart(b []byte) (int, bool) {
	for _, filler := range []string{"X", "x", "<", " "} {
		if len(bytes.Trim(b, filler)) == 0 {
			return 0, true
		}
	}
	if !digits(b) {
		return 0, false
	}
	n := 0
	for _, c := range b {
		n = n*10 + int(c-'0')
	}
	return n, true
}
