package emu

import (
	"encoding/binary"

	"motcua/protocol/tlv"
)

// encodeDG4 holds one drawing in place of an iris (ICAO 9303-10, 4.7.4; ISO/IEC
// 19794-6:2005, 6.5): the rings of [drawFinger], with corners that no eye has.
func encodeDG4(seed uint64) []byte {
	picture := drawFinger(seed + 2)
	const header, eye, view = 45, 3, 11
	b := []byte("IIR\x00010\x00")
	b = binary.BigEndian.AppendUint32(b, uint32(header+eye+view+len(picture)))
	b = append(b, 0, 0, 1)                       // device unspecified, one eye
	b = binary.BigEndian.AppendUint16(b, header) // length of this header
	b = append(b, 0, 0, 0, 0, 0, 2)              // properties and diameter unspecified, raw
	b = binary.BigEndian.AppendUint16(b, fingerWidth)
	b = binary.BigEndian.AppendUint16(b, fingerHeight)
	b = append(b, 8, 0)                   // eight bits, not transformed
	b = append(b, make([]byte, 16)...)    // no identifier of the device
	b = append(b, 1, 0, 1)                // right eye, one picture
	b = append(b, 0, 1, 0xFE, 0, 0, 0, 0) // the first, quality and rotation unspecified
	b = binary.BigEndian.AppendUint32(b, uint32(len(picture)))
	information := tlv.Encode(0xA1,
		tlv.Encode(0x80, []byte{1, 1}),
		tlv.Encode(0x81, []byte{0x10}), // iris
		tlv.Encode(0x82, []byte{0x01}), // right (ISO/IEC 7816-11, table C.2)
		tlv.Encode(0x87, []byte{0x01, 0x01}),
		tlv.Encode(0x88, []byte{0x00, 0x09}), // iris image
	)
	template := tlv.Encode(0x7F60, information, tlv.Encode(0x5F2E, b, picture))
	return tlv.Encode(0x76, tlv.Encode(0x7F61, derNumber(1), template))
}
