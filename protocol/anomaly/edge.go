package anomaly

import "slices"

// Edge are the rules that a kiosk can apply by itself, without a connection: they need
// nothing but its clock, what it did before, and who is on duty at it. What it notices it
// says with the request, and [Policy.Judge] takes it as met.
func Edge() []Rule { return []Rule{OutOfHours, TooFast, Own, ClockJump} }

// AtEdge is a policy with those rules alone.
func (p Policy) AtEdge() Policy {
	p.Off = slices.DeleteFunc(Rules(), func(r Rule) bool { return slices.Contains(Edge(), r) })
	return p
}

// noticed tells whether the kiosk says that a rule is met. Of rules that a kiosk cannot
// apply it says nothing that counts.
func (f Fact) noticed(r Rule) bool {
	return slices.Contains(f.Noticed, r) && slices.Contains(Edge(), r)
}
