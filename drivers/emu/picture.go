package emu

import (
	"bytes"
	_ "embed" // the pictures that Go cannot compress
	"encoding/binary"
	"fmt"
)

// Photo tells how the drawn stand-in for a face is made.
type Photo struct {
	Seed uint64 `json:"seed"`
	// Size of EF.DG2 in bytes; the picture is padded to reach it.
	Size int `json:"size"`
	// Standard of the record around the picture.
	Standard PhotoStandard `json:"standard,omitempty"`
	// Codec of the picture; those in JPEG 2000 are always the same one.
	Codec Codec `json:"codec,omitempty"`
}

// PhotoStandard is how DG2 describes its picture.
type PhotoStandard string

// Standards of faces.
const (
	PhotoISO19794 PhotoStandard = "" // ISO/IEC 19794-5:2005
	PhotoISO39794 PhotoStandard = "39794-5"
)

// Codec is how the picture is compressed.
type Codec string

// Codecs.
const (
	CodecJPEG       Codec = ""
	CodecJP2        Codec = "jp2" // JPEG 2000 in its file format
	CodecCodestream Codec = "j2k" // JPEG 2000, the bare codestream
)

var (
	//go:embed faces/face.jp2
	faceJP2 []byte
	//go:embed faces/face.j2k
	faceJ2K []byte
)

func (p Photo) check(c *checker) {
	c.need(p.Size >= MinPhotoSize && p.Size <= MaxPhotoSize, "photo.size %d: want %d to %d", p.Size, MinPhotoSize, MaxPhotoSize)
	c.need(p.Standard == PhotoISO19794 || p.Standard == PhotoISO39794, "photo.standard %q: want %q or nothing", p.Standard, PhotoISO39794)
	c.need(p.Codec == CodecJPEG || p.Codec == CodecJP2 || p.Codec == CodecCodestream, "photo.codec %q: want %q, %q or nothing", p.Codec, CodecJP2, CodecCodestream)
}

// picture is the face, compressed.
func (p Photo) picture() ([]byte, error) {
	switch p.Codec {
	case CodecJP2:
		return faceJP2, nil
	case CodecCodestream:
		return faceJ2K, nil
	case CodecJPEG:
	}
	return drawFace(p.Seed)
}

// type19794 is the image data type of ISO/IEC 19794-5, 5.7.3.
func (c Codec) type19794() byte {
	if c == CodecJPEG {
		return 0
	}
	return 1
}

// pad makes a picture n bytes longer without changing what it shows.
func (p Photo) pad(picture []byte, n int) []byte {
	switch p.Codec {
	case CodecJP2:
		return padJP2(picture, n)
	case CodecCodestream:
		return padSegments(picture, afterSize(picture), 0x64, n)
	case CodecJPEG:
	}
	return padSegments(picture, 2, 0xFE, n) // after the start of image
}

// padSegments inserts comments of n bytes in all: markers that JPEG and the
// codestream of JPEG 2000 build alike.
func padSegments(picture []byte, at int, marker byte, n int) []byte {
	const head, most = 4, 65533 // marker and length; what one segment holds
	var pad []byte
	for n >= head {
		body := min(n-head, most)
		if rest := n - head - body; rest > 0 && rest < head {
			body -= head
		}
		pad = append(pad, 0xFF, marker)
		pad = binary.BigEndian.AppendUint16(pad, uint16(body+2))
		pad = append(pad, filler(body)...)
		n -= head + body
	}
	return bytes.Join([][]byte{picture[:at], pad, picture[at:]}, nil)
}

func filler(n int) []byte { return bytes.Repeat([]byte("DEMO "), n/5+1)[:n] }

// afterSize is where the codestream's first segments end: start and size
// (ISO/IEC 15444-1, A.4.1 and A.5.1).
func afterSize(codestream []byte) int {
	return 4 + int(binary.BigEndian.Uint16(codestream[4:]))
}

// padJP2 appends a box that readers skip (ISO/IEC 15444-1, I.7.2).
func padJP2(picture []byte, n int) []byte {
	const head = 24 // length, type and an identifier
	if n < head {
		return picture
	}
	box := binary.BigEndian.AppendUint32(nil, uint32(n))
	box = fmt.Append(box, "uuid")
	box = append(box, make([]byte, 16)...)
	return bytes.Join([][]byte{picture, box, filler(n - head)}, nil)
}
