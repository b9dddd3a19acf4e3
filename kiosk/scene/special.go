package scene

import (
	"fmt"
	"math"

	"motcua/kiosk/model"
)

// keyPage asks for six digits: where they are, what is typed, and the pad.
func (p *page) keyPage(room Rect) {
	if p.Landscape {
		left, right := p.parts(room, 0)
		p.stack(left, p.keyWords(left.W, Left), 0.2)
		p.pad(right)
		return
	}
	w := room.W
	keys := min(w, p.padWidth())
	padH := 4*p.keyHeight() + 3*p.Gap()
	above := p.space(8)
	if len(p.view.Buttons) > 0 { // the last of them stands there
		above = max(above, p.Gap())
	}
	if spare := room.H - padH - above - height(p.keyWords(w, Centre)) - p.Near(75); spare > 0 {
		padH += min(spare, p.keyHeight())
	}
	read := Rect{room.X, room.Y, w, room.H - padH - above}
	p.stack(read, p.keyWords(w, Centre), 0.5)
	p.pad(Rect{room.X + (w-keys)/2, room.Bottom() - padH, keys, padH})
}

// keyWords are everything of the key screen but the pad. The digits appear where
// they stand on the card.
func (p *page) keyWords(w float64, a Align) []block {
	v, c := p.view, p.Colours
	blocks := []block{p.words(v.Title, Title, w, a, c.Ink, 0)}
	if p.fit.art > 0 && v.Notice == nil {
		blocks = append(blocks, p.words(v.Lead, Body, w, a, c.Soft, 3))
	}
	if v.Notice != nil {
		blocks = append(blocks, p.notice(*v.Notice, w, 4))
	}
	if v.Screen != model.Key {
		h := p.Near(20)
		if p.Small() || p.Landscape {
			h = p.Near(7)
		}
		blocks = append(blocks, block{gap: p.space(2), h: h, draw: p.cells})
		return append(blocks, p.actions(v.Buttons, w)...)
	}
	least := p.Near(42 * max(0.9, p.fit.art))
	if v.Notice != nil || p.fit.art == 0 {
		least = p.Near(29)
	}
	blocks = append(blocks, block{gap: p.space(5), h: least, grow: p.Near(110) - least, draw: p.entry})
	if v.Small != "" && v.Notice == nil {
		blocks = append(blocks, p.words(v.Small, Small, w, a, c.Soft, 4))
	}
	return blocks
}

// entry is the card with a cell for each digit; those typed stand in them.
func (p *page) entry(r Rect) {
	pad, c := p.view.Pad, p.Colours
	k := p.numberedCard(r)
	ink := hex(0x10201d)
	inner := digitsBox.Inset(5, 0)
	w := inner.W / float64(pad.Len)
	for i := range pad.Len {
		x := inner.X + (float64(i)+0.5)*w
		y := digitsBox.Y + digitsBox.H/2
		if i < len(pad.Typed) {
			k.captionIn(pad.Typed[i:i+1], x, y, 24, ink)
			continue
		}
		col, h := hex(0x7d6a35), 2.0
		if i == len(pad.Typed) {
			col, h = c.Seal, 3.4
		}
		k.solid(Round(Rect{x - w*0.36, digitsBox.Bottom() - 6 - h, w * 0.72, h}, h/2), col)
	}
}

// cells has a dot for each digit that was typed, and a line for each that was not.
func (p *page) cells(r Rect) {
	pad, c := p.view.Pad, p.Colours
	w := min(r.W/float64(pad.Len), p.Near(16))
	x := r.X + (r.W-w*float64(pad.Len))/2
	if p.Landscape {
		x = r.X
	}
	for i := range pad.Len {
		cell := Rect{x + (float64(i)+0.15)*w, r.Y + r.H/2 + p.Near(2), w * 0.7, p.Near(1)}
		switch {
		case i < len(pad.Typed):
			d := w * 0.4
			p.fill(Round(Rect{x + (float64(i)+0.3)*w, r.Y + (r.H-d)/2, d, d}, d/2), c.Ink)
		case i == len(pad.Typed):
			p.fill(Box(cell), c.Seal)
		default:
			p.fill(Box(cell), c.Soft)
		}
	}
}

func (p *page) padWidth() float64 {
	if p.Small() {
		return p.MM(124)
	}
	return p.MM(190)
}

func (p *page) keyHeight() float64 {
	if p.Small() {
		return p.Touch()
	}
	return p.MM(27)
}

// pad draws the twelve keys.
func (p *page) pad(r Rect) {
	gap := p.Gap()
	w := math.Floor((r.W - 2*gap) / 3)
	h := math.Floor(min((r.H-3*gap)/4, p.keyHeight()*1.25))
	if h < p.Touch()-1 {
		p.over("pad")
	}
	top := r.Bottom() - 4*h - 3*gap
	if p.Landscape {
		top = r.Y + (r.H-4*h-3*gap)/2
	}
	for i, b := range p.view.Pad.Keys {
		k := Rect{math.Round(r.X + float64(i%3)*(w+gap)), math.Round(top + float64(i/3)*(h+gap)), w, h}
		if b.Kind == model.Choice {
			p.key(b, k)
		} else {
			p.control(b, k)
		}
	}
}

func (p *page) key(b model.Button, r Rect) {
	c := p.Colours
	p.face(b, r, c.Surface, c.Line)
	d := p.shaper.lay(b.Label, Bold, math.Round(p.Near(13)), r.W, 1.2, false)
	p.middle(d, r, Centre, c.Ink)
	p.target(b, r)
}

