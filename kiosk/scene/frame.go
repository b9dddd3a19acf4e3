package scene

import (
	"math"

	"motcua/kiosk/model"
)

// frame draws what surrounds every screen and gives the room that is left.
func (p *page) frame() Rect {
	w, h := float64(p.Panel.W), float64(p.Panel.H)
	top := p.header(w)
	if p.view.Frame.Demo != "" {
		top = p.strip(w, top)
	}
	room := Rect{p.Edge(), top, w - 2*p.Edge(), h - top}
	if p.Landscape {
		room = p.sideBar(room)
	} else {
		room = p.bottomBar(room)
	}
	pad := p.space(9)
	return Rect{room.X, room.Y + pad, room.W, room.H - 2*pad}
}

// header holds the house's door, the facility's name and the way through the
// visit, or the time while nobody is served.
func (p *page) header(w float64) float64 {
	tight := p.fit
	p.fit.text = 1 // the frame stays the same on every screen
	defer func() { p.fit = tight }()
	h := p.heading(w - 2*p.Edge())
	c, pad, foot := p.Colours, p.Near(5), p.Near(3)
	height := pad + h.body + pad + foot
	p.fill(Box(Rect{0, 0, w, height}), c.Head)
	p.mark(Rect{p.Edge(), pad + (h.body-h.mark)/2, h.mark, h.mark})
	x := p.Edge() + h.mark + p.Near(5)
	y := pad + (h.body-h.words)/2
	p.text(h.name, Rect{x, y, w - x, h.name.H()}, Left, c.HeadInk)
	if h.beside {
		p.middle(h.second, Rect{w - p.Edge() - h.clock.Wide - h.second.Wide - p.Near(6), pad, h.second.Wide + 1, h.body}, Left, c.HeadSoft)
	} else {
		p.text(h.second, Rect{x, y + h.name.H(), w - x, h.second.H()}, Left, c.HeadSoft)
	}
	p.middle(h.clock, Rect{w - p.Edge() - h.clock.Wide, pad, h.clock.Wide, h.body}, Left, c.HeadInk)
	p.way(w, height-foot, foot)
	return height
}

// heading is what the header says, measured.
type heading struct {
	name, second, clock Paragraph
	mark, words, body   float64
	beside              bool // the second line stands at the right
}

func (p *page) heading(inner float64) heading {
	f := p.view.Frame
	h := heading{mark: p.Near(15), beside: p.Landscape}
	room := inner - h.mark - p.Near(5)
	second := f.Date
	if f.Progress != nil {
		second = f.Progress.Label
	}
	h.clock = p.lay(f.Time, Title, inner)
	h.name = p.oneLine(f.Facility, p.Em(Lead), room-h.clock.Wide-p.Near(4), 1.36, 0.82)
	if f.Time != "" && len(h.name.Lines) > 1 && !p.Landscape { // too narrow for a large clock
		second = f.Time + " · " + f.Date
		h.clock = Paragraph{}
		h.name = p.oneLine(f.Facility, p.Em(Lead), room, 1.36, 0.82)
	}
	h.second = p.lay(second, Small, room)
	line := p.lay("A", Lead, inner).H()
	if h.beside {
		h.words = h.name.H()
		h.body = max(h.words, h.mark, line, h.clock.H())
		return h
	}
	least := line + p.lay("A", Small, inner).H()
	h.words = h.name.H()
	if second != "" {
		h.words += h.second.H()
	}
	h.body = max(h.words, h.mark, least)
	return h
}

// way draws the parts of the visit along the foot of the header: gold for what
// is behind and here, dim for what comes.
func (p *page) way(w, y, h float64) {
	g, c := p.view.Frame.Progress, p.Colours
	if g == nil {
		p.fill(Box(Rect{0, y, w, h}), c.Gold)
		return
	}
	gap := max(3, p.Near(1.2))
	part := (w - gap*float64(g.Of-1)) / float64(g.Of)
	for i := range g.Of {
		col := c.HeadDim
		if i < g.At {
			col = c.Gold
		}
		x := math.Round(float64(i) * (part + gap))
		p.fill(Box(Rect{x, y, math.Round(float64(i)*(part+gap)+part) - x, h}), col)
	}
}

// mark is the sign of the house: a door, ajar, with light behind it.
func (p *page) mark(r Rect) {
	c := p.Colours
	f := Fit(r, 40, 40)
	p.stroke(f.Put(Door(Rect{6, 3, 28, 35})), 2.6*f.Scale, c.HeadInk)
	p.fill(f.Put(Door(Rect{11, 8, 18, 30})), c.Gold)
	p.fill(f.Put(Path{}.Move(11, 16.5).Curve(11.4, 12.4, 14.6, 9, 19, 8.2).Line(21, 13).Line(21, 40).Line(11, 38).End()), c.Head)
	p.fill(f.Put(Circle(18.2, 26, 1.4)), c.Gold)
}

