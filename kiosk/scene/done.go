package scene

import (
	"math"

	"motcua/kiosk/model"
)

// donePage ends a visit: a ticket with the number as large as it fits, or the
// number under which the request is saved.
func (p *page) donePage(room Rect) {
	v, c := p.view, p.Colours
	if p.Landscape {
		p.doneLying(room)
		return
	}
	acts := p.actions(v.Buttons, room.W)
	read, act := p.parts(room, height(acts))
	w := room.W
	blocks := []block{p.outcome(w)}
	if len(v.Number.Facts) > 0 {
		blocks = append(blocks, p.ticket(w, 7))
		if v.Pay != nil {
			blocks = append(blocks, p.pay(*v.Pay, w, 5))
		}
		blocks = append(blocks, p.doneWords(w)...)
	} else {
		blocks = append(blocks, p.ticket(w, 7), p.words(v.Lead, Lead, w, Centre, c.Soft, 8))
	}
	if v.Notice != nil {
		blocks = append(blocks, p.notice(*v.Notice, w, 7))
	}
	p.stack(read, blocks, 0.4)
	p.stack(act, acts, 1)
}

func (p *page) doneWords(w float64) []block {
	v, c := p.view, p.Colours
	var blocks []block
	if !p.cramped() {
		blocks = append(blocks, p.words(v.Lead, Body, w, Centre, c.Soft, 6))
	}
	if v.Small != "" {
		blocks = append(blocks, p.words(v.Small, Small, w, Centre, c.Soft, 2))
	}
	return blocks
}

func (p *page) doneLying(room Rect) {
	v, c := p.view, p.Colours
	if v.Pay != nil {
		p.split = 0.4
	}
	left, right := p.parts(room, 0)
	acts := p.actions(v.Buttons, right.W)
	need := height(acts)
	p.stack(left, []block{p.ticket(left.W, 0)}, 0.5)
	blocks := []block{p.outcome(right.W)}
	if !p.cramped() {
		blocks = append(blocks, p.words(v.Lead, Body, right.W, Left, c.Soft, 4))
	}
	if v.Pay != nil {
		blocks = append(blocks, p.pay(*v.Pay, right.W, 4))
	}
	if v.Notice != nil {
		blocks = append(blocks, p.notice(*v.Notice, right.W, 4))
	}
	p.stack(Rect{right.X, right.Y, right.W, right.H - need - p.space(6)}, blocks, 0.4)
	p.stack(Rect{right.X, right.Bottom() - need, right.W, need}, acts, 1)
}

// cramped: with the largest words on the smallest panel a payment code leaves no room for
// what the title has said.
func (p *page) cramped() bool { return p.view.Pay != nil && p.fit.text < 0.8 }

// outcome is the title with a sign before it: a tick for received, a tray for
// saved here.
func (p *page) outcome(w float64) block {
	v, c := p.view, p.Colours
	icon, fill, ink := model.IconCheck, c.Brand, c.OnBrand
	if v.Tone != model.Good {
		icon, fill, ink = model.IconTray, c.Gold, hex(0x14110a)
	}
	d := p.Near(18)
	title := p.lay(v.Title, Title, w-d-p.Near(6))
	h := max(d, title.H())
	return block{gap: p.space(4), h: h, draw: func(r Rect) {
		x := r.X
		if !p.Landscape {
			x += (r.W - d - p.Near(6) - title.Wide) / 2
		}
		p.fill(Circle(x+d/2, r.Y+r.H/2, d/2), fill)
		p.icon(icon, Rect{x + d*0.2, r.Y + r.H/2 - d*0.3, d * 0.6, d * 0.6}, ink)
		p.middle(title, Rect{x + d + p.Near(6), r.Y, title.Wide + 1, r.H}, Left, c.Ink)
	}}
}