// control is delete or submit: icon above label, as there is little width.
func (p *page) control(b model.Button, r Rect) {
	c := p.Colours
	fill, ink := c.Surface, c.Ink
	switch {
	case b.Disabled:
		fill, ink = c.Rest, c.OnRest
	case b.ID == p.down && b.Kind == model.Primary:
		fill, ink = c.Pressed, c.OnBrand
	case b.Kind == model.Primary:
		fill, ink = c.Brand, c.OnBrand
	case b.ID == p.down:
		fill = c.Touched
	}
	p.fill(Round(r, p.Radius()), fill)
	if b.Kind != model.Primary && !b.Disabled {
		bw := p.Border()
		p.stroke(Round(r.Inset(bw/2, bw/2), p.Radius()), bw, c.Line)
	}
	label := p.shaper.lay(b.Label, Bold, math.Round(p.Em(Small)), r.W-p.Near(4), 1.2, true)
	icon := p.Near(10)
	y := r.Y + (r.H-icon-label.H())/2
	p.icon(b.Icon, Rect{r.X + (r.W-icon)/2, y, icon, icon}, ink)
	p.text(label, Rect{r.X, y + icon, r.W, label.H()}, Centre, ink)
	p.target(b, r)
}

// readingPage shows how far the chip has been read: a ring and a list.
func (p *page) readingPage(room Rect) {
	v, c := p.view, p.Colours
	align := Centre
	if p.Landscape {
		align = Left
	}
	p.compose(room, composed{
		art: p.readingArt, tall: 130,
		words: func(w float64) []block {
			return []block{
				p.words(v.Title, Title, w, align, c.Ink, 6),
				p.words(v.Lead, Lead, w, align, c.Soft, 3),
				p.stages(w),
			}
		},
		actions: func(float64) []block { return nil },
	})
}

// stages lists the parts of reading: ticked, under way, to come.
func (p *page) stages(w float64) block {
	c := p.Colours
	dot, gap := p.Near(10), p.Near(5)
	var labels []Paragraph
	wide, line := 0.0, dot+p.space(4)
	for _, s := range p.view.Stages {
		f := Regular
		if s.Now {
			f = Bold
		}
		par := p.layFace(s.Label, Body, f, w-dot-gap-2*p.Near(8))
		labels = append(labels, par)
		wide, line = max(wide, par.Wide), max(line, par.H()+p.space(2))
	}
	edge := p.space(5)
	return block{gap: p.space(9), h: line*float64(len(labels)) + 2*edge, grow: p.Near(20), draw: func(r Rect) {
		p.card(r)
		step := (r.H - 2*edge) / float64(max(1, len(labels)))
		x := r.X + p.Near(8)
		if !p.Landscape {
			x = r.X + (r.W-wide-dot-gap)/2
		}
		for i, s := range p.view.Stages {
			y := r.Y + edge + (float64(i)+0.5)*step
			p.stageDot(s, x+dot/2, y, dot/2)
			ink := c.Soft
			if s.Now {
				ink = c.Ink
			}
			p.middle(labels[i], Rect{x + dot + gap, y - step/2, wide + 1, step}, Left, ink)
		}
	}}
}

func (p *page) stageDot(s model.Stage, x, y, r float64) {
	c := p.Colours
	switch {
	case s.Past:
		p.fill(Circle(x, y, r), c.Brand)
		p.icon(model.IconCheck, Rect{x - r*0.7, y - r*0.7, r * 1.4, r * 1.4}, c.OnBrand)
	case s.Now:
		p.stroke(Circle(x, y, r-p.Border()), p.Border()*1.6, c.Gold)
		p.fill(Circle(x, y, r*0.4), c.Gold)
	default:
		p.stroke(Circle(x, y, r-p.Border()/2), p.Border(), c.Line)
	}
}

// stillPage asks whether somebody is still there. It covers everything that was
// said about them.
func (p *page) stillPage(room Rect) {
	v, c := p.view, p.Colours
	align := Centre
	if p.Landscape {
		align = Left
	}
	p.compose(room, composed{
		art: func(r Rect) { p.countArt(r, fmt.Sprint(v.Count)) }, tall: 120,
		words: func(w float64) []block {
			return []block{
				p.words(v.Title, Title, w, align, c.Ink, 6),
				p.words(v.Lead, Lead, w, align, c.Soft, 4),
			}
		},
		actions: func(w float64) []block { return p.actions(v.Buttons, w) },
	})
}

// showPage lets a person choose text size and colours.
func (p *page) showPage(room Rect) {
	v, c := p.view, p.Colours
	acts := p.actions(v.Buttons, room.W)
	read, act := p.parts(room, height(acts))
	if p.Landscape {
		read = Rect{room.X, room.Y, room.W, room.H - height(acts) - max(p.Gap(), p.space(6))}
		act = Rect{room.X, room.Bottom() - height(acts), room.W, height(acts)}
	}
	w := read.W
	blocks := []block{p.words(v.Title, Title, w, Left, c.Ink, 0)}
	for _, g := range v.Groups {
		blocks = append(blocks, p.words(g.Caption, Lead, w, Left, c.Soft, 10), p.group(g, w))
	}
	p.stack(read, blocks, 0.1)
	p.stack(act, acts, 1)
}

func (p *page) group(g model.Group, w float64) block {
	each := (w - p.Gap()*float64(len(g.Choices)-1)) / float64(len(g.Choices))
	h := p.Second()
	for _, b := range g.Choices {
		h = max(h, p.choiceLabel(b, each).H()+p.Near(4))
	}
	return block{gap: p.space(3), h: h, grow: p.Near(14), draw: func(r Rect) {
		for i, b := range g.Choices {
			p.choice(b, Rect{math.Round(r.X + float64(i)*(each+p.Gap())), r.Y, math.Floor(each), r.H})
		}
	}}
}
