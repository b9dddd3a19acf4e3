package ticket

import (
	"image"
	"image/color"
)

// Bitmap is a picture of dots, row by row, eight to a byte, the leftmost in the
// highest bit; a set bit is black. So it is what raster printing takes. It is an
// image, too, which encodes to a small PNG.
type Bitmap struct {
	W, H int
	// Stride is the bytes of a row: W/8, as every W here is a multiple of 8.
	Stride int
	Bits   []byte
}

func newBitmap(w int) *Bitmap { return &Bitmap{W: w, Stride: w / 8} }

// grow makes the picture at least h rows high; new rows are white.
func (b *Bitmap) grow(h int) {
	if h > b.H {
		b.Bits = append(b.Bits, make([]byte, (h-b.H)*b.Stride)...)
		b.H = h
	}
}

// ink makes a dot black; what lies outside is dropped.
func (b *Bitmap) ink(x, y int) {
	if x >= 0 && x < b.W && y >= 0 && y < b.H {
		b.Bits[y*b.Stride+x/8] |= 0x80 >> (x % 8)
	}
}

// box makes a rectangle black.
func (b *Bitmap) box(r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			b.ink(x, y)
		}
	}
}

// Black tells whether a dot is black. Outside there is white.
func (b *Bitmap) Black(x, y int) bool {
	return x >= 0 && x < b.W && y >= 0 && y < b.H && b.Bits[y*b.Stride+x/8]&(0x80>>(x%8)) != 0
}

// Bounds is the picture's size.
func (b *Bitmap) Bounds() image.Rectangle { return image.Rect(0, 0, b.W, b.H) }

// ColorModel is a palette of white and black.
func (*Bitmap) ColorModel() color.Model { return color.Palette{color.White, color.Black} }

// ColorIndexAt is 1 where a dot is black.
func (b *Bitmap) ColorIndexAt(x, y int) uint8 {
	if b.Black(x, y) {
		return 1
	}
	return 0
}

// At is the colour of a dot.
func (b *Bitmap) At(x, y int) color.Color {
	if b.Black(x, y) {
		return color.Black
	}
	return color.White
}
