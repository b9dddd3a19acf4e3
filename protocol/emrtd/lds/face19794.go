package lds

import "encoding/binary"

// Sizes of ISO/IEC 19794-5:2005, 5.4 to 5.7, in bytes.
const (
	facialRecord      = "FAC\x00"
	facialVersion     = "010\x00"
	facialHeaderBytes = 14
	facialInfoBytes   = 20
	featurePointBytes = 8
	imageInfoBytes    = 12
	// shortRecord is what some cards leave out of the record's length: the
	// format identifier and the version (seen on New Zealand passports).
	shortRecord = 8
)

// parse19794 reads a facial record: header, and for each face information, any
// feature points, image information and the picture.
func parse19794(b []byte) ([]Face, error) {
	if len(b) < facialHeaderBytes || string(b[4:8]) != facialVersion {
		return nil, malformed("facial record of another version", nil)
	}
	told, have := binary.BigEndian.Uint32(b[8:]), uint64(len(b))
	if uint64(told) != have && uint64(told)+shortRecord != have {
		return nil, malformed("length of the facial record", nil)
	}
	n := int(binary.BigEndian.Uint16(b[12:]))
	if n == 0 || n > maxFaces {
		return nil, malformed("number of faces", nil)
	}
	rest := b[facialHeaderBytes:]
	faces := make([]Face, 0, n)
	for range n {
		face, used, err := facialBlock(rest)
		if err != nil {
			return nil, err
		}
		faces, rest = append(faces, face), rest[used:]
	}
	if len(rest) > 0 {
		return nil, malformed("bytes after the last face", nil)
	}
	return faces, nil
}

func facialBlock(b []byte) (Face, int, error) {
	if len(b) < facialInfoBytes {
		return Face{}, 0, malformed("facial information", nil)
	}
	length := binary.BigEndian.Uint32(b)
	if uint64(length) > uint64(len(b)) {
		return Face{}, 0, malformed("length of a face", nil)
	}
	block := b[:length]
	points := int(binary.BigEndian.Uint16(b[4:]))
	head := facialInfoBytes + points*featurePointBytes
	if len(block) < head+imageInfoBytes {
		return Face{}, 0, malformed("length of a face", nil)
	}
	face := Face{Standard: FaceISO19794, Traits: traits(block)}
	for p := block[facialInfoBytes:head]; len(p) > 0; p = p[featurePointBytes:] {
		face.Points = append(face.Points, FeaturePoint{
			Kind: p[0], Point: p[1], X: int(binary.BigEndian.Uint16(p[2:])), Y: int(binary.BigEndian.Uint16(p[4:])),
		})
	}
	face.image(block[head:])
	if len(face.Picture) == 0 {
		return Face{}, 0, malformed("face without a picture", nil)
	}
	return face, len(block), nil
}

func traits(b []byte) *Traits {
	t := &Traits{
		Sex: b[6], Eyes: b[7], Hair: b[8],
		Properties: uint32(b[9])<<16 | uint32(b[10])<<8 | uint32(b[11]),
		Expression: binary.BigEndian.Uint16(b[12:]),
	}
	copy(t.Pose[:], b[14:17])
	copy(t.Uncertainty[:], b[17:20])
	return t
}

// image reads image information and what follows, the picture.
func (f *Face) image(b []byte) {
	f.Kind = FaceKind(b[0])
	switch b[1] {
	case 0:
		f.Declared = PictureJPEG
	case 1:
		f.Declared = PictureJPEG2000
	}
	f.Width, f.Height = int(binary.BigEndian.Uint16(b[2:])), int(binary.BigEndian.Uint16(b[4:]))
	f.Traits.ColourSpace, f.Traits.Source = b[6], b[7]
	f.Traits.Device, f.Traits.Quality = binary.BigEndian.Uint16(b[8:]), binary.BigEndian.Uint16(b[10:])
	f.Picture = b[imageInfoBytes:]
	f.Format = formatOf(f.Picture)
}
