package lds_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"motcua/protocol/emrtd/lds"
	"motcua/protocol/tlv"
)

var jpegStart, jp2Start = []byte("\xFF\xD8\xFF\xE0rest"), []byte("\x00\x00\x00\x0CjP  \r\n\x87\nrest")

// face is one facial information block of ISO/IEC 19794-5:2005.
func face(kind, format byte, points int, picture []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(20+8*points+12+len(picture)))
	b = binary.BigEndian.AppendUint16(b, uint16(points))
	b = append(b, 1, 2, 3, 0, 0x10, 0x01, 0, 7, 4, 5, 6, 7, 8, 9)
	for i := range points {
		b = append(b, 1, byte(i), 0, 100, 0, byte(200+i), 0, 0)
	}
	b = append(b, kind, format, 0, 240, 1, 64, 1, 2, 0, 0, 0, 90)
	return append(b, picture...)
}

// record is a facial record; less is taken off its length.
func record(less int, faces ...[]byte) []byte {
	all := bytes.Join(faces, nil)
	b := append([]byte("FAC\x00010\x00"), 0, 0, 0, 0, 0, byte(len(faces)))
	binary.BigEndian.PutUint32(b[8:], uint32(14+len(all)-less))
	return append(b, all...)
}

// block is a face image data block of ISO/IEC 39794-5.
func block(format byte, picture []byte, extra ...[]byte) []byte {
	info := tlv.Encode(0xA1, append([][]byte{tlv.Encode(0xA0, tlv.Encode(0x80, []byte{format}))}, extra...)...)
	image := tlv.Encode(0xA0, tlv.Encode(0xA0, tlv.Encode(0x80, picture), info))
	one := tlv.Encode(0x30, tlv.Encode(0x80, []byte{0}), tlv.Encode(0xA1, image), tlv.Encode(0xA2, tlv.Encode(0x80, []byte{7, 0xE7})))
	return tlv.Encode(0xA1, tlv.Encode(0x65, tlv.Encode(0xA0, tlv.Encode(0x80, []byte{3}), tlv.Encode(0x81, []byte{7, 0xE3})), tlv.Encode(0xA1, one)))
}

var size = tlv.Encode(0xA7, tlv.Encode(0x80, []byte{1, 0x9D}), tlv.Encode(0x81, []byte{2, 0x13}))

func bit(tag tlv.Tag, data []byte) []byte {
	header := tlv.Encode(0xA1, tlv.Encode(0x80, []byte{1, 1}), tlv.Encode(0x81, []byte{2}), tlv.Encode(0x87, []byte{1, 1}), tlv.Encode(0x88, []byte{0, 8}))
	return tlv.Encode(0x7F60, header, tlv.Encode(tag, data))
}

func group(outer tlv.Tag, templates ...[]byte) []byte {
	return tlv.Encode(outer, tlv.Encode(0x7F61, append([][]byte{tlv.Encode(0x02, []byte{byte(len(templates))})}, templates...)...))
}

