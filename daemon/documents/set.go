package documents

import (
	"fmt"
	"time"

	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/wire"
)

// Document is one of a [Set]; it is a [Kept] of whatever kind.
type Document interface {
	Place() wire.Document
	Head() (Head, bool)
	Take(b []byte) error
}

// Set is all documents that the kiosk makes use of.
type Set []Document

// Wanted are their places.
func (s Set) Wanted() []wire.Document {
	all := make([]wire.Document, len(s))
	for i, d := range s {
		all[i] = d.Place()
	}
	return all
}

// Take hands a document to the one of its place; see [Kept.Take].
func (s Set) Take(from wire.Document, b []byte) error {
	for _, d := range s {
		if d.Place() == from {
			return d.Take(b)
		}
	}
	return fmt.Errorf("nobody wants the document %s", from.Topic())
}

// States tells the number and age of the documents that there are, at a time of the
// centre's clock. One that should have been followed by another by then is
// [fault.Outdated]: it counts on.
func (s Set) States(now time.Time) (all []local.DocumentState) {
	for _, d := range s {
		head, some := d.Head()
		if !some {
			continue
		}
		state := local.DocumentState{
			Document: d.Place().Name, Number: head.Number, At: head.At.UnixMilli(), Next: head.Next.UnixMilli(),
			AgeS: max(int64(now.Sub(head.At).Seconds()), 0),
		}
		if now.After(head.Next) {
			state.Code = fault.Outdated
		}
		all = append(all, state)
	}
	return all
}
