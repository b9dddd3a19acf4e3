package anomaly

import (
	"encoding/binary"
	"errors"
	"time"
)

// Kind says what a place is of.
type Kind string

// Kinds of places.
const (
	KindFacility Kind = "facility" // when something was done there
	KindSession  Kind = "session"  // where its people are from
	KindOfficer  Kind = "officer"  // whom one has served in the last hour
	KindPace     Kind = "pace"     // who was served last, by a device or an officer
	KindContact  Kind = "contact"  // whose telephone or account it is said to be
	KindSample   Kind = "sample"   // that it was used
	KindSubject  Kind = "subject"  // where a person was last
	KindCompared Kind = "compared" // who was served at a facility with and without a comparison
)

// Place names one thing that is remembered.
type Place struct {
	Kind Kind
	Of   Tag
}

// Sighting is one entry of a trace. What Who is depends on the place.
type Sighting struct {
	At  int64 // unix milliseconds
	Who uint64
}

// Trace is what is remembered of a place, the oldest first.
type Trace []Sighting

// maxTrace is the most sightings of a trace.
const maxTrace = 256

const sightingSize = 16

// ErrTrace: the bytes are no trace.
var ErrTrace = errors.New("not a trace")

// Bytes is the form in which a trace is stored: 16 bytes for each sighting.
func (t Trace) Bytes() []byte {
	b := make([]byte, 0, sightingSize*len(t))
	for _, s := range t {
		b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, uint64(s.At)), s.Who)
	}
	return b
}

// ReadTrace reads that form.
func ReadTrace(b []byte) (Trace, error) {
	if len(b)%sightingSize != 0 || len(b) > maxTrace*sightingSize {
		return nil, ErrTrace
	}
	t := make(Trace, 0, len(b)/sightingSize)
	for ; len(b) > 0; b = b[sightingSize:] {
		t = append(t, Sighting{int64(binary.BigEndian.Uint64(b)), binary.BigEndian.Uint64(b[8:])})
	}
	return t, nil
}

// with is the trace and one more, without those before since, most of them at most.
func (t Trace) with(s Sighting, since time.Time, most int) Trace {
	next := make(Trace, 0, len(t)+1)
	for _, old := range t {
		if old.At >= since.UnixMilli() {
			next = append(next, old)
		}
	}
	next = append(next, s)
	return next[max(0, len(next)-min(most, maxTrace)):]
}

// since counts the sightings not before a time.
func (t Trace) since(from time.Time) (n int) {
	for _, s := range t {
		if s.At >= from.UnixMilli() {
			n++
		}
	}
	return n
}

// Note is what is to be remembered of a place from now on.
type Note struct {
	Place Place
	Trace Trace
	Until time.Time // of no use afterwards
}
