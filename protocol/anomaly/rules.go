package anomaly

import "slices"

// Rule is the name of a rule, a stable word.
type Rule string

// Rules; the numbers are those of docs/anomaly.md.
const (
	Dormant    Rule = "dormant-facility"    // R1: where nothing was done for long
	OutOfHours Rule = "out-of-hours"        // R2
	NoStock    Rule = "no-stock"            // R3: a lot that was not delivered there
	Foreign    Rule = "out-of-province"     // R4: a session of people from elsewhere
	TooMany    Rule = "too-many"            // R5: more than an officer can serve in an hour
	Shared     Rule = "shared-contact"      // R6: a telephone or account of many
	TooFast    Rule = "too-fast"            // R7: two people sooner than two can be served
	SameSample Rule = "same-sample"         // R8: a finger or face that came before, bit by bit
	Own        Rule = "officer-is-subject"  // R9
	ClockJump  Rule = "clock-jump"          // R10: a clock that is said to be right and cannot be
	Exceptions Rule = "too-many-exceptions" // R11: without a comparison, far more than others
	TwoPlaces  Rule = "two-places"          // R12: at two facilities sooner than one can travel
)

// rule is one of them. It is asked once for each of its places; a rule that
// remembers nothing has the zero place.
type rule struct {
	name   Rule
	places func(Policy, Fact) []Place
	judge  func(p Policy, f Fact, at Place, known Trace) (hit bool, note Note)
}

// all rules, in the order in which they are named when several are met.
func all() []rule {
	return []rule{
		{Dormant, dormantPlaces, dormant},
		{OutOfHours, workOnly, outOfHours},
		{NoStock, workOnly, noStock},
		{Foreign, foreignPlaces, tooForeign},
		{TooMany, officerPlaces, tooMany},
		{Shared, contactPlaces, shared},
		{TooFast, pacePlaces, tooFast},
		{SameSample, samplePlaces, sameSample},
		{Own, anything, own},
		{ClockJump, anything, clockJump},
		{Exceptions, comparedPlaces, exceptions},
		{TwoPlaces, subjectPlaces, twoPlaces},
	}
}

// Rules lists every rule.
func Rules() []Rule {
	var names []Rule
	for _, r := range all() {
		names = append(names, r.name)
	}
	return names
}

func (p Policy) applied() []rule {
	return slices.DeleteFunc(all(), func(r rule) bool { return slices.Contains(p.Off, r.name) })
}

// Places is what has to be known to judge f, each once.
func (p Policy) Places(f Fact) (places []Place) {
	for _, r := range p.applied() {
		for _, at := range r.places(p, f) {
			if at != (Place{}) && !slices.Contains(places, at) {
				places = append(places, at)
			}
		}
	}
	return places
}

// Judge says which rules f meets, given what is known of its places, and what is to
// be remembered from then on. A facility counts as active after what met no rule;
// see [Policy.Active] for what a person has let pass.
func (p Policy) Judge(f Fact, known func(Place) Trace) (hits []Rule, notes []Note) {
	for _, r := range p.applied() {
		if f.noticed(r.name) {
			hits = append(hits, r.name)
		}
		for _, at := range r.places(p, f) {
			hit, note := r.judge(p, f, at, known(at))
			if hit && !slices.Contains(hits, r.name) {
				hits = append(hits, r.name)
			}
			if note.Trace != nil {
				notes = append(notes, note)
			}
		}
	}
	if at, judged := p.Facility(f); judged && len(hits) == 0 && known(at).since(f.At.Add(-day)) == 0 { // once a day is often enough
		notes = append(notes, p.Active(at, f))
	}
	return hits, notes
}

// anything: the rule holds for every request and remembers nothing.
func anything(Policy, Fact) []Place { return []Place{{}} }

// workOnly: it holds for acts and what opens them, and remembers nothing.
func workOnly(p Policy, f Fact) []Place {
	if p.work(f) {
		return []Place{{}}
	}
	return nil
}
