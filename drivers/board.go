package drivers

import "context"

// Board is the kiosk's own electronics: lamps, buzzer, tamper switch, button and
// presence sensor. What a kiosk does not have is not reported and not moved, which
// is no error.
type Board interface {
	Device
	// Watch reports what happens until ctx ends, beginning with what is so now,
	// from one goroutine. It returns ctx's error, or why it had to end.
	Watch(ctx context.Context, report func(BoardEvent)) error
	// Light sets a lamp and returns at once.
	Light(ctx context.Context, l Lamp, p LampPattern) error
	// Sound plays a pattern on the buzzer and returns when it has ended.
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
