package pcsc

import (
	"bytes"
	"slices"
	"time"

	"motcua/drivers"
)

// Flags of a reader's state (winscard.h, SCARD_STATE_*); the upper half counts
// insertions and removals.
const (
	flagChanged     = 0x0002
	flagUnknown     = 0x0004
	flagUnavailable = 0x0008
	flagPresent     = 0x0020
	flagExclusive   = 0x0080
	flagInUse       = 0x0100
	counterShift    = 16
)

// slot is what is known of one reader.
type slot struct {
	name    string
	state   uint32 // as last reported, to be handed back for the next wait
	arrived bool
	present bool
	count   uint32
	atr     []byte
	// doubt is until when the card that is said to be there may in truth have
	// left; zero when there is no doubt.
	doubt time.Time
}

const (
	// polling is longer than pcscd takes to notice that a card has left: it asks
	// the reader every 400 ms.
	polling = 500 * time.Millisecond
	// settling adds the time to reset what lies there by then.
	settling = polling + 200*time.Millisecond
)

// roster turns what pcscd tells of its readers into events.
type roster struct {
	slots []*slot
}

// list takes the names of the readers there are now and tells of those that have
// gone. A new one is told of by update, once its state is known.
func (r *roster) list(names []string) []drivers.CardEvent {
	var events []drivers.CardEvent
	r.slots = slices.DeleteFunc(r.slots, func(s *slot) bool {
		if slices.Contains(names, s.name) {
			return false
		}
		events = append(events, s.leave()...)
		return true
	})
	for _, n := range names {
		if !slices.ContainsFunc(r.slots, func(s *slot) bool { return s.name == n }) {
			r.slots = append(r.slots, &slot{name: n})
		}
	}
	return events
}

// snapshot is the events that bring a new listener up to date.
func (r *roster) snapshot() []drivers.CardEvent {
	var events []drivers.CardEvent
	for _, s := range r.slots {
		if s.arrived {
			events = append(events, drivers.CardEvent{Kind: drivers.ReaderArrived, Reader: s.name})
		}
		if s.present {
			events = append(events, s.placed())
		}
	}
	return events
}

// doubt takes note that a card did not answer any more: it has been lifted, and
// whether it, or another one, is there will be known after [settling].
func (r *roster) doubt(reader string, now time.Time) []drivers.CardEvent {
	for _, s := range r.slots {
		if s.name == reader && s.present {
			s.doubt = now.Add(settling)
			return []drivers.CardEvent{s.lift()}
		}
	}
	return nil
}

// settle ends the doubts whose time has come, by forgetting the state so that it
// is told anew, and tells how long the next wait may be.
func (r *roster) settle(now time.Time, longest time.Duration) time.Duration {
	for _, s := range r.slots {
		switch {
		case s.doubt.IsZero():
		case now.Before(s.doubt):
			longest = min(longest, s.doubt.Sub(now))
		default:
			s.doubt, s.state = time.Time{}, 0
		}
	}
	return longest
}

// update takes a reader's new state, and its card's answer to reset, which counts
// only while a card is there.
func (s *slot) update(state uint32, atr []byte) []drivers.CardEvent {
	s.state = state &^ flagChanged
	if state&(flagUnknown|flagUnavailable) != 0 {
		return s.leave()
	}
	var events []drivers.CardEvent
	if !s.arrived {
		s.arrived = true
		events = append(events, drivers.CardEvent{Kind: drivers.ReaderArrived, Reader: s.name})
	}
	present, count := state&flagPresent != 0, state>>counterShift
	if !s.doubt.IsZero() && present && count == s.count {
		return events
	}
	s.doubt = time.Time{}
	if s.present && (!present || count != s.count) {
		events = append(events, s.lift())
	}
	if present && !s.present {
		s.present, s.count, s.atr = true, count, bytes.Clone(atr)
		events = append(events, s.placed())
	}
	return events
}

func (s *slot) leave() []drivers.CardEvent {
	var events []drivers.CardEvent
	if s.present {
		events = append(events, s.lift())
	}
	if s.arrived {
		s.arrived = false
		events = append(events, drivers.CardEvent{Kind: drivers.ReaderGone, Reader: s.name})
	}
	return events
}

func (s *slot) lift() drivers.CardEvent {
	s.present, s.atr = false, nil
	return drivers.CardEvent{Kind: drivers.CardLifted, Reader: s.name}
}

func (s *slot) placed() drivers.CardEvent {
	return drivers.CardEvent{Kind: drivers.CardPlaced, Reader: s.name, ATR: bytes.Clone(s.atr)}
}
