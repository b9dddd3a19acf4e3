package local

import "log/slog"

// Offer is a service that a tap may begin.
type Offer struct {
	Service string `json:"service"` // catalogue id
	// Withheld says why it cannot be begun now; empty: it can.
	Withheld Withheld `json:"withheld,omitempty"`
}

// Withheld is why a service cannot be begun at the moment.
type Withheld string

// Reasons.
const (
	WithheldOffline Withheld = "offline" // it needs the centre, and there is no connection
	WithheldOfficer Withheld = "officer" // it needs an officer on duty, and nobody is
	WithheldNumbers Withheld = "numbers" // no number is left that the kiosk may give out
	WithheldReader  Withheld = "reader"  // it needs a card, and the card reader does not work
	WithheldSession Withheld = "session" // it needs an open vaccination session of the officer on duty
	WithheldPrinter Withheld = "printer" // what it gives is printed, and there is no printer that works
	WithheldFull    Withheld = "full"    // there is no room for what has to be sent
	WithheldFinger  Withheld = "finger"  // it needs the officer's finger, and none is kept here, or it is of no use now
	WithheldToken   Withheld = "token"   // it needs a signing token, and the kiosk is not set up for one
)

// Question is one question of a service's form. What it asks, and for what kind of
// answer, is in the catalogue under the service and Field.
type Question struct {
	Field string `json:"field"`
	// Value is the answer so far: text as it was typed, digits of a number, yes or no,
	// the id of a choice, or several of them with a line feed between.
	Value string `json:"value,omitempty"`
	// Problem is what is wrong with the answer that was given last, as the
	// catalogue's word.
	Problem string `json:"problem,omitempty"`
	// Choices are the ids that may be picked; empty where the kind has none.
	Choices []string `json:"choices,omitempty"`
	// Queues are the names of the choices, where these are queues.
	Queues []Queue `json:"queues,omitempty"`
	// Slots are the choices, where these are appointments.
	Slots []Slot `json:"slots,omitempty"`
	// Back: there is a question before this one. Skip: it may be left out.
	Back bool `json:"back,omitempty"`
	// Scan: a code that is held before the reader answers it, too.
	Scan bool `json:"scan,omitempty"`
	Skip bool `json:"skip,omitempty"`
	// Draft is what came of the slip of a newborn’s file, on the first question; empty: none
	// was scanned.
	Draft DraftState `json:"draft,omitempty"`
}

// DraftState is what came of the slip of a newborn's file.
type DraftState string

// States of a file.
const (
	DraftTaken DraftState = "taken" // what it says is filled in
	DraftNone  DraftState = "none"  // the centre could not be asked, or has no such file
)

// LogValue keeps an answer out of the logs.
func (Question) LogValue() slog.Value { return slog.StringValue("[question]") }

// String keeps an answer out of error texts.
func (Question) String() string { return "[question]" }

// Queue is one whose numbers the kiosk gives out.
type Queue struct {
	ID string `json:"id"`
	VI string `json:"vi"` // its name, in Vietnamese
	EN string `json:"en"` // and in English
	// Dry: no number is left.
	Dry bool `json:"dry,omitempty"`
}

// Filed is what the office that took a request says about it.
type Filed struct {
	No   string `json:"no"`   // the office's number
	Next string `json:"next"` // what happens next, in the person's language
	Due  string `json:"due,omitempty"`
	// Again: the same had been asked for before, and has this number since then.
	Again bool `json:"again,omitempty"`
}

// Issued is a certificate that the centre has issued, whose code is printed and nowhere
// else.
type Issued struct {
	ID    string `json:"id"`
	Until string `json:"until"` // dd/mm/yyyy
	// Again: the same request had got it before.
	Again bool `json:"again,omitempty"`
}
