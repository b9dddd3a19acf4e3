package request

// Known is how somebody in the form beside the subject is known: the other parent, a
// householder, the deceased. Who is named without an entry is known by word alone.
type Known struct {
	Who string  `cbor:"who"` // the catalogue's id, such as father
	By  KnownBy `cbor:"by"`
	// Evidence is that of their card, read in the same visit under an opening of its
	// own; with [KnownByCard], and with that alone.
	Evidence *Evidence `cbor:"evidence,omitempty"`
}

// KnownBy is a way of knowing somebody, the best first.
type KnownBy string

// Ways.
const (
	KnownByCard KnownBy = "card" // the chip of their card was read
	KnownByCode KnownBy = "code" // the unsigned code that is printed on their card was scanned
	KnownByWord KnownBy = "word" // the subject says so
)

// MaxKnown is how many people of a form may be told of.
const MaxKnown = 4

func (k Known) validate() error {
	err := first(
		name("people.who", k.Who), oneOf("people.by", k.By, KnownByCard, KnownByCode, KnownByWord),
		check((k.By == KnownByCard) == (k.Evidence != nil), "people.evidence", "given with a card, and with that alone"),
	)
	if err == nil && k.Evidence != nil {
		err = k.Evidence.validate()
	}
	return err
}
