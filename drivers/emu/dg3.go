package emu

import (
	"encoding/binary"

	"motcua/protocol/tlv"
)

// Size of a drawn fingerprint, in pixels of one byte.
const (
	fingerWidth  = 48
	fingerHeight = 64
)

// encodeDG3 holds two drawings in place of fingerprints: one template for each
// index finger (ICAO 9303-10, 4.7.3; ISO/IEC 19794-4:2005, 7).
func encodeDG3(seed uint64) []byte {
	templates := [][]byte{derNumber(2)}
	for i, finger := range []struct{ subkind, position byte }{{0x09, 2}, {0x0A, 7}} { // right and left index (ISO/IEC 7816-11, table C.2)
		templates = append(templates, tlv.Encode(0x7F60,
			tlv.Encode(0xA1,
				tlv.Encode(0x80, []byte{1, 1}),
				tlv.Encode(0x81, []byte{0x08}), // finger
				tlv.Encode(0x82, []byte{finger.subkind}),
				tlv.Encode(0x87, []byte{0x01, 0x01}),
				tlv.Encode(0x88, []byte{0x00, 0x07}), // finger image
			),
			tlv.Encode(0x5F2E, fingerRecord(finger.position, drawFinger(seed+uint64(i))))))
	}
	return tlv.Encode(0x63, tlv.Encode(0x7F61, templates...))
}

// fingerRecord is a general header and one raw view.
func fingerRecord(position byte, image []byte) []byte {
	const header, view = 32, 14
	b := []byte("FIR\x00010\x00")
	b = append(b, 0, 0) // the upper bytes of a length of six
	b = binary.BigEndian.AppendUint32(b, uint32(header+view+len(image)))
	b = append(b, 0, 0, 0, 31, 1, 1) // device unspecified, level 31, one finger, pixels per inch
	for range 4 {                    // scan and image resolution
		b = binary.BigEndian.AppendUint16(b, 500)
	}
	b = append(b, 8, 0, 0, 0) // eight bits, raw
	b = binary.BigEndian.AppendUint32(b, uint32(view+len(image)))
	b = append(b, position, 1, 1, 0xFE, 0) // one view, quality unspecified, live plain
	b = binary.BigEndian.AppendUint16(b, fingerWidth)
	b = binary.BigEndian.AppendUint16(b, fingerHeight)
	return append(append(b, 0), image...)
}

// drawFinger draws rings that no finger has.
func drawFinger(seed uint64) []byte {
	b := make([]byte, fingerWidth*fingerHeight)
	step := 3 + int(seed%5)
	for y := range fingerHeight {
		for x := range fingerWidth {
			if d := max(abs(x-fingerWidth/2), abs(y-fingerHeight/2)); d%step < step/2 {
				b[y*fingerWidth+x] = 0xFF
			}
		}
	}
	return b
}

func abs(n int) int { return max(n, -n) }
