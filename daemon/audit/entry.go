package audit

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"sync"

	"motcua/protocol/request"
)

// Version is the version of entries and files.
const Version = 1

// Kind says what an entry is about.
type Kind string

// Kinds of entries.
const (
	Begin     Kind = "begin"     // of this log; with a link to the one before
	Start     Kind = "start"     // of kioskd, with the queue's last seq and digest
	Stop      Kind = "stop"      // of kioskd, on request
	Config    Kind = "config"    // what the kiosk is told to do: detail is its digest
	Trust     Kind = "trust"     // which authorities count: detail is the digest of all
	Card      Kind = "card"      // a reading of a card and its outcome
	Consent   Kind = "consent"   // somebody agreed to a purpose
	Signed    Kind = "signed"    // the device key signed an envelope
	Queued    Kind = "queued"    // a request is durable on this kiosk
	Receipted Kind = "receipted" // the centre's receipt came
	Resulted  Kind = "resulted"  // the class of a result
	Alarm     Kind = "alarm"     // something that cannot be by accident
	Fault     Kind = "fault"     // the kiosk went out of service, or came back
	Clock     Kind = "clock"     // the clock was set
	// Certificate: what a vaccination certificate is worth; detail is the digest of its code.
	Certificate Kind = "certificate"
	// Comparison is what an officer said of a person and the card's picture.
	Comparison Kind = "comparison"
	// Noticed is a request that does not look honest to the kiosk: the rules are its
	// reasons.
	Noticed Kind = "noticed"
	Case    Kind = "case"   // the case was opened or closed, or an officer looked at the kiosk
	Duty    Kind = "duty"   // of an officer, or of the roster
	Office  Kind = "office" // an officer's act and what came of it; detail is the digest of what was signed
	Visit   Kind = "visit"  // a visit ended, or staff were called
	Tool    Kind = "tool"   // a technician did something
	Drop    Kind = "drop"   // entries before seq are dropped after their time
)

// maxEntry bounds an entry's bytes.
const maxEntry = 2 << 10

// Entry is one line of the log. Nothing in it is about a person: it holds words
// from closed lists, ids and digests.
type Entry struct {
	V  uint   `cbor:"v" json:"-"`
	N  uint64 `cbor:"n" json:"n"`   // place in the log, from 0
	At int64  `cbor:"at" json:"at"` // the kiosk's clock, unix milliseconds
	// Kind is one of the constants above.
	Kind    Kind            `cbor:"kind" json:"kind"`
	Visit   string          `cbor:"visit,omitempty" json:"visit,omitempty"`
	Request *request.ID     `cbor:"request,omitempty" json:"request,omitempty"`
	Seq     uint64          `cbor:"seq,omitempty" json:"seq,omitempty"`       // of an envelope
	Digest  *request.Digest `cbor:"digest,omitempty" json:"digest,omitempty"` // of that envelope
	Service string          `cbor:"service,omitempty" json:"service,omitempty"`
	Officer string          `cbor:"officer,omitempty" json:"officer,omitempty"` // a reference, no name
	Outcome string          `cbor:"outcome,omitempty" json:"outcome,omitempty"`
	Code    string          `cbor:"code,omitempty" json:"code,omitempty"`     // fault code
	Access  string          `cbor:"access,omitempty" json:"access,omitempty"` // how the chip was opened
	Level   string          `cbor:"level,omitempty" json:"level,omitempty"`   // of the evidence
	Reasons []string        `cbor:"reasons,omitempty" json:"reasons,omitempty"`
	Lists   []uint64        `cbor:"lists,omitempty" json:"lists,omitempty"`   // numbers of the signed lists that it rests on
	Detail  *request.Digest `cbor:"detail,omitempty" json:"detail,omitempty"` // of what is too long, or not to be told
	Prev    *request.Link   `cbor:"prev,omitempty" json:"prev,omitempty"`     // of [Begin]
}

// Shapes of what an entry may hold. A run of nine digits could be the number of a
// person or a card: no word has one.
var (
	wordShape  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,63}$`) })
	digitShape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[0-9]{9}`) })
	visitShape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^v-[0-9a-f]{6,16}$`) })
)

// errEntry is an entry that must not be written.
var errEntry = errors.New("not an entry")

// maxReasons and maxLists bound the lists of an entry.
const (
	maxReasons = 16
	maxLists   = 4
)

// Validate checks every field against its bounds.
func (e Entry) Validate() error {
	if e.V != Version || e.N >= 1<<62 || e.Seq >= 1<<62 || e.At <= 0 || len(e.Reasons) > maxReasons || len(e.Lists) > maxLists {
		return fmt.Errorf("%w: version, number, time or list out of bounds", errEntry)
	}
	if e.Visit != "" && !visitShape().MatchString(e.Visit) {
		return fmt.Errorf("%w: visit", errEntry)
	}
	if e.Prev != nil && e.Kind != Begin {
		return fmt.Errorf("%w: prev", errEntry)
	}
	err := word("kind", string(e.Kind))
	for _, f := range []struct{ name, value string }{
		{"service", e.Service}, {"officer", e.Officer}, {"outcome", e.Outcome}, {"code", e.Code}, {"access", e.Access}, {"level", e.Level},
	} {
		if f.value != "" {
			err = cmp.Or(err, word(f.name, f.value))
		}
	}
	for _, r := range e.Reasons {
		err = cmp.Or(err, word("reasons", r))
	}
	return err
}

// word checks a token; the error never quotes it.
func word(field, v string) error {
	if !wordShape().MatchString(v) || digitShape().MatchString(v) {
		return fmt.Errorf("%w: %s is no word", errEntry, field)
	}
	return nil
}

// DecodeEntry reads the canonical bytes of an entry, and nothing else.
func DecodeEntry(b []byte) (Entry, error) { return request.Decode[Entry](b, maxEntry) }
