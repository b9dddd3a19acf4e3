package hub

import (
	"cmp"
	"slices"
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/simcentral/trouble"
)

// matter is one dossier and what its agencies have done.
type matter struct {
	*dossier.Dossier
	no       string
	digest   [32]byte // of what was put
	filed    time.Time
	plot     Case
	extract  *extract
	supplied map[string]time.Time // items, and when they came
	done     []deed               // in the order in which it happened
	told     []News               // in the order in which the hub heard of it
}

// deed is something that an agency did, and not yet told perhaps.
type deed struct {
	news  News
	known bool
}

// News is what an agency tells of a leg.
type News struct {
	N      int               `json:"n"` // from 1 on
	Leg    dossier.Procedure `json:"leg"`
	State  dossier.State     `json:"state"`
	Reason dossier.Reason    `json:"reason,omitempty"`
	Item   string            `json:"item,omitempty"`
	At     int64             `json:"at"` // unix milliseconds
}

// advance lets the agencies work until now, and tell what they are ready to tell.
func (m *matter) advance(s Scenario, start, now time.Time) error {
	for {
		i, next := m.next(s, now)
		if i < 0 {
			break
		}
		if err := m.say(m.Legs[i].Procedure, next); err != nil {
			return err
		}
	}
	m.tell(s, start, now)
	return nil
}

// step is what an agency does next with a leg.
type step struct {
	state  dossier.State
	reason dossier.Reason
	item   string
	at     time.Time
}

// next is the leg that changes first, and how; -1 when none does before now.
func (m *matter) next(s Scenario, now time.Time) (leg int, next step) {
	leg = -1
	for i, l := range m.Legs {
		n, there := m.plan(s, l)
		if there && !n.at.After(now) && (leg < 0 || n.at.Before(next.at)) {
			leg, next = i, n
		}
	}
	return leg, next
}

// plan is what becomes of a leg that is left to itself.
func (m *matter) plan(s Scenario, l dossier.Leg) (step, bool) {
	a := s.agency(l.Agency)
	after := func(d trouble.Duration) time.Time { return l.Since.Add(time.Duration(d)) }
	end := func(at time.Time) (step, bool) {
		if r := m.plot.Reject; r != nil && r.Leg == l.Procedure {
			return step{state: dossier.Rejected, reason: r.Reason, at: at}, true
		}
		return step{state: dossier.Done, at: at}, m.plot.Stuck != l.Procedure
	}
	ask := m.plot.Supplement
	switch l.State {
	case dossier.Received:
		if l.Procedure == dossier.PersonalNumber {
			return step{state: dossier.PendingNumber, at: after(a.Starts)}, true
		}
		return step{state: dossier.Processing, at: after(a.Starts)}, true
	case dossier.PendingNumber:
		return end(after(max(a.Works, s.fast(m.plot.NumberAfter))))
	case dossier.Processing:
		if ask != nil && ask.Leg == l.Procedure && m.supplied[ask.Item].IsZero() {
			return step{state: dossier.NeedsSupplement, item: ask.Item, at: after(a.Works / 2)}, true
		}
		return end(after(a.Works))
	case dossier.NeedsSupplement:
		if at := m.supplied[ask.Item]; !at.IsZero() {
			return step{state: dossier.Processing, at: at}, true
		}
		by := l.SupplementBy
		if s.Speed > 1 {
			by = after(s.fast(trouble.Duration(7 * 24 * time.Hour)))
		}
		return step{state: dossier.Rejected, reason: dossier.SupplementLate, at: by.Add(time.Millisecond)}, true
	default:
		return step{}, false
	}
}

// say does a step, and notes what it does to other legs, too.
func (m *matter) say(leg dossier.Procedure, n step) error {
	before := slices.Clone(m.Legs)
	m.Pass(n.at)
	if i := slices.IndexFunc(m.Legs, func(l dossier.Leg) bool { return l.Procedure == leg }); !m.Legs[i].State.Final() {
		if err := m.Say(leg, n.state, n.reason, n.at); err != nil {
			return err
		}
	}
	for i, l := range m.Legs {
		if l.State != before[i].State {
			m.note(l, n.item)
		}
	}
	return nil
}

func (m *matter) note(l dossier.Leg, item string) {
	n := News{Leg: l.Procedure, State: l.State, Reason: l.Reason, At: l.Since.UnixMilli()}
	if l.State == dossier.NeedsSupplement {
		n.Item = item
	}
	m.done = append(m.done, deed{news: n})
}

// tell has each agency tell what it had done when it last spoke to the hub.
func (m *matter) tell(s Scenario, start, now time.Time) {
	var fresh []News
	for i := range m.done {
		d := &m.done[i]
		if heard, ok := m.heard(s, start, now, d.news.Leg); !d.known && ok && d.news.At <= heard.UnixMilli() {
			d.known = true
			fresh = append(fresh, d.news)
		}
	}
	slices.SortStableFunc(fresh, func(a, b News) int { return cmp.Compare(a.At, b.At) })
	for _, n := range fresh {
		n.N = len(m.told) + 1
		m.told = append(m.told, n)
	}
}

// heard is when a leg's agency last spoke to the hub, after the dossier was there.
func (m *matter) heard(s Scenario, start, now time.Time, leg dossier.Procedure) (time.Time, bool) {
	i := slices.IndexFunc(m.Legs, func(l dossier.Leg) bool { return l.Procedure == leg })
	a := s.agency(m.Legs[i].Agency)
	if a.Silent {
		return time.Time{}, false
	}
	last := start.Add(now.Sub(start).Truncate(time.Duration(a.Sync)))
	return last, !last.Before(m.filed)
}
