package raster

import "image"

// Differ counts the pixels of two pictures of the same size that differ by more
// than tolerance (of 255) in a colour. Tests use it: pictures of another
// processor differ by a rounding.
func Differ(a *image.RGBA, b image.Image, tolerance int) int {
	n := 0
	r := a.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p := a.RGBAAt(x, y)
			cr, cg, cb, _ := b.At(x, y).RGBA()
			if far(p.R, cr, tolerance) || far(p.G, cg, tolerance) || far(p.B, cb, tolerance) {
				n++
			}
		}
	}
	return n
}

func far(a uint8, b uint32, tolerance int) bool {
	d := int(a) - int(b>>8)
	return d > tolerance || -d > tolerance
}
