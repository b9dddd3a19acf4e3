package outbox

import (
	"fmt"
	"time"

	"motcua/protocol/fault"
)

// Deadlines of the open states. None of them ends a request, only a receipt does;
// missing one is an alarm.
const (
	// SendWithin is how long a saved request may wait for its first sending.
	SendWithin = 15 * time.Minute
	// AnswerWithin is how long a request that was sent may wait for its receipt.
	AnswerWithin = time.Hour
)

// A request is set aside as [Poison] after poisonAfter sendings that brought
// nothing while others got their receipts, and then tried every poisonEvery.
const (
	poisonAfter = 12
	poisonEvery = 24 * time.Hour
)

// AlarmKind is what a technician should know of.
type AlarmKind string

// Kinds of alarms.
const (
	AlarmUnsent     AlarmKind = "unsent"     // saved longer ago than [SendWithin], never sent
	AlarmUnanswered AlarmKind = "unanswered" // first sent longer ago than [AnswerWithin], no receipt
	AlarmOverdue    AlarmKind = "overdue"    // past the time of the request, no receipt
	AlarmPoison     AlarmKind = "poison"     // set aside: others get receipts
)

// Alarm is about all open requests of which the same is to be said. A request may
// be in several.
type Alarm struct {
	Kind  AlarmKind
	Count int
	Seq   uint64    // of the oldest
	Since time.Time // when the oldest missed its deadline; of poison, its first sending
}

// Alarms are the deadlines that open requests have missed, in the order of the
// kinds above. Nothing is stored of them: a restart changes nothing.
func (s *Store) Alarms() []Alarm {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	var c alarmCount
	for _, it := range s.open {
		c.add(&it.Entry, now)
	}
	return c.alarms
}

// alarmCount collects alarms from open requests in the order of their numbers.
type alarmCount struct{ alarms []Alarm }

func (c *alarmCount) add(e *Entry, now time.Time) {
	for _, a := range []struct {
		kind     AlarmKind
		applies  bool
		deadline time.Time
	}{
		{AlarmUnsent, e.State == Queued, e.CreatedAt.Add(SendWithin)},
		{AlarmUnanswered, e.State == Sent, e.SentAt.Add(AnswerWithin)},
		{AlarmOverdue, !e.State.Final(), e.ExpiresAt},
		{AlarmPoison, e.State == Poison, e.SentAt},
	} {
		if a.applies && a.deadline.Before(now) {
			c.raise(a.kind, e.Seq, a.deadline)
		}
	}
}

func (c *alarmCount) raise(kind AlarmKind, seq uint64, since time.Time) {
	at := len(c.alarms)
	for i := range c.alarms {
		if c.alarms[i].Kind == kind {
			c.alarms[i].Count++
			return
		}
		if rank(c.alarms[i].Kind) > rank(kind) {
			at = min(at, i)
		}
	}
	c.alarms = append(c.alarms, Alarm{})
	copy(c.alarms[at+1:], c.alarms[at:])
	c.alarms[at] = Alarm{Kind: kind, Count: 1, Seq: seq, Since: since}
}

// rank is the order of the kinds.
func rank(k AlarmKind) int {
	switch k {
	case AlarmUnsent:
		return 0
	case AlarmUnanswered:
		return 1
	case AlarmOverdue:
		return 2
	default:
		return 3
	}
}

// judge sets a request aside that is sent in vain while others get receipts; s.mu
// is held.
func (s *Store) judge(it *item, now time.Time) {
	if it.sent && s.receipts > it.seen {
		it.vain++
	}
	it.sent, it.seen = true, s.receipts
	if it.State == Sent && it.vain >= poisonAfter {
		it.State = Poison
		s.o.Log.Error("a request gets no receipt though others do: set aside", "fault", fault.QueueStuck, "seq", it.Seq, "times", it.Attempts)
	}
	if it.State == Poison && it.Next.Before(now.Add(poisonEvery)) {
		it.Next = now.Add(poisonEvery)
	}
}

// tell logs deadlines that are newly missed, and those that are met again.
func (s *Store) tell() {
	alarms := s.Alarms()
	there := map[AlarmKind]bool{}
	for _, a := range alarms {
		there[a.Kind] = true
		if !s.told[a.Kind] {
			s.o.Log.Warn("requests miss their deadline", "fault", fault.QueueStuck, "alarm", a.Kind, "count", a.Count, "seq", a.Seq,
				"since", fmt.Sprint(s.now().Sub(a.Since).Round(time.Second)))
		}
	}
	for kind := range s.told {
		if !there[kind] {
			s.o.Log.Info("no request misses this deadline any more", "alarm", kind)
		}
	}
	s.told = there
}
