package scene

import (
	"math"

	"motcua/kiosk/model"
)

// face draws the shape of a button or card.
func (p *page) face(b model.Button, r Rect, fill, line Color) {
	if b.ID != "" && b.ID == p.down {
		fill = p.Colours.Touched
	}
	p.fill(Round(r, p.Radius()), fill)
	bw := p.Border()
	p.stroke(Round(r.Inset(bw/2, bw/2), p.Radius()-bw/2), bw, line)
}

// action draws a button of a stack: the primary one full, the others outlined.
func (p *page) action(b model.Button, r Rect) {
	c := p.Colours
	ink := c.Ink
	switch {
	case b.Disabled:
		p.fill(Round(r, p.Radius()), c.Rest)
		ink = c.OnRest
	case b.Kind == model.Primary:
		fill := c.Brand
		if b.ID == p.down {
			fill = c.Pressed
		}
		p.fill(Round(r, p.Radius()), fill)
		ink = c.OnBrand
	default:
		p.face(b, r, c.Surface, c.Brand)
	}
	p.labelled(b, r, ink)
	p.target(b, r)
}

// labelled draws icon and label together in the middle of a button.
func (p *page) labelled(b model.Button, r Rect, ink Color) {
	icon, gap := 0.0, 0.0
	if b.Icon != model.IconNone {
		icon, gap = p.buttonIcon(), p.Near(4)
	}
	label := p.buttonLabel(b, r.W)
	x := r.X + (r.W-icon-gap-label.Wide)/2
	at := x
	if b.Icon == model.IconArrow { // onwards: after the words
		at, x = x+label.Wide+gap, x-icon-gap
	}
	p.icon(b.Icon, Rect{at, r.Y + (r.H-icon)/2, icon, icon}, ink)
	p.middle(label, Rect{x + icon + gap, r.Y, label.Wide + 1, r.H}, Left, ink)
}

func (p *page) buttonIcon() float64 { return math.Round(p.Em(Label) * 1.15) }

func (p *page) buttonLabel(b model.Button, w float64) Paragraph {
	if b.Icon != model.IconNone {
		w -= p.buttonIcon() + p.Near(4)
	}
	return p.lay(b.Label, Label, w-2*p.Near(4))
}

// actions are the buttons of a screen as blocks, best first.
func (p *page) actions(buttons []model.Button, w float64) []block {
	var out []block
	for _, b := range buttons {
		h := p.Second()
		if b.Kind == model.Primary {
			h = p.Main()
		}
		if p.fit.gap < 1 {
			h = max(p.Touch(), math.Round(h*max(p.fit.gap, 0.8)))
		}
		h = max(h, p.buttonLabel(b, w).H()+p.Near(5))
		out = append(out, block{gap: p.Gap(), h: h, draw: func(r Rect) { p.action(b, r) }})
	}
	return out
}

// words is a paragraph as a block.
func (p *page) words(text string, s Style, w float64, a Align, c Color, gap float64) block {
	par := p.lay(text, s, w)
	return block{gap: p.space(gap), h: par.H(), draw: func(r Rect) { p.text(par, r, a, c) }}
}

// notice is a short message in a box, with a sign that does not rely on colour.
func (p *page) notice(n model.Notice, w, gap float64) block {
	c := p.Colours
	fill := c.Calm
	switch n.Tone {
	case model.Care:
		fill = c.Care
	case model.Good:
		fill = c.Good
	}
	pad, icon := p.Near(7), p.Near(13)
	room := w - 2*pad - icon - p.Near(5)
	par := p.shaper.lay(n.Text, Regular, math.Round(p.Em(Body)*p.fit.text), room, leadings[Body], true)
	h := max(par.H(), icon) + 2*p.space(5)
	return block{gap: p.space(gap), h: h, draw: func(r Rect) {
		p.fill(Round(r, p.Radius()), fill)
		if n.Tone == model.Care {
			bw := p.Border()
			p.stroke(Round(r.Inset(bw/2, bw/2), p.Radius()-bw/2), bw, c.CareLine)
		}
		p.icon(n.Icon, Rect{r.X + pad, r.Y + (r.H-icon)/2, icon, icon}, c.Ink)
		p.middle(par, Rect{r.X + pad + icon + p.Near(5), r.Y, par.Wide + 1, r.H}, Left, c.Ink)
	}}
}

// card is a white sheet behind a block.
func (p *page) card(r Rect) {
	p.fill(Round(r, p.Radius()), p.Colours.Surface)
	bw := max(1, p.Near(0.5))
	p.stroke(Round(r.Inset(bw/2, bw/2), p.Radius()), bw, p.Colours.Hair)
}

// row is one label and its value, with a button if it can be changed.
type row struct {
	model.Row
	label, value Paragraph
	h, button    float64
}

// rows lays label and value of each row under each other.
func (p *page) rows(rows []model.Row, w float64) (out []row, h float64) {
	pad := p.Near(8)
	for _, r := range rows {
		m := row{Row: r}
		room := w - 2*pad
		if r.Change != nil {
			m.button = max(p.Touch()*1.5, p.buttonLabel(*r.Change, w).Wide+p.buttonIcon()+p.Near(18))
			room -= m.button + p.Gap()
		}
		style := Body
		if r.Strong {
			style = Strong
		}
		m.label, m.value = p.lay(r.Label, Small, room), p.layFace(r.Value, style, Bold, room)
		m.h = m.label.H() + m.value.H() + 2*p.space(2.6)
		if r.Change != nil {
			m.h = max(m.h, p.Touch()+2*p.space(2))
		}
		out, h = append(out, m), h+m.h
	}
	return out, h
}

// sheet is a card of rows as a block.
func (p *page) sheet(rows []model.Row, w, gap float64) block {
	laid, h := p.rows(rows, w)
	edge := p.space(2)
	return block{gap: p.space(gap), h: h + 2*edge, grow: h * 0.55, draw: func(r Rect) {
		p.card(r)
		extra := (r.H - h - 2*edge) / float64(max(1, len(laid)))
		y := r.Y + edge
		for i, m := range laid {
			p.row(m, Rect{r.X, y, r.W, m.h + extra}, i > 0)
			y += m.h + extra
		}
	}}
}

func (p *page) row(m row, r Rect, rule bool) {
	c, pad := p.Colours, p.Near(8)
	if rule {
		p.fill(Box(Rect{r.X + pad, math.Round(r.Y), r.W - 2*pad, max(1, p.Near(0.4))}), c.Hair)
	}
	y := r.Y + (r.H-m.label.H()-m.value.H())/2
	p.text(m.label, Rect{r.X + pad, y, r.W - 2*pad, m.label.H()}, Left, c.Soft)
	p.text(m.value, Rect{r.X + pad, y + m.label.H(), r.W - 2*pad, m.value.H()}, Left, c.Ink)
	if m.Change != nil {
		h := max(p.Touch(), p.buttonLabel(*m.Change, m.button).H()+p.Near(3))
		p.action(*m.Change, Rect{math.Round(r.Right() - pad - m.button), math.Round(r.Y + (r.H-h)/2), m.button, h})
	}
}
