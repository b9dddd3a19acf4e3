package gallery

import "motcua/protocol/local"

// Face is a picture that nobody could take for a person: plain shapes.
func Face() *local.Picture {
	const w, h = 120, 160
	p := &local.Picture{W: w, H: h, RGB: make([]byte, 0, 3*w*h)}
	inside := func(x, y, cx, cy, rx, ry int) bool {
		dx, dy := (x-cx)*ry, (y-cy)*rx
		return dx*dx+dy*dy <= rx*rx*ry*ry
	}
	for y := range h {
		for x := range w {
			ink := [3]byte{0xD6, 0xE4, 0xE8}
			switch {
			case inside(x, y, 49, 62, 4, 4), inside(x, y, 71, 62, 4, 4), inside(x, y, 60, 90, 11, 3):
				ink = [3]byte{0x28, 0x28, 0x30}
			case inside(x, y, 60, 70, 29, 38):
				ink = [3]byte{0xC9, 0xA6, 0x8A}
			case inside(x, y, 60, 60, 34, 42):
				ink = [3]byte{0x30, 0x2A, 0x28}
			case inside(x, y, 60, 165, 50, 55):
				ink = [3]byte{0x6A, 0x7C, 0x9C}
			}
			p.RGB = append(p.RGB, ink[:]...)
		}
	}
	return p
}
