package anomaly

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"motcua/protocol/catalogue"
)

// Policy is the thresholds of all rules.
type Policy struct {
	// Off are rules that are not applied.
	Off []Rule `toml:"off"`
	// Acts are the services by which something is done to a person at a place, and
	// Openings those by which such acts begin.
	Acts     []string `toml:"acts"`
	Openings []string `toml:"openings"`
	// Visits are the services by which a person arrives somewhere.
	Visits []string `toml:"visits"`

	// DormantAfter is for how long a facility has done nothing that is looked at when
	// it begins (again).
	DormantAfter time.Duration `toml:"dormant_after"`
	// Opens and Closes are the hours of work in Viet Nam, hh:mm.
	Opens  string `toml:"opens"`
	Closes string `toml:"closes"`
	// Stock is which lots were delivered to a facility. Nothing is said of facilities
	// that are not in it.
	Stock map[string][]string `toml:"stock"`
	// Local is which provinces of birth are not foreign to a province: what the first
	// three digits of personal numbers say. A province that is not in it has the
	// province of its own number alone.
	Local map[string][]string `toml:"local"`
	// ForeignShare of a session's people, at least ForeignLeast of them, may be from
	// elsewhere.
	ForeignShare float64 `toml:"foreign_share"`
	ForeignLeast int     `toml:"foreign_least"`
	// PerHour is the most people whom one officer serves in an hour.
	PerHour int `toml:"per_hour"`
	// Sharing is the most people who have one telephone or account, of those seen
	// within SharingWithin.
	Sharing       int           `toml:"sharing"`
	SharingWithin time.Duration `toml:"sharing_within"`
	// Apart is the least time between two people at one device, or of one officer.
	Apart time.Duration `toml:"apart"`
	// SampleWithin is for how long what a reader took is remembered.
	SampleWithin time.Duration `toml:"sample_within"`
	// ClockSlack is how far a clock may be off that is said to be right.
	ClockSlack time.Duration `toml:"clock_slack"`
	// Exceptions without a comparison: an officer with ExceptionLeast of them within
	// ExceptionWithin may have ExceptionTimes the share of the colleagues, or of what
	// is usual when that is more.
	ExceptionTimes  float64       `toml:"exception_times"`
	ExceptionUsual  float64       `toml:"exception_usual"`
	ExceptionLeast  int           `toml:"exception_least"`
	ExceptionWithin time.Duration `toml:"exception_within"`
	// Travel is the least time between two facilities of one province, and
	// TravelFar between two provinces.
	Travel    time.Duration `toml:"travel"`
	TravelFar time.Duration `toml:"travel_far"`
}

const day = 24 * time.Hour

// Default are thresholds that a busy honest day keeps; docs/anomaly.md says why.
func Default() Policy {
	return Policy{
		Acts: []string{catalogue.RecordDose}, Openings: []string{catalogue.VaccineSession},
		Visits:       []string{catalogue.CheckIn, catalogue.PaidCheckIn},
		DormantAfter: 60 * day, Opens: "06:00", Closes: "20:00",
		ForeignShare: 0.6, ForeignLeast: 8, PerHour: 40,
		Sharing: 6, SharingWithin: 30 * day, Apart: 40 * time.Second, SampleWithin: 365 * day, ClockSlack: 10 * time.Minute,
		ExceptionTimes: 3, ExceptionUsual: 0.012, ExceptionLeast: 5, ExceptionWithin: 7 * day,
		Travel: 15 * time.Minute, TravelFar: time.Hour,
	}
}

// Bounds of a policy.
const (
	maxPlaces = 20_000
	maxPeriod = 800 * day
)

// Validate tells everything that is wrong with p at once.
func (p Policy) Validate() error {
	var faults []error
	check := func(good bool, format string, args ...any) {
		if !good {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	for _, r := range p.Off {
		check(slices.Contains(Rules(), r), "off: there is no rule %q", r)
	}
	for _, id := range slices.Concat(p.Acts, p.Openings, p.Visits) {
		_, known := catalogue.Lookup(id)
		check(known, "acts, openings, visits: there is no service %q", id)
	}
	opens, closes := minutes(p.Opens), minutes(p.Closes)
	check(opens >= 0 && closes >= 0 && opens < closes, "opens, closes: want hh:mm, the first before the second")
	for _, d := range []struct {
		name string
		is   time.Duration
	}{
		{"dormant_after", p.DormantAfter},
		{"sharing_within", p.SharingWithin},
		{"apart", p.Apart},
		{"sample_within", p.SampleWithin},
		{"clock_slack", p.ClockSlack},
		{"exception_within", p.ExceptionWithin},
		{"travel", p.Travel},
		{"travel_far", p.TravelFar},
	} {
		check(d.is > 0 && d.is <= maxPeriod, "%s: want more than 0 and at most %d days", d.name, maxPeriod/day)
	}
	for _, n := range []struct {
		name string
		is   int
	}{{"foreign_least", p.ForeignLeast}, {"per_hour", p.PerHour}, {"sharing", p.Sharing}, {"exception_least", p.ExceptionLeast}} {
		check(n.is > 0 && n.is < maxTrace, "%s: want 1 to %d", n.name, maxTrace-1)
	}
	check(p.ForeignShare > 0 && p.ForeignShare < 1, "foreign_share: want a share between 0 and 1")
	check(p.ExceptionUsual > 0 && p.ExceptionUsual < 1, "exception_usual: want a share between 0 and 1")
	check(p.ExceptionTimes >= 1 && p.ExceptionTimes <= 100, "exception_times: want 1 to 100")
	check(len(p.Stock)+len(p.Local) <= maxPlaces, "stock, local: at most %d entries", maxPlaces)
	for province, all := range p.Local {
		for _, birth := range all {
			check(birthShape.MatchString(birth), "local of %q: %q are not three digits", province, birth)
		}
	}
	return errors.Join(faults...)
}

var birthShape = regexp.MustCompile(`^[0-9]{3}$`)

// minutes are those of a time of day, -1 when it is none.
func minutes(clock string) int {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

// act: something is done to a person.
func (p Policy) act(f Fact) bool { return slices.Contains(p.Acts, f.Service) }

// work: likewise, or it begins.
func (p Policy) work(f Fact) bool { return p.act(f) || slices.Contains(p.Openings, f.Service) }

func (p Policy) visit(f Fact) bool { return slices.Contains(p.Visits, f.Service) }

// foreign tells whether somebody who was born in a province is from elsewhere.
func (p Policy) foreign(province, birth string) bool {
	if local, known := p.Local[province]; known {
		return !slices.Contains(local, birth)
	}
	return strings.TrimLeft(birth, "0") != strings.TrimLeft(province, "0")
}
