package raster

import (
	"image"
	"image/color"
	"math"
	"slices"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"

	"motcua/kiosk/scene"
)

// quarters is how finely glyphs are placed along a line, in parts of a pixel.
const quarters = 4

// maxGlyphs bounds the cache; a kiosk's texts need far fewer.
const maxGlyphs = 4000

type glyphKey struct {
	face scene.Face
	id   font.GID
	size int
	part int
}

// mask is the coverage of one glyph and where it stands from its origin.
type mask struct {
	alpha *image.Alpha
	at    image.Point
}

func (p *Painter) text(img *image.RGBA, t *scene.Text, c color.NRGBA) {
	for _, g := range t.Glyphs {
		x, y := t.X+float64(g.X), t.Y+float64(g.Y)
		x = math.Round(x*quarters) / quarters
		whole := math.Floor(x)
		m := p.glyph(glyphKey{t.Face, g.ID, t.Size, int((x - whole) * quarters)})
		if m.alpha == nil {
			continue
		}
		blend(img, m.alpha, m.at.Add(image.Pt(int(whole), int(math.Round(y)))), c)
	}
}

// glyph draws a glyph once and keeps its shape.
func (p *Painter) glyph(k glyphKey) mask {
	if m, ok := p.glyphs[k]; ok {
		return m
	}
	if len(p.glyphs) >= maxGlyphs {
		clear(p.glyphs)
	}
	m := p.draw(k)
	p.glyphs[k] = m
	return m
}

func (p *Painter) draw(k glyphKey) mask {
	face := p.fonts.Face(k.face)
	o, ok := face.GlyphData(k.id).(font.GlyphOutline)
	if !ok || len(o.Segments) == 0 {
		return mask{}
	}
	path := glyphPath(o, float64(k.size)/float64(face.Upem()), float64(k.part)/quarters)
	box := bounds(path)
	if box.Empty() {
		return mask{}
	}
	p.r.Reset(box.Dx(), box.Dy())
	x0, y0 := float64(box.Min.X), float64(box.Min.Y)
	for _, s := range path {
		q := s.P
		for i := range q {
			q[i].X, q[i].Y = q[i].X-x0, q[i].Y-y0
		}
		p.step(s.Verb, q)
	}
	p.r.ClosePath()
	alpha := p.cover(box)
	alpha.Pix = slices.Clone(alpha.Pix)
	return mask{alpha, box.Min}
}

func (p *Painter) step(v scene.Verb, q [3]scene.Point) {
	switch v {
	case scene.MoveTo:
		p.r.ClosePath()
		p.r.MoveTo(float32(q[0].X), float32(q[0].Y))
	case scene.LineTo:
		p.r.LineTo(float32(q[0].X), float32(q[0].Y))
	case scene.CurveTo:
		p.r.CubeTo(float32(q[0].X), float32(q[0].Y), float32(q[1].X), float32(q[1].Y), float32(q[2].X), float32(q[2].Y))
	case scene.Close:
		p.r.ClosePath()
	}
}

// glyphPath is a glyph's outline in pixels, downwards from its origin.
func glyphPath(o font.GlyphOutline, scale, dx float64) scene.Path {
	var out scene.Path
	var pen scene.Point
	at := func(q opentype.SegmentPoint) scene.Point {
		return scene.Point{X: float64(q.X)*scale + dx, Y: -float64(q.Y) * scale}
	}
	for _, s := range o.Segments {
		a, b, c := at(s.Args[0]), at(s.Args[1]), at(s.Args[2])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			out, pen = out.Move(a.X, a.Y), a
		case opentype.SegmentOpLineTo:
			out, pen = out.Line(a.X, a.Y), a
		case opentype.SegmentOpQuadTo:
			out = out.Curve(pen.X+(a.X-pen.X)*2/3, pen.Y+(a.Y-pen.Y)*2/3, b.X+(a.X-b.X)*2/3, b.Y+(a.Y-b.Y)*2/3, b.X, b.Y)
			pen = b
		case opentype.SegmentOpCubeTo:
			out, pen = out.Curve(a.X, a.Y, b.X, b.Y, c.X, c.Y), c
		}
	}
	return out
}
