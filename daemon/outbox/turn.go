package outbox

import "time"

// patience is after how many sendings without a receipt a request no longer holds
// back others of the same subject.
const patience = 6

// ageing is how long a request waits until it counts as one class better, so that
// no class starves behind a stream of better ones.
const ageing = 30 * time.Minute

// Turns of sending: two for each class, never sent before sent in vain; then
// those whose time has passed, for the centre to say so; then the poisonous.
const (
	late      = maxClass + 1
	aside     = maxClass + 2
	turns     = 2 * (aside + 1)
	firstLate = 2 * late
)

// turn is the order of sending at a time, 0 first.
func (it *item) turn(now time.Time) uint8 {
	class := uint8(late)
	switch {
	case it.State == Poison:
		class = aside
	case !it.late(now):
		class = it.Class - uint8(min(time.Duration(it.Class), max(now.Sub(it.CreatedAt), 0)/ageing))
	}
	if it.State == Queued {
		return 2 * class
	}
	return 2*class + 1
}

// late reports whether a request is sent only so that its number leaves no gap.
func (it *item) late(now time.Time) bool { return it.State == Poison || it.ExpiresAt.Before(now) }

// waits reports whether others of the same subject go first: one that is under
// way, or one that was saved earlier and still has a chance.
func (it *item) waits(now time.Time) bool {
	if it.peers == nil {
		return false
	}
	for _, p := range it.peers.items {
		earlier := p.Seq < it.Seq
		switch {
		case p == it:
		case p.underWay() && (earlier || !it.underWay()):
			return true
		case p.State == Queued && earlier && !p.late(now) && !it.underWay():
			return true
		}
	}
	return false
}

// underWay reports whether a receipt may still come for what was sent.
func (it *item) underWay() bool { return it.State == Sent && it.Attempts < patience }

// lateEvery is which place goes to a request that is late: on time ones come
// first, and a stream of them lets the late ones through all the same.
const lateEvery = 8

// share counts sendings since the last one of a late request.
type share int

func (n *share) sent(late bool) {
	if *n++; late {
		*n = 0
	}
}

// order mixes what is on time with what is late, most urgent first.
func (n share) order(onTime, late []*item) []*item {
	all := make([]*item, 0, len(onTime)+len(late))
	for len(onTime)+len(late) > 0 {
		from, isLate := &onTime, false
		if len(onTime) == 0 || len(late) > 0 && n >= lateEvery-1 {
			from, isLate = &late, true
		}
		all = append(all, (*from)[0])
		*from = (*from)[1:]
		n.sent(isLate)
	}
	return all
}
