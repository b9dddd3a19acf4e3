package drivers

import "context"

// Board is the kiosk's own electronics: lamps, buzzer, tamper switch, button and
// presence sensor. What a kiosk does not have is not reported and not moved, which
// is no error. Its methods may be called at the same time.
type Board interface {
	Device
	// Watch reports what happens until ctx ends, beginning with what is so now (the
	// case, the presence), from one goroutine. It returns ctx's error, or why it had
	// to end. There is one Watch at a time.
	Watch(ctx context.Context, report func(BoardEvent)) error
	// Light sets a lamp and returns at once; a lamp that cannot be set is told by
	// Probe. It changes at most 5 times a second, whoever asks how often.
	Light(ctx context.Context, l Lamp, p LampPattern) error
	// Sound plays a pattern on the buzzer and returns when it has ended. It waits
	// for one that is being played.
	Sound(ctx context.Context, s Sound) error
}

// BoardEvent is something that happened at the board.
type BoardEvent int

// Events of a board. A tamper switch that cannot be read counts as open.
const (
	CaseClosed BoardEvent = iota + 1
	CaseOpened
	StaffCalled
	PersonCame
	PersonLeft
)

func (e BoardEvent) String() string {
	switch e {
	case CaseClosed:
		return "case closed"
	case CaseOpened:
		return "case opened"
	case StaffCalled:
		return "staff called"
	case PersonCame:
		return "person came"
	case PersonLeft:
		return "person left"
	}
	return "unknown board event"
}

// Lamp is a light of the kiosk.
type Lamp int

// Lamps.
const (
	LampCard   Lamp = iota + 1 // beside the card reader
	LampCode                   // beside the code reader
	LampFinger                 // beside the finger reader
	LampTicket                 // beside the printer
	LampStaff                  // calls a member of staff
)

// Lamps lists every lamp.
func Lamps() []Lamp { return []Lamp{LampCard, LampCode, LampFinger, LampTicket, LampStaff} }

func (l Lamp) String() string {
	switch l {
	case LampCard:
		return "card"
	case LampCode:
		return "code"
	case LampFinger:
		return "finger"
	case LampTicket:
		return "ticket"
	case LampStaff:
		return "staff"
	}
	return "unknown lamp"
}

// LampPattern is how a lamp shines.
type LampPattern int

// Patterns of a lamp. None blinks faster than 3 times a second (WCAG 2.3.1).
const (
	LampOff LampPattern = iota
	LampOn
	LampBlink // asks to do something here
)

// Sound is a pattern of the buzzer.
type Sound int

// Sounds.
const (
	SoundDone  Sound = iota + 1 // one short tone
	SoundWrong                  // two long tones
	SoundStaff                  // calls a member of staff
)
