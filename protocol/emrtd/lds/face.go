package lds

import "bytes"

// Standards of face records.
const (
	FaceISO19794 = "ISO/IEC 19794-5:2005"
	FaceISO39794 = "ISO/IEC 39794-5:2019"
)

// PictureFormat is how a picture is compressed.
type PictureFormat int

// Formats that Doc 9303 part 10, 4.7.2 allows.
const (
	PictureUnknown  PictureFormat = iota
	PictureJPEG                   // ISO/IEC 10918
	PictureJPEG2000               // ISO/IEC 15444-1, with or without container
)

func (f PictureFormat) String() string {
	switch f {
	case PictureJPEG:
		return "JPEG"
	case PictureJPEG2000:
		return "JPEG 2000"
	case PictureUnknown:
	}
	return "unknown"
}

// FaceKind is the kind of picture a record says it holds.
type FaceKind int

// Kinds of ISO/IEC 19794-5, 5.7; values from 128 on are three-dimensional.
const (
	FaceBasic FaceKind = iota
	FaceFrontal
	FaceToken
	face3D FaceKind = 128
)

// Face is one picture of a face and what its record says about it. Nothing of it
// is proven before the hash of DG2 is; decoding belongs to protocol/emrtd/portrait.
type Face struct {
	Standard string
	// Format is told by the picture's first bytes, Declared by the record; some
	// cards declare the wrong one.
	Format, Declared PictureFormat
	// Width and Height in pixels as declared, 0 when the record does not say.
	Width, Height int
	Kind          FaceKind
	// Traits are nil where the record has none.
	Traits *Traits
	Points []FeaturePoint
	// Picture is the compressed picture.
	Picture []byte
}

// Traits are what a record of ISO/IEC 19794-5 says about the person and the
// photograph, in the codes of its 5.5 and 5.7. 0 is unspecified everywhere.
type Traits struct {
	Sex, Eyes, Hair   byte
	Properties        uint32 // 24 bits
	Expression        uint16
	Pose, Uncertainty [3]byte
	ColourSpace       byte
	Source            byte
	Device, Quality   uint16
}

// FeaturePoint is a landmark of a face in pixels (ISO/IEC 19794-5, 5.6).
type FeaturePoint struct {
	Kind, Point byte
	X, Y        int
}

// DG2 is the encoded face (Doc 9303 part 10, 4.7.2).
type DG2 struct {
	Templates []Biometric
	// Faces of all templates, in the file's order; at least one.
	Faces []Face
}

// maxFaces bounds the pictures of one file.
const maxFaces = 16

// ParseDG2 reads the encoded face in either standard's form.
func ParseDG2(b []byte) (DG2, error) {
	inner, err := contents(b, 2, "DG2")
	if err != nil {
		return DG2{}, err
	}
	all, err := templates("DG2", inner)
	if err != nil {
		return DG2{}, err
	}
	d := DG2{Templates: all}
	for _, t := range all {
		faces, err := facesOf(t)
		if err != nil {
			return DG2{}, err
		}
		if d.Faces = append(d.Faces, faces...); len(d.Faces) > maxFaces {
			return DG2{}, malformed("DG2: too many faces", nil)
		}
	}
	if len(d.Faces) == 0 {
		return DG2{}, malformed("DG2 without a face", nil)
	}
	return d, nil
}

// facesOf tells the standards apart by how the data begins: the tag of the data
// and the format in the header are not reliable.
func facesOf(t Biometric) ([]Face, error) {
	if bytes.HasPrefix(t.Data, []byte(facialRecord)) {
		return parse19794(t.Data)
	}
	face, err := parse39794(t.Data)
	if err != nil {
		return nil, err
	}
	return []Face{face}, nil
}

// Face is the picture to show: the first, which is the most recent (Doc 9303
// part 10, 4.7.2), unless a later one is the first of a known format, or the first
// that is flat.
func (d DG2) Face() (Face, bool) {
	best, rank := -1, 0
	for i, f := range d.Faces {
		if r := f.rank(); best < 0 || r > rank {
			best, rank = i, r
		}
	}
	if best < 0 {
		return Face{}, false
	}
	return d.Faces[best], true
}

func (f Face) rank() int {
	r := 0
	if f.Format != PictureUnknown {
		r += 2
	}
	if f.Kind < face3D {
		r++
	}
	return r
}

// formatOf looks at the first bytes of a picture: JPEG's start of image, the
// signature box of JPEG 2000's container (ISO/IEC 15444-1, I.5.1) or the start
// of its codestream (A.4.1).
func formatOf(picture []byte) PictureFormat {
	switch {
	case bytes.HasPrefix(picture, []byte("\xFF\xD8\xFF")):
		return PictureJPEG
	case bytes.HasPrefix(picture, []byte("\x00\x00\x00\x0CjP  \r\n\x87\n")), bytes.HasPrefix(picture, []byte("\xFF\x4F\xFF\x51")):
		return PictureJPEG2000
	}
	return PictureUnknown
}
