package documents

import (
	"fmt"

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
