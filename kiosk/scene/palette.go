package scene

import (
	"math"

	"motcua/kiosk/model"
)

// Palette names colours by what they are for.
type Palette struct {
	Ground  Color // behind everything
	Surface Color // cards and buttons
	Ink     Color // text
	Soft    Color // labels and second lines
	Line    Color // borders that carry meaning
	Hair    Color // borders that do not

	Head     Color // header
	HeadInk  Color
	HeadSoft Color
	HeadDim  Color // parts of the visit yet to come

	Brand   Color // primary button, big numbers
	OnBrand Color
	Pressed Color // primary button under a finger
	Touched Color // any other target under a finger
	Rest    Color // disabled
	OnRest  Color

	Tint  Color // the doorway in pictures
	Deep  Color // shade on the doorway
	Sand  Color // the doorway where care is needed
	Dune  Color // shade on that
	Gold  Color // light, the part that is on now
	Glow  Color // the light behind
	Paper Color // a card in a picture
	Lines Color // print on that card
	Seal  Color
	Metal Color // the reader

	Care     Color // notice that needs attention
	CareLine Color
	Good     Color
	Calm     Color
	Strip    Color // demonstration
	OnStrip  Color
}

func hex(v uint32) Color {
	return Color{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

// Celadon glaze, silk paper, lacquer and gold leaf: the colours of a calm house.
var palettes = map[model.Colours]Palette{
	model.Light: {
		Ground: hex(0xf8f5ee), Surface: hex(0xffffff), Ink: hex(0x10201d), Soft: hex(0x2b3936), Line: hex(0x5c716b), Hair: hex(0xdcdfd6),
		Head: hex(0x07443e), HeadInk: hex(0xffffff), HeadSoft: hex(0xfdfefd), HeadDim: hex(0x3f736d),
		Brand: hex(0x07443e), OnBrand: hex(0xffffff), Pressed: hex(0x022823), Touched: hex(0xcfe5db), Rest: hex(0xe4e4dc), OnRest: hex(0x59645f),
		Tint: hex(0xdcebe4), Deep: hex(0xb4d2c6), Sand: hex(0xf1e4c8), Dune: hex(0xdcc596), Gold: hex(0xe3a72f), Glow: hex(0xf7e2b0), Paper: hex(0xffffff), Lines: hex(0x9db7ae), Seal: hex(0x9c2a22), Metal: hex(0x0f3a35),
		Care: hex(0xfcecc9), CareLine: hex(0x9a6400), Good: hex(0xdcefe3), Calm: hex(0xe8eeea), Strip: hex(0xf9ddd2), OnStrip: hex(0x2a0c07),
	},
	model.Dark: {
		Ground: hex(0x050d0b), Surface: hex(0x101d1a), Ink: hex(0xffffff), Soft: hex(0xe6f0ec), Line: hex(0x9fb8b0), Hair: hex(0x2a3f39),
		Head: hex(0x0b231f), HeadInk: hex(0xffffff), HeadSoft: hex(0xe6f0ec), HeadDim: hex(0x47645d),
		Brand: hex(0xf4cb6b), OnBrand: hex(0x14110a), Pressed: hex(0xffe9b8), Touched: hex(0x24463e), Rest: hex(0x1b2a27), OnRest: hex(0x9db0aa),
		Tint: hex(0x12302a), Deep: hex(0x1f4a41), Sand: hex(0x2b2412), Dune: hex(0x4d411f), Gold: hex(0xf4cb6b), Glow: hex(0x3d3a1c), Paper: hex(0xf3f6f4), Lines: hex(0x7d9990), Seal: hex(0xb5443a), Metal: hex(0x2e5f55),
		Care: hex(0x33260a), CareLine: hex(0xf4cb6b), Good: hex(0x123326), Calm: hex(0x14241f), Strip: hex(0x4a1a14), OnStrip: hex(0xffffff),
	},
}

// Contrast is the contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2,
// relative luminance).
func Contrast(a, b Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c Color) float64 {
	lin := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}
