package scene

import (
	"math"

	"motcua/kiosk/model"
)

// Pictures are drawn on a canvas of 240 by 236 units in which the doorway stands.
const (
	artW = 240.0
	artH = 236.0
)

// canvas draws a picture's shapes in its own units.
type canvas struct {
	*page
	f Frame
}

func (p *page) canvas(r Rect) canvas { return canvas{p, Fit(r, artW, artH)} }

func (k canvas) solid(path Path, c Color) { k.fill(k.f.Put(path), c) }

func (k canvas) line(path Path, width float64, c Color) {
	k.stroke(k.f.Put(path), width*k.f.Scale, c)
}

// within draws in a frame of its own: moved, scaled and turned.
func (k canvas) within(x, y, scale, turn float64) canvas {
	at := k.f.Put(Path{}.Move(x, y))[0].P[0]
	return canvas{k.page, Frame{X: at.X, Y: at.Y, Scale: k.f.Scale * scale, Turn: k.f.Turn + turn}}
}

// picture draws an illustration as large as r allows.
func (p *page) picture(a model.Art, r Rect) {
	if r.W < 8 || r.H < 8 {
		return
	}
	if a == model.ArtDigits {
		p.digitsArt(r)
		return
	}
	k := p.canvas(r)
	k.door()
	switch a {
	case model.ArtWelcome:
		k.reader(120, 178)
		k.card(120, 88, 1.12, -7)
		k.chevrons(120, 140)
	case model.ArtPlace:
		k.reader(120, 178)
		k.card(120, 112, 1.12, 0)
		k.chevrons(120, 62)
	case model.ArtLift:
		k.reader(120, 178)
		k.card(132, 84, 1.12, -18)
		k.again(120, 146)
	case model.ArtTake:
		k.reader(120, 178)
		k.card(120, 118, 1.12, 0)
		k.upwards(120, 50)
	case model.ArtIdentity:
		k.card(120, 120, 1.5, 0)
	case model.ArtWait:
		k.dots()
	case model.ArtList:
		k.list()
	default:
		k.badge(a)
	}
}

// door is where every picture stands: a doorway with light in it, and two steps.
func (k canvas) door() {
	c := k.Colours
	tint, deep, glow := c.Tint, c.Deep, c.Glow
	if k.view.Tone == model.Care {
		tint, deep, glow = c.Sand, c.Dune, c.Ground
	}
	k.solid(Door(Rect{30, 0, 180, 212}), tint)
	k.solid(Circle(120, 92, 66), glow)
	k.solid(Round(Rect{16, 208, 208, 12}, 3), deep)
	k.solid(Round(Rect{0, 220, 240, 14}, 3), deep)
	k.solid(Box(Rect{16, 217.5, 208, 2.5}), tint)
}

// reader is the plate with the waves that a card is laid on.
func (k canvas) reader(x, y float64) {
	c := k.Colours
	k.solid(Round(Rect{x - 66, y - 6, 132, 36}, 8), c.Metal)
	k.solid(Round(Rect{x - 58, y - 12, 116, 24}, 6), c.Metal)
	k.line(Round(Rect{x - 58, y - 12, 116, 24}, 6), 1.6, c.Gold)
	for i := range 3 {
		k.line(Path{}.Arc(x, y+14, 9+float64(i)*7, 232, 308), 2.6, c.Gold)
	}
	k.solid(Circle(x, y+9, 2.4), c.Gold)
	k.solid(Circle(x+54, y+22, 2.4), c.Glow)
}

// card is the front of an identity card, drawn around its middle.
func (k canvas) card(x, y, scale, turn float64) {
	c := k.Colours
	q := k.within(x, y, scale, turn)
	q.solid(Round(Rect{-53, -31, 108, 68}, 6), c.Deep)
	q.solid(Round(Rect{-54, -34, 108, 68}, 6), c.Paper)
	q.line(Round(Rect{-54, -34, 108, 68}, 6), 1.6, c.Lines)
	q.solid(Circle(-42, -22, 7), c.Seal)
	q.solid(Circle(-42, -22, 3), c.Gold)
	q.print()
	q.solid(Round(Rect{-49, -10, 24, 32}, 2.5), c.Tint)
	q.portrait(-37, 6, 1)
	q.code(34, -29, 15)
}

// print is the text of the card as bars, the number in the middle.
func (k canvas) print() {
	c := k.Colours
	k.solid(Round(Rect{-30, -27, 46, 4}, 2), c.Lines)
	k.solid(Round(Rect{-22, -20, 30, 3}, 1.5), c.Lines)
	k.solid(Round(Rect{-16, -9, 60, 5.4}, 2.7), hex(0x0f3a35))
	k.solid(Round(Rect{-16, 2, 48, 3.6}, 1.8), c.Lines)
	k.solid(Round(Rect{-16, 10, 56, 3.6}, 1.8), c.Lines)
	k.solid(Round(Rect{-16, 18, 40, 3.6}, 1.8), c.Lines)
	k.solid(Round(Rect{-49, 25.5, 24, 3}, 1.5), c.Lines)
}

