package emu

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"strings"

	"motcua/protocol/tlv"
)

// encodeDG5 is the displayed portrait: a picture without a record around it
// (ICAO 9303-10, 4.7.5).
func encodeDG5(p *Persona) ([]byte, error) {
	picture, err := p.Photo.picture()
	if err != nil {
		return nil, err
	}
	return tlv.Encode(0x65, derNumber(1), tlv.Encode(0x5F40, picture)), nil
}

// encodeDG7 is the displayed signature: a wave that nobody writes (ICAO 9303-10,
// 4.7.7).
func encodeDG7(p *Persona) ([]byte, error) {
	const width, height = 160, 48
	m := image.NewGray(image.Rect(0, 0, width, height))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	period := 9 + int(p.Photo.Seed%7)
	for x := 10; x < width-10; x++ {
		y := height/2 - period + abs(x%(4*period)-2*period)
		m.SetGray(x, max(0, min(y, height-1)), color.Gray{})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		return nil, fmt.Errorf("drawing a signature: %w", err)
	}
	return tlv.Encode(0x67, derNumber(1), tlv.Encode(0x5F43, b.Bytes())), nil
}

// listed is a group that begins with the list of its tags (ICAO 9303-10, 4.7.11
// and 4.7.12).
func listed(group tlv.Tag, tags string, objects ...[]byte) []byte {
	return tlv.Encode(group, append([][]byte{tlv.Encode(0x5C, fromHex(tags))}, objects...)...)
}

func text(tag tlv.Tag, s string) []byte { return tlv.Encode(tag, []byte(s)) }

// slashed writes names and lines as DG11 to DG16 do: diacritics kept, the first
// name apart, fillers for spaces.
func slashed(name string) string {
	first, rest, _ := strings.Cut(name, " ")
	return strings.TrimSuffix(first+"<<"+strings.ReplaceAll(rest, " ", "<"), "<<")
}

func lines(s string) string { return strings.ReplaceAll(s, ", ", "<") }

// encodeDG11 is what the document says of the person besides (ICAO 9303-10,
// 4.7.11, table 71).
func encodeDG11(p *Persona) []byte {
	birth := fromHex(p.Birth.format("20060102")) // packed digits
	return listed(0x6B, "5F0EA05F105F2B5F115F425F135F15",
		text(0x5F0E, slashed(p.Name)),
		tlv.Encode(0xA0, derNumber(1), text(0x5F0F, slashed(p.Mother))),
		text(0x5F10, p.Number),
		tlv.Encode(0x5F2B, birth),
		text(0x5F11, lines(p.Origin)),
		text(0x5F42, lines(p.Residence)),
		text(0x5F13, "DEMO"),
		text(0x5F15, p.Marks),
	)
}

// encodeDG12 is what the document says of itself besides (ICAO 9303-10, 4.7.12,
// table 72).
func encodeDG12(p *Persona) []byte {
	issued := p.Issued.format("20060102")
	return listed(0x6C, "5F195F265F1B5F555F56",
		text(0x5F19, demoOrganisation),
		tlv.Encode(0x5F26, fromHex(issued)),
		text(0x5F1B, "DEMO"),
		tlv.Encode(0x5F55, fromHex(issued+"080000")),
		text(0x5F56, "099-DEMO"),
	)
}

// encodeDG16 names the parents as those to be told (ICAO 9303-10, 4.7.16, table
// 75).
func encodeDG16(p *Persona) []byte {
	parts := [][]byte{derNumber(2)}
	for i, name := range []string{p.Father, p.Mother} {
		parts = append(parts, tlv.Encode(0xA1+tlv.Tag(i),
			tlv.Encode(0x5F50, fromHex(p.Issued.format("20060102"))),
			text(0x5F51, slashed(name)),
			text(0x5F52, "0990000000"),
			text(0x5F53, lines(p.Residence)),
		))
	}
	return tlv.Encode(0x70, parts...)
}
