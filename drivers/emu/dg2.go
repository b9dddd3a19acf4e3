package emu

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"

	"motcua/protocol/tlv"
)

// Size of the drawn face, in pixels, as on cards.
const (
	photoWidth  = 240
	photoHeight = 320
)

// encodeDG2 wraps a drawn face as ISO/IEC 19794-5 in the ICAO template (ICAO
// 9303-10, 4.7.2), padded so that the whole file has the size asked for.
func encodeDG2(p Photo) ([]byte, error) {
	picture, err := drawFace(p.Seed)
	if err != nil {
		return nil, err
	}
	short := p.Size - len(wrapFace(picture))
	for range 3 { // a longer length field may shift the size by a byte or two
		padded := padJPEG(picture, short)
		file := wrapFace(padded)
		if len(file) == p.Size {
			return file, nil
		}
		short += p.Size - len(file)
	}
	return nil, fmt.Errorf("drawing a face: cannot make a file of %d bytes", p.Size)
}

func wrapFace(picture []byte) []byte {
	record := faceRecord(picture)
	header := tlv.Encode(0xA1,
		tlv.Encode(0x80, []byte{1, 1}),       // header version
		tlv.Encode(0x81, []byte{0x02}),       // face
		tlv.Encode(0x82, []byte{0x00}),       // no subtype
		tlv.Encode(0x87, []byte{0x01, 0x01}), // format owner: ISO/IEC JTC 1/SC 37
		tlv.Encode(0x88, []byte{0x00, 0x08}), // format type: face
	)
	template := tlv.Encode(0x7F60, header, tlv.Encode(0x5F2E, record))
	return tlv.Encode(0x75, tlv.Encode(0x7F61, tlv.Encode(0x02, []byte{1}), template))
}

// faceRecord is ISO/IEC 19794-5:2005, 5.4 to 5.8: facial record header, one
// facial information block without features, image information, picture.
func faceRecord(picture []byte) []byte {
	const header, info, imageInfo = 14, 20, 12
	block := info + imageInfo + len(picture)
	b := []byte("FAC\x00010\x00")
	b = binary.BigEndian.AppendUint32(b, uint32(header+block))
	b = binary.BigEndian.AppendUint16(b, 1) // one picture
	b = binary.BigEndian.AppendUint32(b, uint32(block))
	b = append(b, make([]byte, info-4)...) // no features; everything else unspecified
	b = append(b, 1, 0)                    // full frontal, JPEG
	b = binary.BigEndian.AppendUint16(b, photoWidth)
	b = binary.BigEndian.AppendUint16(b, photoHeight)
	b = append(b, 1, 2, 0, 0, 0, 0) // sRGB24, digital camera, device and quality unspecified
	return append(b, picture...)
}

// padJPEG adds comment segments after the start of image until n bytes more.
func padJPEG(picture []byte, n int) []byte {
	const head, most = 4, 65533 // marker and length; what one segment holds
	var pad []byte
	for n >= head {
		body := min(n-head, most)
		if rest := n - head - body; rest > 0 && rest < head {
			body -= head
		}
		pad = append(pad, 0xFF, 0xFE)
		pad = binary.BigEndian.AppendUint16(pad, uint16(body+2))
		pad = append(pad, bytes.Repeat([]byte("DEMO "), body/5+1)[:body]...)
		n -= head + body
	}
	out := append([]byte{}, picture[:2]...)
	return append(append(out, pad...), picture[2:]...)
}

// drawFace draws a figure that nobody could take for a person: a head and
// shoulders of plain shapes in colours of the seed, under a hatched ground.
func drawFace(seed uint64) ([]byte, error) {
	m := image.NewRGBA(image.Rect(0, 0, photoWidth, photoHeight))
	ground := hue(seed*3+1, 0xD0)
	draw.Draw(m, m.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	hatch(m, hue(seed*5+2, 0xB8))
	coat, skin, dark := hue(seed*7+3, 0x60), hue(seed*11+4, 0xA0), color.RGBA{0x28, 0x28, 0x30, 0xFF}
	oval(m, 120, 330, 100, 110, coat)
	oval(m, 120, 140, 58, 76, skin)
	oval(m, 98, 125, 7, 7, dark)
	oval(m, 142, 125, 7, 7, dark)
	oval(m, 120, 178, 22, 5, dark)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 60}); err != nil {
		return nil, fmt.Errorf("drawing a face: %w", err)
	}
	return b.Bytes(), nil
}

// hue spreads small numbers over colours of about the lightness base.
func hue(n uint64, base uint8) color.RGBA {
	n = n*0x9E3779B97F4A7C15 + 0x1234567
	part := func(shift uint) uint8 { return base + uint8(n>>shift)%0x28 }
	return color.RGBA{part(16), part(32), part(48), 0xFF}
}

func hatch(m *image.RGBA, c color.RGBA) {
	for y := range photoHeight {
		for x := range photoWidth {
			if (x+y)%24 < 3 {
				m.SetRGBA(x, y, c)
			}
		}
	}
}

func oval(m *image.RGBA, cx, cy, rx, ry int, c color.RGBA) {
	for y := max(0, cy-ry); y < min(photoHeight, cy+ry); y++ {
		for x := max(0, cx-rx); x < min(photoWidth, cx+rx); x++ {
			dx, dy := (x-cx)*ry, (y-cy)*rx
			if dx*dx+dy*dy <= rx*rx*ry*ry {
				m.SetRGBA(x, y, c)
			}
		}
	}
}
