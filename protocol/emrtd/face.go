package emrtd

import (
	"errors"
	"fmt"

	"motcua/protocol/emrtd/lds"
)

var (
	// ErrNoFace: DG2 was not read, or holds no picture.
	ErrNoFace = errors.New("no face was read")
	// ErrUnproven: no good signature covers DG2, so that nothing in it may be
	// decoded or shown.
	ErrUnproven = errors.New("not covered by a good signature")
)

// SignedFace is the face of a card whose signature covers it. Only
// [Document.Face] makes one that holds a picture: what decodes pictures takes
// nothing else, so that no picture is decoded whose hash was not verified.
type SignedFace struct{ face lds.Face }

// Face is the picture and what its record says.
func (f SignedFace) Face() lds.Face { return f.face }

// Face is the face to show. It is given only when the hash of DG2 was verified
// and the signature over the hashes is good: [ErrUnproven] otherwise,
// [ErrNoFace] when DG2 was not read, [lds.ErrMalformed] when it is no face.
func (d *Document) Face() (SignedFace, error) {
	b := d.DG(2)
	if b == nil {
		return SignedFace{}, ErrNoFace
	}
	if v := d.Trust; v.Verdict != Genuine && v.Verdict != IntegrityOnly || !v.covers(2) {
		return SignedFace{}, fmt.Errorf("DG2: %w", ErrUnproven)
	}
	dg2, err := lds.ParseDG2(b)
	if err != nil {
		return SignedFace{}, fmt.Errorf("reading the face: %w", err)
	}
	face, ok := dg2.Face()
	if !ok {
		return SignedFace{}, ErrNoFace
	}
	return SignedFace{face: face}, nil
}

// String keeps a person out of messages.
func (SignedFace) String() string { return "[face]" }

// GoString keeps a person out of %#v.
func (SignedFace) GoString() string { return "[face]" }