func TestFaces(t *testing.T) {
	for _, c := range []struct {
		name string
		file []byte
		want string // of the face to show
	}{
		{"19794-5, JPEG", group(0x75, bit(0x5F2E, record(0, face(1, 0, 0, jpegStart)))), "ISO/IEC 19794-5:2005 JPEG/JPEG 240x320 kind 1, 0 points, 8 bytes"},
		{"feature points", group(0x75, bit(0x5F2E, record(0, face(2, 1, 3, jp2Start)))), "ISO/IEC 19794-5:2005 JPEG 2000/JPEG 2000 240x320 kind 2, 3 points, 16 bytes"},
		{"declared wrongly", group(0x75, bit(0x5F2E, record(0, face(1, 0, 0, jp2Start)))), "ISO/IEC 19794-5:2005 JPEG 2000/JPEG 240x320 kind 1, 0 points, 16 bytes"},
		{"bare codestream", group(0x75, bit(0x5F2E, record(0, face(1, 1, 0, []byte("\xFF\x4F\xFF\x51x"))))), "ISO/IEC 19794-5:2005 JPEG 2000/JPEG 2000 240x320 kind 1, 0 points, 5 bytes"},
		{"length without the first eight bytes", group(0x75, bit(0x5F2E, record(8, face(1, 0, 0, jpegStart)))), "ISO/IEC 19794-5:2005 JPEG/JPEG 240x320 kind 1, 0 points, 8 bytes"},
		{"constructed tag", group(0x75, bit(0x7F2E, record(0, face(1, 0, 0, jpegStart)))), "ISO/IEC 19794-5:2005 JPEG/JPEG 240x320 kind 1, 0 points, 8 bytes"},
		{"the first of two", group(0x75, bit(0x5F2E, record(0, face(0, 0, 0, jp2Start), face(1, 0, 0, jpegStart)))), "ISO/IEC 19794-5:2005 JPEG 2000/JPEG 240x320 kind 0, 0 points, 16 bytes"},
		{"known format first", group(0x75, bit(0x5F2E, record(0, face(1, 0, 0, []byte("?")))), bit(0x5F2E, record(0, face(0, 0, 0, jpegStart)))), "ISO/IEC 19794-5:2005 JPEG/JPEG 240x320 kind 0, 0 points, 8 bytes"},
		{"3D last", group(0x75, bit(0x5F2E, record(0, face(0x80, 0, 0, jpegStart), face(0, 0, 0, jpegStart)))), "ISO/IEC 19794-5:2005 JPEG/JPEG 240x320 kind 0, 0 points, 8 bytes"},
		{"39794-5, lossless", group(0x75, bit(0x7F2E, block(4, jp2Start, size))), "ISO/IEC 39794-5:2019 JPEG 2000/JPEG 2000 413x531 kind 1, 0 points, 16 bytes"},
		{"39794-5, size not said", group(0x75, bit(0x7F2E, block(2, jpegStart))), "ISO/IEC 39794-5:2019 JPEG/JPEG 0x0 kind 1, 0 points, 8 bytes"},
		{"both standards", group(0x75, bit(0x7F2E, block(3, jp2Start)), bit(0x5F2E, record(0, face(1, 0, 0, jpegStart)))), "ISO/IEC 39794-5:2019 JPEG 2000/JPEG 2000 0x0 kind 1, 0 points, 16 bytes"},
	} {
		d, err := lds.ParseDG2(c.file)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		f, _ := d.Face()
		got := fmt.Sprintf("%s %v/%v %dx%d kind %d, %d points, %d bytes", f.Standard, f.Format, f.Declared, f.Width, f.Height, f.Kind, len(f.Points), len(f.Picture))
		if got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestTraitsOfAFace(t *testing.T) {
	d, err := lds.ParseDG2(group(0x75, bit(0x5F2E, record(0, face(1, 0, 2, jpegStart)))))
	if err != nil {
		t.Fatal(err)
	}
	want := lds.Traits{Sex: 1, Eyes: 2, Hair: 3, Properties: 0x1001, Expression: 7, Pose: [3]byte{4, 5, 6}, Uncertainty: [3]byte{7, 8, 9}, ColourSpace: 1, Source: 2, Quality: 90}
	if got := *d.Faces[0].Traits; got != want {
		t.Error("traits of the face")
	}
	if p := d.Faces[0].Points[1]; p != (lds.FeaturePoint{Kind: 1, Point: 1, X: 100, Y: 201}) {
		t.Errorf("%+v", p)
	}
	if h := d.Templates[0].Header; h.Owner != 0x0101 || h.Format != 8 || !bytes.Equal(h.Kind, []byte{2}) {
		t.Error("header of the template")
	}
}

func TestRefusesFacesWithFalseLengths(t *testing.T) {
	good := record(0, face(1, 0, 1, jpegStart))
	alter := func(at int, v ...byte) []byte {
		b := bytes.Clone(good)
		copy(b[at:], v)
		return b
	}
	many := make([][]byte, 17)
	for i := range many {
		many[i] = face(1, 0, 0, jpegStart)
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "header only": good[:14], "cut": good[:len(good)-1], "more behind": append(bytes.Clone(good), 0),
		"record too short": alter(8, 0, 0, 0, 20), "record of 4 GB": alter(8, 0xFF, 0xFF, 0xFF, 0xFF), "another version": alter(4, '0', '3', '0', 0),
		"no face": alter(12, 0, 0), "more faces than there are": alter(12, 0, 2), "65535 faces": alter(12, 0xFF, 0xFF), "seventeen faces": record(0, many...),
		"face of 4 GB": alter(14, 0xFF, 0xFF, 0xFF, 0xFF), "face too short": alter(14, 0, 0, 0, 31), "65535 points": alter(18, 0xFF, 0xFF),
		"no picture": record(0, face(1, 0, 0, nil)), "neither standard": []byte("something else"),
		"39794-5 without a picture": block(2, nil), "39794-5 without data": tlv.Encode(0xA1, tlv.Encode(0x65)),
		"size too big":       block(2, jpegStart, tlv.Encode(0xA7, tlv.Encode(0x80, []byte{1, 0, 0}), tlv.Encode(0x81, []byte{1}))),
		"size without width": block(2, jpegStart, tlv.Encode(0xA7, tlv.Encode(0x81, []byte{1}))), "size twice": block(2, jpegStart, size, size),
	} {
		if _, err := lds.ParseDG2(group(0x75, bit(0x5F2E, data))); !errors.Is(err, lds.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	one := bit(0x5F2E, good)
	ten := make([][]byte, 10)
	for i := range ten {
		ten[i] = one
	}
	for name, file := range map[string][]byte{
		"no template": group(0x75), "another group": group(0x63, one), "ten templates": group(0x75, ten...),
		"another count": tlv.Encode(0x75, tlv.Encode(0x7F61, tlv.Encode(0x02, []byte{2}), one)), "no count": tlv.Encode(0x75, tlv.Encode(0x7F61, one)),
		"template without data": group(0x75, tlv.Encode(0x7F60)), "two blocks": group(0x75, tlv.Encode(0x7F60, tlv.Encode(0x5F2E, good), tlv.Encode(0x5F2E, good))),
		"format of one byte": group(0x75, tlv.Encode(0x7F60, tlv.Encode(0xA1, tlv.Encode(0x87, []byte{1})), tlv.Encode(0x5F2E, good))),
	} {
		if _, err := lds.ParseDG2(file); !errors.Is(err, lds.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFingersAndIrises(t *testing.T) {
	fir := append([]byte("FIR\x00010\x00"), 0, 0, 0, 0, 0, 34, 0, 1, 0, 31, 1, 1, 1, 0xF4, 1, 0xF4, 1, 0xF4, 1, 0xF4, 8, 2, 0, 0, 'x', 'y')
	all, err := lds.ParseDG3(group(0x63, bit(0x5F2E, fir), bit(0x7F2E, []byte{0xA1, 0})))
	if err != nil || len(all) != 2 {
		t.Fatalf("%d templates, %v", len(all), err)
	}
	f, err := all[0].Finger()
	if err != nil || f.Standard != lds.FingerISO19794 || f.Fingers != 1 || f.Resolution != [2]int{500, 500} || f.Depth != 8 || string(f.Data) != "xy" {
		t.Errorf("finger: %d, %v", f.Resolution, err)
	}
	if f, err := all[1].Finger(); err != nil || f.Standard != "" || len(f.Data) != 2 {
		t.Errorf("finger of another standard: %v", err)
	}
	none := tlv.Encode(0x7F61, tlv.Encode(0x02, []byte{0}))
	for _, file := range [][]byte{tlv.Encode(0x63, none), tlv.Encode(0x63, none, do(0x53, "random")), tlv.Encode(0x63, tlv.Encode(0x7F61, tlv.Encode(0x02, []byte{0}), do(0x53, "random")))} {
		if all, err := lds.ParseDG3(file); err != nil || len(all) != 0 {
			t.Errorf("no fingers: %v", err)
		}
	}
	fir[13]++
	if all, err = lds.ParseDG3(group(0x63, bit(0x5F2E, fir))); err != nil {
		t.Fatal(err)
	}
	if _, err := all[0].Finger(); !errors.Is(err, lds.ErrMalformed) {
		t.Errorf("finger of another length: %v", err)
	}
	iir := append([]byte("IIR\x00010\x00"), make([]byte, 37)...)
	iir[11], iir[14], iir[24], iir[26] = 45, 2, 200, 100
	irises, err := lds.ParseDG4(group(0x76, bit(0x5F2E, iir)))
	if err != nil {
		t.Fatal(err)
	}
	if i, err := irises[0].Iris(); err != nil || i.Eyes != 2 || i.Width != 200 || i.Height != 100 || i.Standard != lds.IrisISO19794 {
		t.Errorf("iris: %dx%d, %v", i.Width, i.Height, err)
	}
}

func TestFacesSayNothing(t *testing.T) {
	d, err := lds.ParseDG2(group(0x75, bit(0x5F2E, record(0, face(1, 0, 1, []byte("SECRET"))))))
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprintf("%v %+v %#v %v %+v %#v %v", d, d, d, d.Faces, d.Faces, d.Faces, d.Templates)
	if strings.Contains(said, "SECRET") || strings.Contains(said, "83 69") || strings.Contains(said, "0x53") {
		t.Errorf("says %s", said)
	}
}
