package emu

import (
	"encoding/binary"
	"fmt"

	"motcua/protocol/tlv"
)

// encodeDG2 wraps a drawn face in the ICAO template (ICAO 9303-10, 4.7.2), padded
// so that the whole file has the size asked for.
func encodeDG2(p Photo) ([]byte, error) {
	picture, err := p.picture()
	if err != nil {
		return nil, err
	}
	short := p.Size - len(p.wrap(picture))
	for range 4 { // a longer length field may shift the size by a byte or two
		padded := p.pad(picture, short)
		file := p.wrap(padded)
		if len(file) == p.Size {
			return file, nil
		}
		short += p.Size - len(file)
	}
	return nil, fmt.Errorf("drawing a face: cannot make a file of %d bytes", p.Size)
}

// wrap puts the picture into a record of its standard and that into DG2.
func (p Photo) wrap(picture []byte) []byte {
	block := tlv.Encode(0x5F2E, faceRecord(picture, p.Codec))
	if p.Standard == PhotoISO39794 {
		block = tlv.Encode(0x7F2E, faceBlock(picture, p.Codec))
	}
	header := tlv.Encode(0xA1,
		tlv.Encode(0x80, []byte{1, 1}),       // header version
		tlv.Encode(0x81, []byte{0x02}),       // face
		tlv.Encode(0x82, []byte{0x00}),       // no subtype
		tlv.Encode(0x87, []byte{0x01, 0x01}), // format owner: ISO/IEC JTC 1/SC 37
		tlv.Encode(0x88, []byte{0x00, 0x08}), // format type: face
	)
	return tlv.Encode(0x75, tlv.Encode(0x7F61, derNumber(1), tlv.Encode(0x7F60, header, block)))
}

// faceRecord is ISO/IEC 19794-5:2005, 5.4 to 5.8: facial record header, one
// facial information block without features, image information, picture.
func faceRecord(picture []byte, codec Codec) []byte {
	const header, info, imageInfo = 14, 20, 12
	block := info + imageInfo + len(picture)
	b := []byte("FAC\x00010\x00")
	b = binary.BigEndian.AppendUint32(b, uint32(header+block))
	b = binary.BigEndian.AppendUint16(b, 1) // one picture
	b = binary.BigEndian.AppendUint32(b, uint32(block))
	b = append(b, make([]byte, info-4)...) // no features; everything else unspecified
	b = append(b, 1, codec.type19794())    // full frontal
	b = binary.BigEndian.AppendUint16(b, photoWidth)
	b = binary.BigEndian.AppendUint16(b, photoHeight)
	b = append(b, 1, 2, 0, 0, 0, 0) // sRGB24, digital camera, device and quality unspecified
	return append(b, picture...)
}
