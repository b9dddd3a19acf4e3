package lds

import "motcua/protocol/tlv"

// Tags of the face image data block (ISO/IEC 39794-5:2019 in the profile of the
// ICAO, module ID-ICAO-ISO-IEC-39794-5-ed-1-v1). Tagging is implicit, except
// around a choice, where it is one more level.
const (
	tagDataBlock tlv.Tag = 0x65 // [APPLICATION 5]
	tagFirst     tlv.Tag = 0x80 // [0] of a value
	tagSecond    tlv.Tag = 0x81 // [1] of a value
	tagGroup0    tlv.Tag = 0xA0 // [0] of a structure
	tagGroup1    tlv.Tag = 0xA1 // [1] of a structure
	tagSize      tlv.Tag = 0xA7 // [7]: size of the image
)

// parse39794 reads the one representation that the profile allows. The data
// block stands in a template A1, or bare.
func parse39794(b []byte) (Face, error) {
	if inner, err := tlv.Parse(b, tagGroup1); err == nil {
		b = inner.Value
	}
	block, err := tlv.Parse(b, tagDataBlock)
	if err != nil {
		return Face{}, malformed("face image data block", err)
	}
	blocks, err := only(block.Value, tagGroup1, "representations")
	if err != nil {
		return Face{}, err
	}
	one, err := tlv.Parse(blocks, 0x30)
	if err != nil {
		return Face{}, malformed("representation", err)
	}
	// imageRepresentation [1], its choice base [0], its choice 2D block [0].
	image := one.Value
	for _, tag := range []tlv.Tag{tagGroup1, tagGroup0, tagGroup0} {
		if image, err = only(image, tag, "image representation"); err != nil {
			return Face{}, err
		}
	}
	return representation(image)
}

func representation(b []byte) (Face, error) {
	picture, err := only(b, tagFirst, "picture")
	if err != nil {
		return Face{}, err
	}
	if len(picture) == 0 {
		return Face{}, malformed("face without a picture", nil)
	}
	info, err := only(b, tagGroup1, "image information")
	if err != nil {
		return Face{}, err
	}
	f := Face{Standard: FaceISO39794, Kind: FaceFrontal, Picture: picture, Format: formatOf(picture)}
	if err := f.information(info); err != nil {
		return Face{}, err
	}
	return f, nil
}

// information reads the data format and the size; the rest of it says nothing
// that is needed here.
func (f *Face) information(b []byte) error {
	format, err := only(b, tagGroup0, "image data format")
	if err != nil {
		return err
	}
	if code, err := only(format, tagFirst, "image data format"); err == nil && len(code) == 1 {
		switch code[0] {
		case 2:
			f.Declared = PictureJPEG
		case 3, 4: // lossy, lossless
			f.Declared = PictureJPEG2000
		}
	}
	size, present, err := find(b, tagSize, "image size")
	if err != nil || !present {
		return err
	}
	for tag, to := range map[tlv.Tag]*int{tagFirst: &f.Width, tagSecond: &f.Height} {
		value, err := only(size, tag, "image size")
		if err != nil {
			return err
		}
		n, ok := unsigned(value)
		if !ok || n > 0xFFFF {
			return malformed("image size", nil)
		}
		*to = n
	}
	return nil
}

// find returns the value of the one data object of this tag; all in b must be
// well formed, and none may come twice.
func find(b []byte, tag tlv.Tag, what string) (value []byte, present bool, err error) {
	err = each(what, b, func(item tlv.Item) error {
		if item.Tag != tag {
			return nil
		}
		if present {
			return malformed(what+" twice", nil)
		}
		value, present = item.Value, true
		return nil
	})
	return value, present, err
}

// only is find of something that must be there.
func only(b []byte, tag tlv.Tag, what string) ([]byte, error) {
	value, present, err := find(b, tag, what)
	if err == nil && !present {
		err = malformed("no "+what, nil)
	}
	return value, err
}
