package cvc

import "time"

// Day is the date of t in UTC, the only precision that certificates know.
func Day(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// parseDate reads YYMMDD in unpacked digits, of this century (TR-03110 part 3,
// D.2.1.3).
func parseDate(b []byte) (time.Time, error) {
	if len(b) != 6 {
		return time.Time{}, malformed("date", nil)
	}
	for _, c := range b {
		if c > 9 {
			return time.Time{}, malformed("digit of a date", nil)
		}
	}
	two := func(i int) int { return 10*int(b[i]) + int(b[i+1]) }
	year, month, day := 2000+two(0), time.Month(two(2)), two(4)
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Month() != month || t.Day() != day || day == 0 {
		return time.Time{}, malformed("date that no calendar has", nil)
	}
	return t, nil
}

// encodeDate fails outside this century.
func encodeDate(t time.Time) ([]byte, error) {
	y, m, d := t.UTC().Date()
	if y < 2000 || y > 2099 {
		return nil, malformed("year of a date", nil)
	}
	y -= 2000
	return []byte{byte(y / 10), byte(y % 10), byte(m / 10), byte(m % 10), byte(d / 10), byte(d % 10)}, nil
}