// portrait is somebody, nobody in particular.
func (k canvas) portrait(x, y, s float64) {
	q := k.within(x, y, s, 0)
	ink := hex(0x2f6b60)
	q.solid(Circle(0, -6, 5.4), ink)
	q.solid(Path{}.Move(-10, 16).Curve(-10, 3, -5, 2, 0, 2).Curve(5, 2, 10, 3, 10, 16).End(), ink)
}

// code is a printed code, too coarse to be one.
func (k canvas) code(x, y, s float64) {
	ink := hex(0x0f3a35)
	u := s / 7
	for _, e := range [][2]float64{{0, 0}, {4, 0}, {0, 4}} {
		k.solid(Box(Rect{x + e[0]*u, y + e[1]*u, 3 * u, 3 * u}), ink)
		k.solid(Box(Rect{x + (e[0]+0.75)*u, y + (e[1]+0.75)*u, 1.5 * u, 1.5 * u}), k.Colours.Paper)
	}
	for _, e := range [][2]float64{{4, 4}, {6, 4}, {5, 5}, {4, 6}, {6, 6}, {3, 3}} {
		k.solid(Box(Rect{x + e[0]*u, y + e[1]*u, u, u}), ink)
	}
}

// chevrons point down, from the card to the reader.
func (k canvas) chevrons(x, y float64) {
	for i := range 2 {
		d := float64(i) * 9
		k.line(Poly(x-9, y+d, x, y+8+d, x+9, y+d), 4, k.Colours.Gold)
	}
}

// upwards points away from the reader.
func (k canvas) upwards(x, y float64) {
	for i := range 2 {
		d := float64(i) * 10
		k.line(Poly(x-10, y+9+d, x, y+d, x+10, y+9+d), 4, k.Colours.Seal)
	}
}

// again points back to the reader.
func (k canvas) again(x, y float64) {
	k.line(Poly(x, y-8, x, y+10), 4, k.Colours.Gold)
	k.line(Poly(x-8, y+3, x, y+11, x+8, y+3), 4, k.Colours.Gold)
}

// list is a sheet with lines that are ticked off.
func (k canvas) list() {
	c := k.Colours
	k.solid(Round(Rect{69, 33, 108, 140}, 8), c.Deep)
	k.solid(Round(Rect{66, 30, 108, 140}, 8), c.Paper)
	k.line(Round(Rect{66, 30, 108, 140}, 8), 1.6, c.Lines)
	for i := range 4 {
		y := 56 + float64(i)*30
		k.line(Poly(80, y, 85.5, y+5.5, 95, y-5.5), 4, hex(0x2f6b60))
		k.solid(Round(Rect{106, y - 3, 54 - float64(i%2)*16, 6}, 3), c.Lines)
	}
}

// dots wait in turn.
func (k canvas) dots() {
	c := k.Colours
	for i := range 3 {
		x := 120 + float64(i-1)*40
		if i == k.view.Pulse {
			k.solid(Circle(x, 92, 15), c.Brand)
			continue
		}
		k.solid(Circle(x, 92, 10), c.Deep)
	}
}

// badge is one large sign in the doorway.
func (k canvas) badge(a model.Art) {
	c := k.Colours
	q := k.within(120, 96, 4.7, 0)
	q = q.within(-12, -12, 1, 0)
	d := badgeOf(a)
	for _, l := range d.lines {
		q.line(l, 1.4, c.Brand)
	}
	for _, l := range d.fills {
		q.solid(l, c.Brand)
	}
}

