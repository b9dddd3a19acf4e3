package model

import (
	"log/slog"

	"motcua/kiosk/text"
)

// Screen names a screen; names are stable, tests and traces use them.
type Screen string

// Screens.
const (
	Attract   Screen = "attract"
	Menu      Screen = "menu"  // what the kiosk offers
	About     Screen = "about" // what a service takes and does
	Place     Screen = "place"
	Key       Screen = "key"
	Reading   Screen = "reading"
	Identify  Screen = "identify"
	Asking    Screen = "asking"
	Insurance Screen = "insurance"
	Question  Screen = "question" // of a form
	Check     Screen = "check"
	Agree     Screen = "agree"  // to what was checked
	Choose    Screen = "choose" // choices for one answer of check
	Sending   Screen = "sending"
	Done      Screen = "done"
	Problem   Screen = "problem"
	Staff     Screen = "staff"
	Closed    Screen = "closed"  // out of order
	Lost      Screen = "lost"    // no connection to kioskd
	Verdict   Screen = "verdict" // what a vaccination certificate is worth
	Looking   Screen = "looking" // a slip is being looked up
	Lookup    Screen = "lookup"  // how far its request is
	PIN       Screen = "pin"     // an officer's
	PINCheck  Screen = "pin-check"
	Duty      Screen = "duty"    // an officer's session is open
	LayFinger Screen = "finger"  // an officer's, instead of the PIN
	Consent   Screen = "consent" // to keeping an officer's finger
	Enrol     Screen = "enrol"   // an officer's finger is taken
	// Of an officer who compares the person with the card.
	Compare     Screen = "compare"
	Vouch       Screen = "vouch" // the officer's PIN
	VouchFinger Screen = "vouch-finger"
	VouchCheck  Screen = "vouch-check"
	Officer     Screen = "officer" // what an officer may do, over Duty
	Desk        Screen = "desk"    // what may be signed
	Preview     Screen = "preview" // what is signed
	Token       Screen = "token"   // the PIN of a signing token
	Signing     Screen = "signing" // it signs
	Waiting     Screen = "waiting" // for the centre, by an officer
	Outcome     Screen = "outcome" // what came of an officer's act
	Still       Screen = "still"   // is somebody still there
	Show        Screen = "show"    // text size and colours
)

// Size is a text size.
type Size string

// Text sizes.
const (
	Normal Size = "normal"
	Large  Size = "large"
)

// Colours is a colour scheme.
type Colours string

// Colour schemes.
const (
	Light Colours = "light"
	Dark  Colours = "dark" // high contrast
)

// Settings are what one person chose; the next person starts from the default.
type Settings struct {
	Lang    text.Lang
	Size    Size
	Colours Colours
}

// Tone says how a message is meant; it never is the only sign of it.
type Tone string

// Tones.
const (
	Calm Tone = "calm"
	Good Tone = "good"
	Care Tone = "care" // needs attention
)

// Art names an illustration.
type Art string

// Illustrations.
const (
	ArtWelcome Art = "welcome" // a card over the reader, under the arch
	ArtPlace   Art = "place"   // a card on its way to the reader
	ArtDigits  Art = "digits"  // where the six digits are on the card
	ArtReading Art = "reading" // a card on the reader, with progress
	ArtWait    Art = "wait"    // three dots that take turns
	ArtShield  Art = "shield"
	ArtDesk    Art = "desk" // somebody at a desk
	ArtCare    Art = "care"
	ArtLift    Art = "lift" // a card lifted off the reader
	ArtTake    Art = "take" // a card to be taken off the reader
	ArtSaved   Art = "saved"
	ArtCheck   Art = "check"
	ArtRest    Art = "rest"
	ArtClock   Art = "clock"
	ArtList    Art = "list"
	ArtFinger  Art = "finger" // ridges of a finger
	// ArtIdentity is the front of a card.
	ArtIdentity Art = "identity"
)

// Icon names a small picture beside a text.
type Icon string

// Icons.
const (
	IconNone   Icon = ""
	IconEnd    Icon = "end"
	IconGlobe  Icon = "globe"
	IconAa     Icon = "letters"
	IconBell   Icon = "bell"
	IconCheck  Icon = "check"
	IconCross  Icon = "cross"
	IconBack   Icon = "back"
	IconAgain  Icon = "again"
	IconArrow  Icon = "arrow"
	IconDelete Icon = "delete"
	IconCode   Icon = "code"
	IconCard   Icon = "card"
	IconShield Icon = "shield"
	IconSun    Icon = "sun"
	IconMoon   Icon = "moon"
	IconEdit   Icon = "edit"
	IconCloud  Icon = "cloud" // no network
	IconPerson Icon = "person"
	IconCare   Icon = "care"
	IconTray   Icon = "tray" // saved here
	IconShift  Icon = "shift"
)

// Kind is how much a button stands out.
type Kind string

// Kinds of buttons.
const (
	Primary   Kind = "primary"
	Secondary Kind = "secondary"
	Choice    Kind = "choice"
)

// Button is something that can be tapped. ID is stable: traces and tests use it.
type Button struct {
	ID       string
	Label    string
	Spoken   string
	Icon     Icon
	Kind     Kind
	Selected bool
	Disabled bool
}

// Row is a label and its value.
type Row struct {
	Label, Value string
	Strong       bool
	Change       *Button
}

// Notice is a short message in a box of its own.
type Notice struct {
	Tone Tone
	Icon Icon
	Text string
}

// Stage is one part of reading the card.
type Stage struct {
	Label     string
	Past, Now bool
}

// Pad is the digit pad.
type Pad struct {
	Typed  string
	Len    int      // of the digits; zero: as many as there are
	Keys   []Button // 1 to 9, delete, 0, submit
	Spoken string
}

// Number is the big number at the end of a visit.
type Number struct {
	Caption string
	Value   string
	Facts   []Row
}

// Progress is where in the visit the person stands.
type Progress struct {
	At, Of int
	Label  string
}

// Frame is what surrounds every screen.
type Frame struct {
	Facility string
	Demo     string    // empty unless this is a demonstration
	Time     string    // HH:MM, on attract
	Date     string    // weekday and date, on attract
	Progress *Progress // nil outside a visit
	// Bar holds the buttons at fixed places; one without an ID leaves its place empty.
	Bar [4]Button
}

// View is one screen with everything it says.
type View struct {
	Screen   Screen
	Settings Settings
	Frame    Frame
	Tone     Tone
	Title    string
	Lead     string
	Art      Art
	Notice   *Notice
	Picture  *Picture
	Rows     []Row
	Fine     string // consent or privacy, said before the buttons
	Stages   []Stage
	Pad      *Pad
	Board    *Board
	Groups   []Group
	Choices  []Button
	Number   *Number
	Pay      *Pay
	Count    int // seconds left
	Pulse    int // which of three dots is bright
	Small    string
	Buttons  []Button // best first
}

// Picture is a small picture of a person: three bytes for each pixel, row by row.
type Picture struct {
	W, H int
	RGB  []byte
}

// Group is a small set of choices with a caption.
type Group struct {
	Caption string
	Choices []Button
}

// LogValue keeps a view, which may show a person, out of the logs.
func (v View) LogValue() slog.Value { return slog.StringValue("[view " + string(v.Screen) + "]") }

// String keeps a view out of error texts.
func (v View) String() string { return "[view " + string(v.Screen) + "]" }
