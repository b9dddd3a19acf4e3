package local

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Compare is what an officer compares the person with.
type Compare struct {
	// Fault says why what the officer gave last did not count; nil when nothing was given.
	Fault *Fault `json:"fault,omitempty"`
	// Picture is that of the card. It travels by itself, to the screen that shows it
	// ([PathPicture]), and in no snapshot; nil when it did not come.
	Picture *Picture `json:"-"`
}

// Most of a picture, in pixels. Faces on cards have about as many.
const (
	PictureWidth  = 240
	PictureHeight = 320
	pictureHead   = 4
	// MaxPicture is the most bytes of a picture.
	MaxPicture = pictureHead + 3*PictureWidth*PictureHeight
)

// ErrPicture: the bytes are no picture of this version.
var ErrPicture = errors.New("malformed picture")

// Picture is a small picture of a person, as it is drawn.
type Picture struct {
	W, H int
	RGB  []byte // three bytes for each pixel, row by row from the top
}

// Bytes writes the picture: width and height in two bytes each, big-endian, and its
// pixels.
func (p Picture) Bytes() []byte {
	b := make([]byte, 0, pictureHead+len(p.RGB))
	b = binary.BigEndian.AppendUint16(b, uint16(p.W))
	b = binary.BigEndian.AppendUint16(b, uint16(p.H))
	return append(b, p.RGB...)
}

// ParsePicture reads what Bytes writes, within the bounds; the picture keeps b. It wraps
// [ErrPicture].
func ParsePicture(b []byte) (Picture, error) {
	if len(b) < pictureHead || len(b) > MaxPicture {
		return Picture{}, fmt.Errorf("%d bytes: %w", len(b), ErrPicture)
	}
	w, h := int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:]))
	if w < 1 || w > PictureWidth || h < 1 || h > PictureHeight || len(b) != pictureHead+3*w*h {
		return Picture{}, fmt.Errorf("%d by %d pixels in %d bytes: %w", w, h, len(b), ErrPicture)
	}
	return Picture{w, h, b[pictureHead:]}, nil
}

// Wipe overwrites the picture, also for whoever shares it.
func (p Picture) Wipe() { clear(p.RGB) }

// LogValue keeps a face out of the logs.
func (Picture) LogValue() slog.Value { return slog.StringValue("[face]") }

// Format keeps a face out of texts, whatever the verb.
func (Picture) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[face]") }

// MarshalJSON keeps a face out of JSON.
func (Picture) MarshalJSON() ([]byte, error) { return []byte(`"[face]"`), nil }
