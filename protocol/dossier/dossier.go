package dossier

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/protocol/workday"
)

// supplementDays is how many working days a citizen has to bring what is missing.
const supplementDays = 7

// Errors for what an agency cannot say. They are permanent.
var (
	ErrUnknownLeg = errors.New("the dossier has no such leg")
	ErrOrder      = errors.New("this does not follow from what the agency said before")
)

// plan is how the legs of a kind are worked on.
type plan struct {
	procedure Procedure
	agency    Agency
	first     bool // the others wait for it
	// days are the working days that the agency has, more when something has to be
	// verified; -1: the law sets none.
	days, verified int
}

// Kind is what a dossier is about.
type Kind string

// Kinds. A death has 2 procedures, 3 (and the funeral benefit) or 4 (and the
// survivors'), as whoever files it asks.
const (
	Birth  Kind = "birth"
	Death2 Kind = "death-2"
	Death3 Kind = "death-3"
	Death4 Kind = "death-4"
)

// plans are the legs of a kind, the first of which the others wait for (Decree
// 63/2024/ND-CP, Decision 1449/QD-BHXH); nil for one that there is not.
func (k Kind) plans() []plan {
	death := []plan{
		{DeathRegistration, Ward, true, 0, 0},
		{ResidenceEnd, Police, false, 2, 2},
		{FuneralBenefit, Ward, false, -1, -1},
		{SurvivorBenefit, SocialInsurance, false, -1, -1},
	}
	switch k {
	case Birth:
		return []plan{
			{BirthRegistration, Ward, true, 0, 0},
			{PersonalNumber, Police, false, -1, -1},
			{Residence, Police, false, 2, 5},
			{InsuranceCard, SocialInsurance, false, 2, 2},
		}
	case Death2:
		return death[:2]
	case Death3:
		return death[:3]
	case Death4:
		return death
	}
	return nil
}

// Overall is a dossier's state in a word.
type Overall string

// Overall states.
const (
	AllReceived Overall = "received" // nothing is finished
	Partial     Overall = "partial"
	AllDone     Overall = "done"
	AllRejected Overall = "rejected" // the first leg was, and nothing can follow
	Expired     Overall = "expired"  // what was missing did not come
)

// Record is a dossier as it is kept and told.
type Record struct {
	Kind Kind  `json:"kind"`
	Legs []Leg `json:"legs"`
	// Verify says that something has to be verified, which takes longer.
	Verify bool `json:"verify,omitempty"`
}

// Dossier is one matter at its agencies.
type Dossier struct {
	Record
	calendar *workday.Calendar
	plan     []plan
}

// File begins a dossier that was filed at a time.
func File(kind Kind, filed time.Time, c *workday.Calendar) (*Dossier, error) {
	d := &Dossier{Record: Record{Kind: kind}, calendar: c, plan: kind.plans()}
	if d.plan == nil {
		return nil, fmt.Errorf("a dossier of kind %q", kind)
	}
	counted := filed
	for _, p := range d.plan {
		l := Leg{Procedure: p.procedure, Agency: p.agency, State: Waiting, Since: filed, AsOf: filed}
		if p.first {
			l.State = Received
		}
		var err error
		if l.Due, err = d.due(p, counted); err != nil {
			return nil, err
		}
		if p.first { // the others are promised as if it took all of its time
			counted = workday.DayOf(l.Due).At(9)
		}
		d.Legs = append(d.Legs, l)
	}
	return d, nil
}

// Resume goes on with a dossier that was kept.
func Resume(r Record, c *workday.Calendar) (*Dossier, error) {
	d := &Dossier{Record: r, calendar: c, plan: r.Kind.plans()}
	d.Legs = slices.Clone(r.Legs)
	same := func(l Leg, p plan) bool {
		return l.Procedure == p.procedure && l.Agency == p.agency && (l.State.Final() || after(l.State) != nil)
	}
	if d.plan == nil || !slices.EqualFunc(d.Legs, d.plan, same) {
		return nil, fmt.Errorf("a dossier of kind %q with other legs", r.Kind)
	}
	return d, nil
}

// due is when a leg has to be finished that an agency has received.
func (d *Dossier) due(p plan, received time.Time) (time.Time, error) {
	days := p.days
	if d.Verify {
		days = p.verified
	}
	if days < 0 {
		return time.Time{}, nil
	}
	return d.calendar.Due(received, days)
}

