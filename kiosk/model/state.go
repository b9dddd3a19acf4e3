package model

import (
	"time"

	"motcua/kiosk/text"
	"motcua/protocol/local"
)

const (
	padLen = 6
	// hereEvery is how often taps that stay on this side are told to kioskd, so
	// that a person who types slowly is not asked whether they are still there.
	hereEvery = 5 * time.Second
	// forget is how long a choice of language or colours lasts on the attract
	// screen without a tap.
	forget = 45 * time.Second
	// slow is after how long a wait says why.
	slow = 10 * time.Second
)

// sheet is what lies over the step's own screen.
type sheet int

const (
	noSheet sheet = iota
	showSheet
	chooseSheet
	officerSheet
)

// State is what the touchscreen knows. It is used from one goroutine.
type State struct {
	start, set Settings

	snap    local.Snapshot
	got     time.Time // when snap came
	linked  bool
	since   time.Time // when the step came
	touched time.Time
	told    time.Time // when kioskd last heard from the person

	pad   [padLen]byte
	typed int

	entry entry

	sheet sheet
	field string // whose choices are open
	group string // of the menu, that is open
	page  int
}

// New starts without a connection, with the settings each person starts with.
func New(start Settings) *State {
	return &State{start: start, set: start}
}

// Receive takes a snapshot that came at now.
func (s *State) Receive(snap local.Snapshot, now time.Time) {
	before, after := s.visit(), snap.Visit
	if !s.linked || stepOf(before) != stepOf(after) || idOf(before) != idOf(after) {
		s.wipe()
		s.since = now
	}
	if failed(before) != failed(after) {
		s.wipePad()
	}
	asked := questionOf(before) != questionOf(after)
	if asked || codesOf(before) != codesOf(after) {
		s.wipe()
	}
	if before != nil && idOf(before) != idOf(after) {
		s.set = s.start
	}
	wipePicture(before, after)
	s.snap, s.got, s.linked = snap, now, true
	if q, f, ok := s.asked(); ok && (asked || codesOf(before) != codesOf(after)) {
		s.entry.take(f, q.Value)
	}
}

// Lose tells that the connection to kioskd ended: what it said about a person is
// dropped at once.
func (s *State) Lose(now time.Time) {
	if s.visit() != nil {
		s.set = s.start
	}
	s.wipe()
	if s.linked {
		s.since = now
	}
	wipePicture(s.visit(), nil)
	s.snap = local.Snapshot{Kiosk: local.Kiosk{Facility: s.snap.Kiosk.Facility, Demo: s.snap.Kiosk.Demo}}
	s.linked = false
}

// wipe forgets what the person typed and opened.
func (s *State) wipe() {
	s.wipePad()
	s.entry.wipe()
	s.sheet, s.field, s.group, s.page = noSheet, "", "", 0
}

func (s *State) wipePad() {
	clear(s.pad[:])
	s.typed = 0
}

func (s *State) visit() *local.Visit { return s.snap.Visit }

// left is how much of a time limit, given in milliseconds with the snapshot,
// remains; ok is false when there is no limit.
func (s *State) left(ms int64, now time.Time) (d time.Duration, ok bool) {
	if ms <= 0 {
		return 0, false
	}
	return time.Duration(ms)*time.Millisecond - now.Sub(s.got), true
}

// warning tells whether the person must say that they are still there, and how
// many seconds they have.
func (s *State) warning(now time.Time) (seconds int, on bool) {
	v := s.visit()
	if v == nil {
		return 0, false
	}
	if idle, limited := s.left(v.IdleIn, now); limited && idle > 0 {
		return 0, false
	}
	end, limited := s.left(v.EndIn, now)
	if !limited {
		return 0, false
	}
	if v.IdleIn <= 0 && end > warnLast {
		return 0, false
	}
	return max(0, int((end+time.Second-1)/time.Second)), true
}

// warnLast is when to warn if kioskd names only the end.
const warnLast = 20 * time.Second

func (s *State) lang() text.Lang { return s.set.Lang }

func stepOf(v *local.Visit) local.Step {
	if v == nil {
		return ""
	}
	return v.Step
}

func idOf(v *local.Visit) string {
	if v == nil {
		return ""
	}
	return v.ID
}

func failed(v *local.Visit) int {
	if v == nil || v.Key == nil {
		return 0
	}
	return v.Key.Failed
}

// codesOf are the codes that were scanned so far as the answer to a question for several.
func codesOf(v *local.Visit) string {
	if v == nil || v.Question == nil || !v.Question.Scan {
		return ""
	}
	return v.Question.Value
}

func questionOf(v *local.Visit) string {
	if v == nil || v.Question == nil {
		return ""
	}
	return v.Question.Field
}
