package anomaly

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"
)

// Tag stands for somebody or something. Tags of people and of what belongs to them
// are hashes under a key that only the judge has. The zero tag is nobody's.
type Tag [16]byte

// TagOf is the tag of what needs no secret, such as a facility.
func TagOf(names ...string) Tag {
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	return Tag(sum[:len(Tag{})])
}

// number is as much of a tag as a sighting keeps; its lowest bit is left to the rule.
func (t Tag) number() uint64 { return binary.BigEndian.Uint64(t[:]) &^ 1 }

// Fact is one request as the rules see it. What is not known is left zero, and the
// rules that need it say nothing.
type Fact struct {
	Service                    string // of the catalogue
	Province, Facility, Device string
	// At is when it arrived, Made when it was made and Captured when the card was
	// read, these by the kiosk's clock and what the kiosk knows of its error.
	At, Made, Captured time.Time
	// Dated: the kiosk says that it knows the time.
	Dated bool
	// After is when the centre gave out what the card signed: it was read after this.
	After time.Time
	// Before is when the device made the request before this one, by the same clock.
	Before time.Time

	Subject  Tag
	Claimed  bool   // nobody's chip named the subject: that says nothing of where they are
	Birth    string // province of the subject's birth: the first three digits of the number
	Officer  Tag    // on duty
	Own      bool   // the officer is the subject
	Session  Tag    // of vaccination
	Lots     []string
	Contacts []Tag // telephones and accounts
	Sample   Tag   // what the reader took of a finger or face
	// Noticed are the rules of [Edge] that the kiosk says are met.
	Noticed []Rule
	// Exception: no finger or face was compared where it is usual.
	Exception bool
}

// made is when the request was made, as far as that can be told.
func (f Fact) made() time.Time {
	if f.Dated && !f.Made.IsZero() {
		return f.Made
	}
	return f.At
}

// read is when the card was read, likewise.
func (f Fact) read() time.Time {
	if f.Dated && !f.Captured.IsZero() {
		return f.Captured
	}
	return f.made()
}
