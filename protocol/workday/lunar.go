package workday

import (
	"math"
	"time"
)

// The Vietnamese lunar calendar: a month begins on the day of the new moon, the
// eleventh one holds the winter solstice, and in a year of thirteen months the first
// one without a principal term of the sun repeats the number before it. Days are
// those of UTC+7, which is why the new year may differ from that of Beijing.
//
// Moon and sun after J. Meeus, Astronomical Algorithms (2nd edition), chapters 49
// and 25. The moon's error is about a minute; should a new moon be that close to
// midnight, the days that the government announces put it right.

// Tet is the first day of the lunar year that begins in a year.
func Tet(year int) Day { return lunarMonth(year, 1) }

// HungKings is the tenth day of the third lunar month of a year.
func HungKings(year int) Day { return lunarMonth(year, 3).Add(9) }

// lunarMonth is the first day of a month, 1 to 10, of the lunar year that begins in
// a year.
func lunarMonth(year, month int) Day {
	k := solsticeMonth(year - 1)
	leap := solsticeMonth(year)-k == 13
	for number := 11; number != month+12; {
		k++
		if leap && term(newMoon(k)) == term(newMoon(k+1)) {
			leap = false // this month has the number of the one before
			continue
		}
		number++
	}
	return newMoon(k)
}

// solsticeMonth is the number, by [newMoon], of the month with the winter solstice
// of a year.
func solsticeMonth(year int) int {
	k := int(math.Floor(float64(year-2000)*12.3685)) + 14
	for ; ; k-- {
		// The solstice lies within the month if the sun passes 270 degrees after its
		// first day began and before the next month does.
		if first := newMoon(k); first.Year == year && term(first) < 9 || first.Year < year {
			return k
		}
	}
}

// term counts the principal terms of the sun, twelve a year, that have begun when a
// day does: the spring equinox is 0, the winter solstice begins 9.
func term(d Day) int { return int(sunLongitude(d.At(0)) / 30) }

// newMoon is the day of the kth new moon after that of 6 January 2000.
func newMoon(k int) Day {
	n := float64(k)
	t := n / 1236.85
	rad := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	e := 1 - 0.002516*t - 0.0000074*t*t
	sun := rad(2.5534 + 29.10535670*n - 0.0000014*t*t)
	moon := rad(201.5643 + 385.81693528*n + 0.0107582*t*t)
	lat := rad(160.7108 + 390.67050284*n - 0.0016118*t*t)
	node := rad(124.7746 - 1.56375588*n + 0.0020672*t*t)
	jde := 2451550.09766 + 29.530588861*n + 0.00015437*t*t
	for _, c := range []struct{ size, angle float64 }{
		{-0.40720, moon},
		{0.17241 * e, sun},
		{0.01608, 2 * moon},
		{0.01039, 2 * lat},
		{0.00739 * e, moon - sun},
		{-0.00514 * e, moon + sun},
		{0.00208 * e * e, 2 * sun},
		{-0.00111, moon - 2*lat},
		{-0.00057, moon + 2*lat},
		{0.00056 * e, 2*moon + sun},
		{-0.00042, 3 * moon},
		{0.00042 * e, sun + 2*lat},
		{0.00038 * e, sun - 2*lat},
		{-0.00024 * e, 2*moon - sun},
		{-0.00017, node},
	} {
		jde += c.size * math.Sin(c.angle)
	}
	return DayOf(atJulian(jde))
}

// dynamical is how far dynamical time is ahead of UTC in these decades.
const dynamical = 70 * time.Second

// j2000 is noon of 1 January 2000, the Julian day 2451545.
func j2000() time.Time { return time.Date(2000, time.January, 1, 12, 0, 0, 0, time.UTC) }

func atJulian(jde float64) time.Time {
	return j2000().Add(time.Duration((jde - 2451545) * float64(24*time.Hour))).Add(-dynamical)
}

// sunLongitude is the apparent longitude of the sun in degrees, 0 to 360, to about
// a hundredth of a degree, which is a quarter of an hour.
func sunLongitude(at time.Time) float64 {
	t := at.Add(dynamical).Sub(j2000()).Hours() / 24 / 36525
	rad := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	m := rad(357.52911 + 35999.05029*t)
	centre := (1.914602-0.004817*t)*math.Sin(m) + 0.019993*math.Sin(2*m) + 0.000289*math.Sin(3*m)
	l := 280.46646 + 36000.76983*t + 0.0003032*t*t + centre - 0.00569 - 0.00478*math.Sin(rad(125.04-1934.136*t))
	return math.Mod(math.Mod(l, 360)+360, 360)
}
