package roster

import (
	"cmp"
	"fmt"
	"regexp"
	"time"

	"motcua/protocol/signedlist"
)

// version is that of the format.
const version = 1

// payload is [Roster] as it travels.
type payload struct {
	signedlist.Preamble
	Officers []entry `cbor:"5,keyasint"`
}

// entry is [Officer] as it travels.
type entry struct {
	Ref      string    `cbor:"1,keyasint"`
	Role     string    `cbor:"2,keyasint"`
	Facility string    `cbor:"3,keyasint"`
	Card     []byte    `cbor:"4,keyasint"`
	PIN      *pinEntry `cbor:"5,keyasint,omitempty"`
	From     int64     `cbor:"6,keyasint"` // seconds since 1970
	Until    int64     `cbor:"7,keyasint"`
	Key      []byte    `cbor:"8,keyasint,omitempty"`
}

// pinEntry is [PIN] as it travels.
type pinEntry struct {
	Time    uint32 `cbor:"1,keyasint"`
	Memory  uint32 `cbor:"2,keyasint"` // KiB
	Threads uint8  `cbor:"3,keyasint"`
	Salt    []byte `cbor:"4,keyasint"`
	Hash    []byte `cbor:"5,keyasint"`
}

func payloadOf(r Roster) payload {
	p := payload{Preamble: r.Preamble(version), Officers: make([]entry, 0, len(r.Officers))}
	for _, o := range r.Officers {
		e := entry{Ref: o.Ref, Role: string(o.Role), Facility: o.Facility, Card: o.Card[:], From: o.From.Unix(), Until: o.Until.Unix()}
		if o.PIN != (PIN{}) {
			pin := o.PIN.entry()
			e.PIN = &pin
		}
		if o.Key != (Key{}) {
			e.Key = o.Key[:]
		}
		p.Officers = append(p.Officers, e)
	}
	return p
}

// roster reads what Fault found to be within bounds.
func (p payload) roster() Roster {
	r := Roster{Head: p.Head(), Officers: make([]Officer, 0, len(p.Officers))}
	for _, e := range p.Officers {
		r.Officers = append(r.Officers, e.officer())
	}
	return r
}

func (e entry) officer() Officer {
	o := Officer{
		Ref: e.Ref, Role: Role(e.Role), Facility: e.Facility, Card: Card(e.Card),
		From: time.Unix(e.From, 0).UTC(), Until: time.Unix(e.Until, 0).UTC(),
	}
	if e.PIN != nil {
		o.PIN = PIN{
			Time: e.PIN.Time, Memory: e.PIN.Memory, Threads: e.PIN.Threads,
			Salt: [saltSize]byte(e.PIN.Salt), Hash: [hashSize]byte(e.PIN.Hash),
		}
	}
	copy(o.Key[:], e.Key)
	return o
}

// Fault says what is outside its bounds, "" when nothing is.
func (p payload) Fault() string {
	if text := p.Preamble.Fault(); text != "" {
		return text
	}
	if p.Expires-p.Issued > int64(MaxAge/time.Second) {
		return fmt.Sprintf("an end more than %s after the issue", MaxAge)
	}
	if len(p.Officers) > signedlist.MaxElements {
		return fmt.Sprintf("%d officers", len(p.Officers))
	}
	type place struct{ facility, card string }
	cards := map[place]bool{}
	for i, e := range p.Officers {
		if text := e.fault(); text != "" {
			return fmt.Sprintf("officer %d: %s", i+1, text)
		}
		if i > 0 && !p.Officers[i-1].before(e) {
			return fmt.Sprintf("officer %d: out of order, or there twice", i+1)
		}
		at := place{e.Facility, string(e.Card)}
		if cards[at] {
			return fmt.Sprintf("officer %d: a card that another one has", i+1)
		}
		cards[at] = true
	}
	return ""
}

func (e entry) before(next entry) bool {
	return cmp.Or(cmp.Compare(e.Facility, next.Facility), cmp.Compare(e.Ref, next.Ref)) < 0
}

// Shapes of names. Nine digits in a row could be somebody's number: no reference
// has them.
var (
	nameShape  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
	refShape   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`)
	digitShape = regexp.MustCompile(`[0-9]{9}`)
)

func (e entry) fault() string {
	switch {
	case !refShape.MatchString(e.Ref) || digitShape.MatchString(e.Ref):
		return "a reference that is none"
	case e.Role != string(Duty) && e.Role != string(Technician) && e.Role != string(Approver):
		return "a role that is not known"
	case !nameShape.MatchString(e.Facility):
		return "a facility that is none"
	case len(e.Card) != len(Card{}):
		return fmt.Sprintf("a card of %d bytes", len(e.Card))
	case e.From < 0 || e.Until > maxTime || e.Until <= e.From:
		return "times that leave no time"
	case e.Role == string(Approver) && (e.PIN != nil || len(e.Key) != len(Key{}) || Key(e.Key) == Key{}):
		return "an approver without a key, or with a PIN"
	case e.Role != string(Approver) && (e.PIN == nil || len(e.Key) > 0):
		return "somebody without a PIN, or with a key"
	case e.PIN == nil:
		return ""
	}
	return e.PIN.fault()
}

// maxTime is the last second of the year 9999.
const maxTime = 253402300799
