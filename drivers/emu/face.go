package emu

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
)

// Size of the drawn face, in pixels, as on cards.
const (
	photoWidth  = 240
	photoHeight = 320
)

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
