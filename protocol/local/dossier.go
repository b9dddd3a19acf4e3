package local

import "log/slog"

// Dossier is one matter of linked procedures, a birth or a death, as the person's card
// shows it. It names nobody. Words are those of protocol/dossier.
type Dossier struct {
	No      string `json:"no"`
	Kind    string `json:"kind"`
	Overall string `json:"overall"`
	// Held: a person at the centre looks at it before the agencies do.
	Held bool  `json:"held,omitempty"`
	Legs []Leg `json:"legs"`
}

// Leg is one procedure, as its agency last told.
type Leg struct {
	Procedure string `json:"procedure"`
	State     string `json:"state"`
	AsOf      int64  `json:"as_of"` // when it was spoken of last, unix milliseconds
	Stale     bool   `json:"stale,omitempty"`
	Due       string `json:"due,omitempty"`     // dd/mm/yyyy, by when the agency should be finished
	ItemBy    string `json:"item_by,omitempty"` // dd/mm/yyyy, by when the person has to bring something
}

// LogValue keeps a person's matter out of the logs.
func (Dossier) LogValue() slog.Value { return slog.StringValue("[dossier]") }

// String keeps a person's matter out of error texts.
func (Dossier) String() string { return "[dossier]" }