func badgeOf(a model.Art) drawing {
	switch a {
	case model.ArtShield:
		return iconOf(model.IconShield)
	case model.ArtDesk:
		return lines(Circle(12, 6.4, 3.6), Path{}.Move(5, 16).Curve(5.2, 12.4, 8, 11.6, 12, 11.6).Curve(16, 11.6, 18.8, 12.4, 19, 16),
			Poly(1.5, 16.4, 22.5, 16.4), Poly(3.5, 16.4, 3.5, 22), Poly(20.5, 16.4, 20.5, 22))
	case model.ArtSaved:
		return iconOf(model.IconTray)
	case model.ArtCheck:
		return lines(Circle(12, 12, 10), Poly(7, 12.6, 10.6, 16.2, 17.2, 8.6))
	case model.ArtRest:
		return lines(Path{}.Move(4, 10).Line(17, 10).Line(17, 15).Curve(17, 21, 4, 21, 4, 15).End(), Path{}.Arc(17.4, 13, 3.2, -90, 90),
			Path{}.Move(8, 7).Curve(6.6, 5, 9.4, 4.4, 8, 2.4), Path{}.Move(13, 7).Curve(11.6, 5, 14.4, 4.4, 13, 2.4), Poly(3, 22, 18, 22))
	case model.ArtFinger:
		return lines(Path{}.Arc(12, 11, 9.4, 190, 350), Path{}.Arc(12, 11, 6.4, 180, 360).Line(18.4, 15.5), Poly(5.6, 11, 5.6, 17),
			Path{}.Arc(12, 11, 3.4, 180, 360).Line(15.4, 19.5), Poly(8.6, 11, 8.6, 20.5), Poly(12, 11, 12, 22))
	case model.ArtClock:
		return lines(Circle(12, 12, 10), Poly(12, 6.5, 12, 12, 16, 14.4))
	default:
		return iconOf(model.IconCare)
	}
}

// digitsBox is where the last six digits stand on the numbered card.
var digitsBox = Rect{100, 33, 112, 34}

// digitsArt shows which digits of the card's number are meant.
func (p *page) digitsArt(r Rect) {
	k := p.numberedCard(r)
	for i := range 6 {
		k.solid(Circle(digitsBox.X+(float64(i)+0.5)*digitsBox.W/6, digitsBox.Y+digitsBox.H/2, 5), hex(0x0f3a35))
	}
}

// numberedCard is the front of a card with room for the last six digits.
func (p *page) numberedCard(r Rect) canvas {
	c := p.Colours
	k := canvas{p, Fit(r, 220, 100)}
	k.solid(Round(Rect{1, 4, 218, 95}, 8), c.Deep)
	k.solid(Round(Rect{1, 1, 218, 94}, 8), c.Paper)
	k.line(Round(Rect{1, 1, 218, 94}, 8), 1.4, c.Lines)
	k.solid(Circle(19, 18, 10), c.Seal)
	k.solid(Circle(19, 18, 4.2), c.Gold)
	k.solid(Round(Rect{38, 10, 96, 6}, 3), c.Lines)
	k.solid(Round(Rect{52, 21, 64, 4.6}, 2.3), c.Lines)
	k.code(190, 6, 22)
	k.solid(Round(Rect{9, 36, 34, 50}, 4), c.Tint)
	k.portrait(26, 62, 1.45)
	for i := range 6 {
		k.solid(Circle(54+float64(i)*8, 50, 2.6), hex(0x0f3a35))
	}
	k.solid(Round(digitsBox, 5), hex(0xfbeecb))
	k.line(Round(digitsBox, 5), 2.6, hex(0xb87a00))
	k.solid(Round(Rect{52, 75, 92, 4.6}, 2.3), c.Lines)
	k.solid(Round(Rect{52, 84, 64, 4.6}, 2.3), c.Lines)
	return k
}

// readingArt is a card on the reader with a ring that fills.
func (p *page) readingArt(r Rect) {
	c := p.Colours
	k := p.canvas(r)
	k.door()
	n := len(p.view.Stages)
	const ring, gap = 72.0, 15.0
	k.solid(Circle(120, 96, ring), c.Ground)
	step := 360.0 / float64(max(1, n))
	for i, s := range p.view.Stages {
		col := c.Deep
		switch {
		case s.Past:
			col = c.Brand
		case s.Now:
			col = c.Gold
		}
		from := -90 + float64(i)*step + gap/2
		k.line(Path{}.Arc(120, 96, ring, from, from+step-gap), 11, col)
	}
	k.card(120, 82, 0.8, 0)
	if p.view.Number != nil {
		k.caption(p.view.Number.Value, 120, 130, 26)
	}
}

// countArt shows the seconds left.
func (p *page) countArt(r Rect, seconds string) {
	c := p.Colours
	k := p.canvas(r)
	k.door()
	k.solid(Circle(120, 96, 70), c.Ground)
	k.line(Circle(120, 96, 70), 7, c.Gold)
	k.caption(seconds, 120, 96, 66)
}

// caption writes a number of a picture around a point, in the picture's units.
func (k canvas) caption(s string, x, y, size float64) {
	k.captionIn(s, x, y, size, k.Colours.Ink)
}

func (k canvas) captionIn(s string, x, y, size float64, ink Color) {
	px := math.Round(size * k.f.Scale)
	par := k.shaper.lay(s, Bold, px, math.MaxInt16, 1.2, false)
	at := k.f.Put(Path{}.Move(x, y))[0].P[0]
	k.text(par, Rect{at.X - par.Wide/2 - 1, at.Y - par.H()/2, par.Wide + 2, par.H()}, Centre, ink)
}