// ticket is the paper with the number.
func (p *page) ticket(w, gap float64) block {
	n, c := p.view.Number, p.Colours
	caption := p.lay(n.Caption, Lead, w-2*p.Near(10))
	size := p.numberSize(n.Value, w-2*p.Near(12))
	number := p.shaper.lay(n.Value, Bold, size, w, 1.1, false)
	facts := p.facts(n.Facts, w-2*p.Near(8))
	top := p.space(7) + caption.H() + number.H() + p.space(4)
	h := top
	if len(n.Facts) > 0 {
		h += facts.h + p.space(6)*2
	}
	return block{gap: p.space(gap), h: h, grow: p.Near(90), draw: func(r Rect) {
		extra := r.H - h
		cut := top + extra*0.7
		p.paper(r, cut, len(n.Facts) > 0)
		y := r.Y + p.space(7) + extra*0.35
		if len(n.Facts) == 0 {
			y = r.Y + (r.H-caption.H()-number.H())/2
		}
		p.text(caption, Rect{r.X, y, r.W, caption.H()}, Centre, c.Soft)
		p.text(number, Rect{r.X, y + caption.H(), r.W, number.H()}, Centre, c.Brand)
		if len(n.Facts) > 0 {
			facts.draw(Rect{r.X + p.Near(8), r.Y + cut + p.space(6), r.W - 2*p.Near(8), r.H - cut - p.space(6)*2})
		}
	}}
}

// numberSize is as large as the number fits on one line, within reason.
func (p *page) numberSize(value string, w float64) float64 {
	size := math.Round(p.Near(62))
	if !p.Small() && !p.Landscape {
		size = p.Near(74)
	}
	if p.fit.gap < 1 {
		least := 0.55
		if p.view.Pay != nil {
			least = 0.4
		}
		size = math.Round(size * max(least, p.fit.gap))
	}
	if par := p.shaper.lay(value, Bold, size, math.MaxInt32, 1, false); par.Wide > w {
		size = math.Floor(size * w / par.Wide)
	}
	return size
}

// paper is the ticket's outline, with two notches where it would be torn.
func (p *page) paper(r Rect, cut float64, torn bool) {
	c, q, n := p.Colours, p.Radius()*1.4, p.Near(6)
	out := Path{}.Arc(r.X+q, r.Y+q, q, 180, 270).Arc(r.Right()-q, r.Y+q, q, 270, 360)
	if torn {
		out = out.Arc(r.Right(), r.Y+cut, n, 270, 90)
	}
	out = out.Arc(r.Right()-q, r.Bottom()-q, q, 0, 90).Arc(r.X+q, r.Bottom()-q, q, 90, 180)
	if torn {
		out = out.Arc(r.X, r.Y+cut, n, 90, -90)
	}
	out = out.End()
	p.fill(out, c.Surface)
	p.stroke(out, p.Border(), c.Brand)
	if !torn {
		return
	}
	dash := p.Near(3)
	for x := r.X + n*2; x+dash < r.Right()-n*1.5; x += dash * 2 {
		p.fill(Box(Rect{math.Round(x), math.Round(r.Y + cut), dash, max(2, p.Near(0.5))}), c.Line)
	}
}

// facts are room, floor, people ahead and wait, in a grid of two columns; one alone has
// the whole width.
func (p *page) facts(rows []model.Row, w float64) block {
	c := p.Colours
	columns := max(1, min(2, len(rows)))
	each := w / float64(columns)
	type cell struct{ label, value Paragraph }
	var cells []cell
	rowH := 0.0
	for _, f := range rows {
		k := cell{p.lay(f.Label, Small, each-p.Near(3)), p.lay(f.Value, Strong, each-p.Near(3))}
		rowH = max(rowH, k.label.H()+k.value.H())
		cells = append(cells, k)
	}
	lines := (len(cells) + columns - 1) / columns
	gap := p.space(4)
	return block{h: float64(lines)*rowH + gap*float64(max(0, lines-1)), draw: func(r Rect) {
		free := (r.H - float64(lines)*rowH - gap*float64(max(0, lines-1))) / float64(max(1, lines))
		for i, k := range cells {
			box := Rect{r.X + float64(i%columns)*each, r.Y + float64(i/columns)*(rowH+gap+free) + free/2, each, k.label.H()}
			p.text(k.label, box, Centre, c.Soft)
			box.Y, box.H = box.Y+k.label.H(), k.value.H()
			p.text(k.value, box, Centre, c.Ink)
		}
	}}
}
