package jpeg2000

import (
	"bytes"
	"encoding/binary"
)

// Colour is how the components make up a picture.
type Colour int

// Colours.
const (
	ColourUnsaid Colour = iota // by the number of components
	ColourRGB
	ColourGrey
	ColourYCC
)

const signature = "\x00\x00\x00\x0CjP  \r\n\x87\n"

// file is a codestream and what its container says about it.
type file struct {
	codestream []byte
	colour     Colour
	// channels tells which component holds colour 0, 1, 2.
	channels [3]int
}

// openFile finds the codestream: bare, or in a JP2 file (ISO/IEC 15444-1, annex
// I).
func openFile(b []byte) (file, error) {
	f := file{channels: [3]int{0, 1, 2}}
	if !bytes.HasPrefix(b, []byte(signature)) {
		f.codestream = b
		return f, nil
	}
	for rest := b[len(signature):]; len(rest) > 0; {
		kind, content, after, err := nextBox(rest)
		if err != nil {
			return f, err
		}
		switch kind {
		case "jp2h":
			if err := f.header(content); err != nil {
				return f, err
			}
		case "jp2c":
			f.codestream = content
			return f, nil
		}
		rest = after
	}
	return f, malformed("file without a codestream")
}

// nextBox takes one box off b (I.4). A length of 0 reaches to the end, 1 means
// that eight more bytes hold it.
func nextBox(b []byte) (kind string, content, after []byte, err error) {
	if len(b) < 8 {
		return "", nil, nil, malformed("box")
	}
	head, length := 8, uint64(binary.BigEndian.Uint32(b))
	switch length {
	case 0:
		length = uint64(len(b))
	case 1:
		if len(b) < 16 {
			return "", nil, nil, malformed("box")
		}
		head, length = 16, binary.BigEndian.Uint64(b[8:])
	}
	if length < uint64(head) || length > uint64(len(b)) {
		return "", nil, nil, malformed("length of a box")
	}
	return string(b[4:8]), b[head:length], b[length:], nil
}

// header reads the boxes of the JP2 header (I.5.3). The first colour
// specification counts; a profile says nothing that a screen needs.
func (f *file) header(b []byte) error {
	for len(b) > 0 {
		kind, content, after, err := nextBox(b)
		if err != nil {
			return err
		}
		switch kind {
		case "colr":
			if err := f.colourSpecification(content); err != nil {
				return err
			}
		case "pclr":
			return unsupported("palette")
		case "cdef":
			if err := f.channelDefinition(content); err != nil {
				return err
			}
		}
		b = after
	}
	return nil
}

func (f *file) colourSpecification(b []byte) error {
	if len(b) < 3 {
		return malformed("colour specification")
	}
	if b[0] != 1 || f.colour != ColourUnsaid {
		return nil
	}
	if len(b) < 7 {
		return malformed("colour specification")
	}
	switch binary.BigEndian.Uint32(b[3:]) {
	case 16:
		f.colour = ColourRGB
	case 17:
		f.colour = ColourGrey
	case 18:
		f.colour = ColourYCC
	default:
		return unsupported("colour space")
	}
	return nil
}

// channelDefinition reads which component is which colour (I.5.3.6).
func (f *file) channelDefinition(b []byte) error {
	if len(b) < 2 || len(b) != 2+6*int(binary.BigEndian.Uint16(b)) {
		return malformed("channel definition")
	}
	for b = b[2:]; len(b) > 0; b = b[6:] {
		channel, kind, colour := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint16(b[4:])
		if kind == 0 && colour >= 1 && colour <= 3 {
			if channel >= maxComponents {
				return malformed("channel definition")
			}
			f.channels[colour-1] = int(channel)
		}
	}
	return nil
}
