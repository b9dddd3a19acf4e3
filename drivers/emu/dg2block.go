package emu

import (
	"encoding/binary"

	"motcua/protocol/tlv"
)

// faceBlock is ISO/IEC 39794-5:2019, annex A: one two-dimensional representation
// with the data format and the size of the picture. Tags are implicit, except
// around a choice.
func faceBlock(picture []byte, codec Codec) []byte {
	format := byte(2) // JPEG
	if codec != CodecJPEG {
		format = 3 // JPEG 2000, lossy
	}
	dimension := func(tag tlv.Tag, n uint16) []byte { return tlv.Encode(tag, binary.BigEndian.AppendUint16(nil, n)) }
	information := tlv.Encode(0xA1,
		tlv.Encode(0xA0, tlv.Encode(0x80, []byte{format})),
		tlv.Encode(0xA7, dimension(0x80, photoWidth), dimension(0x81, photoHeight)),
	)
	representation := tlv.Encode(derSequence,
		tlv.Encode(0x80, []byte{1}), // number of the representation
		// imageRepresentation: base, two-dimensional
		tlv.Encode(0xA1, tlv.Encode(0xA0, tlv.Encode(0xA0, tlv.Encode(0x80, picture), information))),
	)
	version := tlv.Encode(0xA0, tlv.Encode(0x80, []byte{3}), tlv.Encode(0x81, []byte{0x07, 0xE3})) // third generation, 2019
	return tlv.Encode(0xA1, tlv.Encode(0x65, version, tlv.Encode(0xA1, representation)))
}
