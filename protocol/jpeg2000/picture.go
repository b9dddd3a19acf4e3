package jpeg2000

import (
	"image"
	"math"
)

// plane is one component of the picture, in eight bits.
type plane struct {
	rect
	component
	pix []uint8
}

func newPlanes(s *size) []plane {
	planes := make([]plane, len(s.comps))
	for i, c := range s.comps {
		p := &planes[i]
		p.component, p.rect = c, c.area(rect{s.x0, s.y0, s.x1, s.y1})
		p.pix = make([]uint8, p.w()*p.h())
	}
	return planes
}

// mix takes back the transform of the first three components (ISO/IEC 15444-1,
// annex G).
func (t *tile) mix() error {
	if !t.style.transform {
		return nil
	}
	if len(t.comps) < 3 {
		return malformed("transform of fewer than three components")
	}
	a, b, c := &t.comps[0], &t.comps[1], &t.comps[2]
	if a.rect != b.rect || a.rect != c.rect || a.coding.reversible != b.coding.reversible || a.coding.reversible != c.coding.reversible {
		return malformed("transform of unequal components")
	}
	if a.coding.reversible {
		for i, y := range a.ints {
			u, v := b.ints[i], c.ints[i]
			g := y - (u+v)>>2
			a.ints[i], b.ints[i], c.ints[i] = v+g, g, u+g
		}
		return nil
	}
	for i, y := range a.floats {
		cb, cr := b.floats[i], c.floats[i]
		a.floats[i], b.floats[i], c.floats[i] = y+1.402*cr, y-0.344136*cb-0.714136*cr, y+1.772*cb
	}
	return nil
}

// draw rounds and shifts the samples of a tile into the planes.
func (t *tile) draw(planes []plane, s *size) {
	for i := range t.comps {
		tc, p := &t.comps[i], &planes[i]
		for y := range tc.h() {
			to := p.pix[(tc.y0-p.y0+y)*p.w()+tc.x0-p.x0:][:tc.w()]
			if tc.ints != nil {
				for x, v := range tc.ints[y*tc.w():][:tc.w()] {
					to[x] = p.eight(v)
				}
				continue
			}
			for x, v := range tc.floats[y*tc.w():][:tc.w()] {
				to[x] = p.eight(round(v))
			}
		}
	}
}

// round rounds to the nearest integer; what no sample can be becomes a bound.
func round(v float32) int32 {
	const bound = 1 << 20
	if !(v > -bound) { // also what is no number
		return -bound
	}
	return int32(math.RoundToEven(float64(min(v, bound))))
}

// eight shifts a sample to the range from 0 (G.1) and scales it to eight bits.
func (c component) eight(v int32) uint8 {
	most := int64(1)<<c.precision - 1
	x := int64(v) + int64(1)<<(c.precision-1)
	x = max(0, min(x, most))
	switch {
	case c.precision > 8:
		x >>= c.precision - 8
	case c.precision < 8:
		x = x * 255 / most
	}
	return uint8(x)
}

// compose makes the picture of its planes.
func compose(f file, planes []plane) (image.Image, error) {
	first := &planes[0]
	w, h := first.w(), first.h()
	if len(planes) < 3 || f.colour == ColourGrey {
		m := image.NewGray(image.Rect(0, 0, w, h))
		copy(m.Pix, first.pix)
		return m, nil
	}
	var of [3]*plane
	for i, n := range f.channels {
		if n >= len(planes) {
			return nil, malformed("channel definition")
		}
		of[i] = &planes[n]
	}
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			r, g, b := of[0].at(x, y, first), of[1].at(x, y, first), of[2].at(x, y, first)
			if f.colour == ColourYCC {
				r, g, b = fromYCC(r, g, b)
			}
			at := y*m.Stride + 4*x
			m.Pix[at], m.Pix[at+1], m.Pix[at+2], m.Pix[at+3] = r, g, b, 0xFF
		}
	}
	return m, nil
}

// at is the sample that covers the sample x, y of the first component.
func (p *plane) at(x, y int, first *plane) uint8 {
	if p.dx != first.dx || p.dy != first.dy || p.rect != first.rect {
		x = clamp((first.x0+x)*first.dx/p.dx-p.x0, 0, p.w()-1)
		y = clamp((first.y0+y)*first.dy/p.dy-p.y0, 0, p.h()-1)
	}
	return p.pix[y*p.w()+x]
}

// fromYCC converts sYCC (ISO/IEC 15444-1, I.5.3.3; IEC 61966-2-1 amendment 1).
func fromYCC(y, cb, cr uint8) (r, g, b uint8) {
	l, u, v := float64(y), float64(cb)-128, float64(cr)-128
	eight := func(x float64) uint8 { return uint8(max(0, min(255, x+0.5))) }
	return eight(l + 1.402*v), eight(l - 0.344136*u - 0.714136*v), eight(l + 1.772*u)
}