// NeedsVerifying says that something has to be verified first: legs that are not finished
// have longer then, counted from a time.
func (d *Dossier) NeedsVerifying(at time.Time) error {
	d.Verify = true
	for i, p := range d.plan {
		l := &d.Legs[i]
		if l.State.Final() || l.State == NeedsSupplement || p.days == p.verified {
			continue
		}
		due, err := d.due(p, at)
		if err != nil {
			return err
		}
		if due.After(l.Due) {
			l.Due = due
		}
	}
	return nil
}

// Say takes what an agency says about a leg. News that are older than what is known
// change nothing. Errors: [ErrUnknownLeg], [ErrOrder].
func (d *Dossier) Say(of Procedure, s State, why Reason, at time.Time) error {
	i := slices.IndexFunc(d.Legs, func(l Leg) bool { return l.Procedure == of })
	if i < 0 {
		return ErrUnknownLeg
	}
	if d.Pass(at); at.Before(d.Legs[i].AsOf) {
		return nil
	}
	if !d.Legs[i].State.Follows(s) {
		return fmt.Errorf("%s after %s: %w", s, d.Legs[i].State, ErrOrder)
	}
	if err := d.enter(i, s, why, at); err != nil {
		return err
	}
	if d.plan[i].first && s.Final() {
		return d.release(s, at)
	}
	return nil
}

// enter puts a leg into a state, and sets what is due then.
func (d *Dossier) enter(i int, s State, why Reason, at time.Time) (err error) {
	l := &d.Legs[i]
	before := l.State
	if l.State, l.AsOf = s, at; before != s {
		l.Since, l.Supplied = at, time.Time{}
	}
	if s.Final() && s != Done {
		l.Reason = cmp.Or(why, Unsaid)
	}
	switch {
	case s == NeedsSupplement && before != s: // asking again gives no more time
		l.Due = time.Time{}
		l.SupplementBy, err = d.calendar.Due(at, supplementDays)
	case before == NeedsSupplement && s == Processing, before == Waiting && s == Received:
		l.SupplementBy = time.Time{}
		l.Due, err = d.due(d.plan[i], at)
	}
	return err
}

// release hands the others to their agencies once the first leg is done, or ends
// them when it never will be.
func (d *Dossier) release(first State, at time.Time) error {
	for i := range d.Legs {
		if d.Legs[i].State != Waiting {
			continue
		}
		next, why := Received, Reason("")
		if first != Done {
			next, why = Cancelled, FirstRejected
		}
		if err := d.enter(i, next, why, at); err != nil {
			return err
		}
	}
	return nil
}

// Pass lets time pass: what was asked for and did not come by its day is too late.
func (d *Dossier) Pass(now time.Time) {
	for i := range d.Legs {
		l := &d.Legs[i]
		if l.State != NeedsSupplement || !l.Supplied.IsZero() || !now.After(l.SupplementBy) {
			continue
		}
		at := l.SupplementBy
		l.State, l.Reason, l.Since, l.AsOf = Rejected, SupplementLate, at, at
		if d.plan[i].first {
			_ = d.release(Rejected, at) // ends legs, which needs no calendar
		}
	}
}

// Supply notes that the citizen has brought what a leg misses. It reports whether that
// was missing, and came in time.
func (d *Dossier) Supply(of Procedure, at time.Time) bool {
	d.Pass(at)
	i := slices.IndexFunc(d.Legs, func(l Leg) bool { return l.Procedure == of })
	if i < 0 || d.Legs[i].State != NeedsSupplement || at.Before(d.Legs[i].Since) {
		return false
	}
	if d.Legs[i].Supplied.IsZero() {
		d.Legs[i].Supplied = at
	}
	return true
}

// Overall is the dossier's state in a word. A leg beside the first that was rejected
// leaves a dossier partial, with its reason.
func (d *Dossier) Overall() Overall {
	done := 0
	for i, l := range d.Legs {
		switch {
		case l.State == Done:
			done++
		case d.plan[i].first && l.Reason == SupplementLate:
			return Expired
		case d.plan[i].first && l.State.Final():
			return AllRejected
		}
	}
	switch done {
	case 0:
		return AllReceived
	case len(d.Legs):
		return AllDone
	}
	return Partial
}

// Missing are the legs for which the citizen has to bring something.
func (d *Dossier) Missing() (all []Leg) {
	for _, l := range d.Legs {
		if l.State == NeedsSupplement {
			all = append(all, l)
		}
	}
	return all
}
