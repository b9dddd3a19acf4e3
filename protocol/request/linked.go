package request

// AnswerLinked is what is known of linked procedures (births and deaths). It names
// nobody.
type AnswerLinked struct {
	Dossiers []LinkedDossier `cbor:"dossiers"` // the newest first; of C01 and C02 one
}

// MaxDossiers is how many dossiers one answer tells of.
const MaxDossiers = 8

// LinkedDossier is one matter at its agencies.
type LinkedDossier struct {
	No      string `cbor:"no"`      // given by the centre; it stays the same
	Kind    string `cbor:"kind"`    // of protocol/dossier
	Overall string `cbor:"overall"` // of protocol/dossier
	Filed   int64  `cbor:"filed"`   // when the centre got it, unix milliseconds
	// Hub tells whether the hub of the agencies has it; until then only the centre has.
	Hub bool `cbor:"hub"`
	// Held is why a person looks at it before the agencies do, and About what of the
	// form that concerns; empty: nothing holds it.
	Held  string `cbor:"held,omitempty"`
	About string `cbor:"about,omitempty"`
	// Again is true when the same had been filed before; this is what was filed then.
	Again bool        `cbor:"again"`
	Legs  []LinkedLeg `cbor:"legs"`
}

// LinkedLeg is one procedure, as its agency last told.
type LinkedLeg struct {
	Procedure string `cbor:"procedure"` // these three are words of protocol/dossier
	Agency    string `cbor:"agency"`
	State     string `cbor:"state"`
	Reason    string `cbor:"reason,omitempty"` // of a state that ended it
	Since     int64  `cbor:"since"`            // when it entered the state, unix milliseconds
	// AsOf is when who is in Source last spoke of the leg, and Stale that this was too
	// long ago to rely on.
	AsOf   int64  `cbor:"as_of"`
	Source string `cbor:"source"`
	Stale  bool   `cbor:"stale,omitempty"`
	// Due is until when the agency should be finished, dd/mm/yyyy; empty where the law
	// says nothing or the citizen has to do something first.
	Due string `cbor:"due,omitempty"`
	// Item is what is missing, and ItemBy until when it has to be there, dd/mm/yyyy.
	Item   string `cbor:"item,omitempty"`
	ItemBy string `cbor:"item_by,omitempty"`
}

// Sources of what is told about a leg.
const (
	SourceCentre = "centre" // nobody but the centre has spoken: what was filed there
	SourceHub    = "hub"    // the agency, through the hub
)

func (a AnswerLinked) validate() error {
	err := check(len(a.Dossiers) <= MaxDossiers, "linked.dossiers", "at most 8")
	for _, d := range a.Dossiers {
		err = first(err, d.validate())
	}
	return err
}

func (d LinkedDossier) validate() error {
	err := first(
		word("linked.no", d.No), word("linked.kind", d.Kind), word("linked.overall", d.Overall), instant("linked.filed", d.Filed),
		optional(word, "linked.held", d.Held), optional(word, "linked.about", d.About),
		check(len(d.Legs) <= 8, "linked.legs", "at most 8"),
	)
	for _, l := range d.Legs {
		err = first(err, l.validate())
	}
	return err
}

func (l LinkedLeg) validate() error {
	return first(
		word("leg.procedure", l.Procedure), word("leg.agency", l.Agency), word("leg.state", l.State), optional(word, "leg.reason", l.Reason),
		instant("leg.since", l.Since), instant("leg.as_of", l.AsOf), oneOf("leg.source", l.Source, SourceCentre, SourceHub),
		optional(fullDate, "leg.due", l.Due), optional(word, "leg.item", l.Item), optional(fullDate, "leg.item_by", l.ItemBy),
	)
}