// strip says on every screen that this is a demonstration.
func (p *page) strip(w, y float64) float64 {
	size := p.Near(ems[model.Normal][Small])
	words := p.oneLine(p.view.Frame.Demo, size, w-2*p.Edge(), 1.34, 0.6)
	h := words.H() + p.Near(2.5)
	p.fill(Box(Rect{0, y, w, h}), p.Colours.Strip)
	p.middle(words, Rect{p.Edge(), y, w - 2*p.Edge(), h}, Centre, p.Colours.OnStrip)
	return y + h
}

// oneLine lays bold text on one line, a little smaller if that is what it takes;
// below the least part of the size it may break.
func (p *page) oneLine(text string, size, room, leading, least float64) Paragraph {
	for k := 1.0; ; k -= 0.06 {
		par := p.shaper.lay(text, Bold, math.Round(size*max(k, least)), room, leading, true)
		if (len(par.Lines) <= 1 && par.Wide <= room) || k <= least {
			return par
		}
	}
}

// bottomBar draws the four fixed places at the foot of an upright screen.
func (p *page) bottomBar(room Rect) Rect {
	if !p.hasBar() {
		return Rect{room.X, room.Y, room.W, room.H - p.Edge() + p.space(4)}
	}
	gap, pad := p.Gap(), p.Near(4)
	w := (room.W - 3*gap) / 4
	h := p.barHeight(w)
	y := room.Bottom() - p.Edge() - h
	c := p.Colours
	p.fill(Box(Rect{0, y - pad, float64(p.Panel.W), float64(p.Panel.H) - y + pad}), c.Calm)
	p.fill(Box(Rect{0, y - pad, float64(p.Panel.W), max(1, p.Near(0.4))}), c.Hair)
	for i, b := range p.view.Frame.Bar {
		if b.ID != "" {
			p.barButton(b, Rect{math.Round(room.X + float64(i)*(w+gap)), y, math.Floor(w), h})
		}
	}
	return Rect{room.X, room.Y, room.W, y - pad - room.Y}
}

// sideBar draws them at the right edge of a lying screen.
func (p *page) sideBar(room Rect) Rect {
	if !p.hasBar() {
		return Rect{room.X, room.Y, room.W, room.H - p.Edge() + p.space(4)}
	}
	gap, pad := p.Gap(), p.Near(4)
	w := max(p.Touch()*1.35, p.Near(40))
	h := min((room.H-p.Edge()-pad-3*gap)/4, p.Near(38))
	x := float64(p.Panel.W) - p.Edge() - w
	c := p.Colours
	p.fill(Box(Rect{x - pad, room.Y, float64(p.Panel.W) - x + pad, float64(p.Panel.H) - room.Y}), c.Calm)
	p.fill(Box(Rect{x - pad, room.Y, max(1, p.Near(0.4)), float64(p.Panel.H) - room.Y}), c.Hair)
	for i, b := range p.view.Frame.Bar {
		if b.ID != "" {
			p.barButton(b, Rect{x, math.Round(room.Bottom() - p.Edge() - h - float64(3-i)*(h+gap)), w, math.Floor(h)})
		}
	}
	return Rect{room.X, room.Y, x - pad*2 - room.X, room.H - p.Edge() + p.space(9)}
}

func (p *page) hasBar() bool {
	for _, b := range p.view.Frame.Bar {
		if b.ID != "" {
			return true
		}
	}
	return false
}

// barHeight is what the tallest of the bar's buttons needs; all have it.
func (p *page) barHeight(w float64) float64 {
	h, pad := p.Touch(), p.Near(8)
	if p.Small() {
		pad = p.Near(4)
	}
	for _, b := range p.view.Frame.Bar {
		if b.ID != "" {
			h = max(h, p.barIcon()+p.barLabel(b, w).H()+pad)
		}
	}
	return math.Ceil(h)
}

func (p *page) barIcon() float64 { return p.Near(10) }

// barLabel keeps a label on one line if a little less size makes it fit.
func (p *page) barLabel(b model.Button, w float64) Paragraph {
	return p.oneLine(b.Label, p.Em(Small), w-p.Near(4), 1.2, 0.82)
}

func (p *page) barButton(b model.Button, r Rect) {
	c := p.Colours
	p.face(b, r, c.Surface, c.Line)
	label := p.barLabel(b, r.W)
	icon := p.barIcon()
	y := r.Y + (r.H-icon-label.H())/2
	p.icon(b.Icon, Rect{r.X + (r.W-icon)/2, y, icon, icon}, c.Ink)
	p.text(label, Rect{r.X, y + icon, r.W, max(label.H(), r.Bottom()-y-icon)}, Centre, c.Ink)
	p.target(b, r)
}
