package raster

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"

	"motcua/kiosk/scene"
)

// Painter draws display lists. It is used from one goroutine.
type Painter struct {
	fonts  *scene.Fonts
	glyphs map[glyphKey]mask
	r      vector.Rasterizer
	// scratch holds the coverage of one shape at a time.
	scratch []uint8
}

// New makes a painter for lists that were laid out with the same fonts.
func New(f *scene.Fonts) *Painter {
	return &Painter{fonts: f, glyphs: map[glyphKey]mask{}}
}

// Image draws a list into a new image.
func (p *Painter) Image(l *scene.List) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, l.W, l.H))
	p.Paint(img, l)
	return img
}

// Paint draws a list over the whole of img, which has the list's size.
func (p *Painter) Paint(img *image.RGBA, l *scene.List) {
	for _, op := range l.Ops {
		switch {
		case op.Picture != nil:
			picture(img, *op.Picture)
		case op.Text != nil:
			p.text(img, op.Text, op.Fill)
		case op.Stroke > 0:
			p.shape(img, outline(op.Path, op.Stroke), op.Fill)
		default:
			if r, ok := plain(op.Path); ok {
				draw.Draw(img, r, image.NewUniform(op.Fill), image.Point{}, draw.Over)
				continue
			}
			p.shape(img, op.Path, op.Fill)
		}
	}
}

// plain recognises a rectangle on whole pixels, which needs no smoothing.
func plain(path scene.Path) (image.Rectangle, bool) {
	if len(path) != 5 || path[4].Verb != scene.Close {
		return image.Rectangle{}, false
	}
	a, b, c, d := path[0].P[0], path[1].P[0], path[2].P[0], path[3].P[0]
	for _, s := range path[1:4] {
		if s.Verb != scene.LineTo {
			return image.Rectangle{}, false
		}
	}
	if a.Y != b.Y || b.X != c.X || c.Y != d.Y || d.X != a.X {
		return image.Rectangle{}, false
	}
	for _, v := range []float64{a.X, a.Y, c.X, c.Y} {
		if v != math.Trunc(v) {
			return image.Rectangle{}, false
		}
	}
	return image.Rect(int(a.X), int(a.Y), int(c.X), int(c.Y)), true
}

// bounds is the smallest rectangle of whole pixels around a path's points.
func bounds(path scene.Path) image.Rectangle {
	lo, hi := scene.Point{X: math.Inf(1), Y: math.Inf(1)}, scene.Point{X: math.Inf(-1), Y: math.Inf(-1)}
	for _, s := range path {
		points := s.P[:1]
		switch s.Verb {
		case scene.CurveTo:
			points = s.P[:3]
		case scene.Close:
			continue
		}
		for _, q := range points {
			lo.X, lo.Y = min(lo.X, q.X), min(lo.Y, q.Y)
			hi.X, hi.Y = max(hi.X, q.X), max(hi.Y, q.Y)
		}
	}
	if lo.X > hi.X {
		return image.Rectangle{}
	}
	return image.Rect(int(math.Floor(lo.X)), int(math.Floor(lo.Y)), int(math.Ceil(hi.X))+1, int(math.Ceil(hi.Y))+1)
}

// shape fills a path.
func (p *Painter) shape(img *image.RGBA, path scene.Path, c color.NRGBA) {
	box := bounds(path)
	if box.Intersect(img.Bounds()).Empty() {
		return
	}
	p.r.Reset(box.Dx(), box.Dy())
	x0, y0 := float64(box.Min.X), float64(box.Min.Y)
	at := func(q scene.Point) (float32, float32) { return float32(q.X - x0), float32(q.Y - y0) }
	for _, s := range path {
		ax, ay := at(s.P[0])
		switch s.Verb {
		case scene.MoveTo:
			p.r.ClosePath()
			p.r.MoveTo(ax, ay)
		case scene.LineTo:
			p.r.LineTo(ax, ay)
		case scene.CurveTo:
			bx, by := at(s.P[1])
			cx, cy := at(s.P[2])
			p.r.CubeTo(ax, ay, bx, by, cx, cy)
		case scene.Close:
			p.r.ClosePath()
		}
	}
	p.r.ClosePath()
	cover := p.cover(box)
	blend(img, cover, box.Min, c)
}

// cover is what the rasterizer holds, as coverage in memory that is used again.
func (p *Painter) cover(box image.Rectangle) *image.Alpha {
	n := box.Dx() * box.Dy()
	if cap(p.scratch) < n {
		p.scratch = make([]uint8, n)
	}
	alpha := &image.Alpha{Pix: p.scratch[:n], Stride: box.Dx(), Rect: image.Rect(0, 0, box.Dx(), box.Dy())}
	p.r.DrawOp = draw.Src
	p.r.Draw(alpha, alpha.Rect, image.Opaque, image.Point{})
	return alpha
}

// blend lays a colour over img where cover, whose corner is at, says so. Most of
// a shape is either all inside or all outside, which costs next to nothing.
func blend(img *image.RGBA, cover *image.Alpha, at image.Point, c color.NRGBA) {
	r := cover.Rect.Add(at).Intersect(img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := cover.Pix[(y-at.Y)*cover.Stride+r.Min.X-at.X:][:r.Dx()]
		out := img.Pix[img.PixOffset(r.Min.X, y):][:4*r.Dx()]
		for x, a := range row {
			if a == 0 {
				continue
			}
			px := out[4*x:][:4:4]
			if a == 255 && c.A == 255 {
				px[0], px[1], px[2], px[3] = c.R, c.G, c.B, 255
				continue
			}
			k := uint32(a) * uint32(c.A) / 255
			px[0], px[1], px[2] = mix(px[0], c.R, k), mix(px[1], c.G, k), mix(px[2], c.B, k)
			px[3] = mix(px[3], 255, k)
		}
	}
}

// mix goes k of 255 of the way from a to b.
func mix(a, b uint8, k uint32) uint8 {
	return uint8((uint32(a)*(255-k) + uint32(b)*k + 127) / 255)
}
