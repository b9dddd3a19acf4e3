package cccd

import "strings"

// day is a date in comparable form: digits, and "" for what is not known.
type day struct{ year, month, date string }

// dayOf reads dd/mm/yyyy, in which 00 is not known, or a year alone; anything
// else is not known.
func dayOf(s string) day {
	switch {
	case len(s) == 4 && isDigits(s):
		return day{year: s}
	case len(s) == len("dd/mm/yyyy") && s[2] == '/' && s[5] == '/':
		return day{year: known(s[6:]), month: known(s[3:5]), date: known(s[:2])}
	}
	return day{}
}

// dayOfZone reads YYMMDD of a machine readable zone, in which fillers are not
// known. The year may be 00.
func dayOfZone(s string) day {
	if len(s) != len("YYMMDD") {
		return day{}
	}
	d := day{month: known(s[2:4]), date: known(s[4:])}
	if isDigits(s[:2]) {
		d.year = s[:2]
	}
	return d
}

func known(s string) string {
	if !isDigits(s) || strings.Trim(s, "0") == "" {
		return ""
	}
	return s
}

// same compares what both know; of a year of two digits the last two.
func (d day) same(o day) bool {
	n := min(len(d.year), len(o.year))
	return d.year[len(d.year)-n:] == o.year[len(o.year)-n:] && sameOrUnknown(d.month, o.month) && sameOrUnknown(d.date, o.date)
}

func sameOrUnknown(a, b string) bool { return a == "" || b == "" || a == b }
