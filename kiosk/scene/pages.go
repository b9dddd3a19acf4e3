package scene

import (
	"math"

	"motcua/kiosk/model"
)

// composed is a screen made of a picture, words and buttons.
type composed struct {
	art     func(Rect)
	tall    float64 // how much of the spare height the picture may take, in mm
	words   func(w float64) []block
	actions func(w float64) []block
}

// compose stands the parts where the panel wants them: upright, picture over
// words over buttons; lying, the picture beside the others.
func (p *page) compose(room Rect, s composed) {
	if p.Landscape {
		p.composeLying(room, s)
		return
	}
	acts := s.actions(room.W)
	read, act := p.parts(room, height(acts))
	blocks := s.words(room.W)
	above := 0.12
	if s.art != nil && p.fit.art > 0 {
		least := 62.0
		if s.tall < 62 {
			least = 44
		}
		picture := block{h: p.Near(least * p.fit.art), grow: p.Near(s.tall), draw: s.art}
		if len(blocks) > 0 {
			blocks[0].gap = p.space(8)
		}
		blocks = append([]block{picture}, blocks...)
		above = 0.5
	}
	p.stack(read, blocks, above)
	p.stack(act, acts, 1)
}

func (p *page) composeLying(room Rect, s composed) {
	if s.art != nil && p.fit.art > 0 {
		p.split = 0.4
	}
	left, right := p.parts(room, 0)
	if s.art == nil || p.fit.art == 0 {
		acts := s.actions(right.W)
		if len(acts) == 0 {
			p.stack(room, s.words(room.W), 0.5)
			return
		}
		p.stack(left, s.words(left.W), 0.3)
		p.stack(right, acts, 0.5)
		return
	}
	s.art(left.Inset(0, p.space(2)))
	acts := s.actions(right.W)
	need := height(acts)
	upper := Rect{right.X, right.Y, right.W, right.H - need - p.space(8)}
	p.stack(upper, s.words(right.W), 0.5)
	p.stack(Rect{right.X, right.Bottom() - need, right.W, need}, acts, 1)
}

// messagePage says one thing, with a picture.
func (p *page) messagePage(room Rect) {
	v, c := p.view, p.Colours
	align, tall := Centre, 150.0
	if p.Landscape {
		align = Left
	}
	if v.Art == model.ArtDigits { // wide, not tall
		tall = 42
	}
	p.compose(room, composed{
		art: func(r Rect) { p.picture(v.Art, r) }, tall: tall,
		words: func(w float64) []block {
			blocks := []block{p.words(v.Title, Title, w, align, c.Ink, 6)}
			if v.Lead != "" {
				blocks = append(blocks, p.words(v.Lead, Lead, w, align, c.Soft, 4))
			}
			if len(v.Rows) > 0 {
				blocks = append(blocks, p.pairs(v.Rows, w, 7))
			}
			if v.Notice != nil {
				blocks = append(blocks, p.notice(*v.Notice, w, 7))
			}
			if v.Small != "" {
				blocks = append(blocks, p.words(v.Small, Small, w, align, c.Soft, 5))
			}
			return blocks
		},
		actions: func(w float64) []block { return p.actions(v.Buttons, w) },
	})
}

// pairs is a card of short facts, two beside each other.
func (p *page) pairs(rows []model.Row, w, gap float64) block {
	pad := p.Near(8)
	half := (w-2*pad)/2 - p.Near(2)
	c := p.Colours
	type fact struct {
		label, value Paragraph
		wide         bool
	}
	var facts []fact
	for _, r := range rows {
		f := fact{label: p.lay(r.Label, Small, half), value: p.layFace(r.Value, Body, Bold, half)}
		if len(f.value.Lines) > 1 || f.value.Wide > half || len(f.label.Lines) > 1 {
			f = fact{p.lay(r.Label, Small, w-2*pad), p.layFace(r.Value, Body, Bold, w-2*pad), true}
		}
		facts = append(facts, f)
	}
	// places gives each fact its x and y and the height of all.
	places := func(visit func(f fact, x, y float64)) float64 {
		y, col, rowH := 0.0, 0, 0.0
		for _, f := range facts {
			if f.wide && col == 1 {
				y, col, rowH = y+rowH, 0, 0
			}
			h := f.label.H() + f.value.H() + p.space(4)
			visit(f, pad+float64(col)*(half+p.Near(4)), y)
			rowH = max(rowH, h)
			if col++; f.wide || col == 2 {
				y, col, rowH = y+rowH, 0, 0
			}
		}
		return y + rowH
	}
	h := places(func(fact, float64, float64) {})
	edge := p.space(4)
	return block{gap: p.space(gap), h: h + 2*edge - p.space(4), draw: func(r Rect) {
		p.card(r)
		places(func(f fact, x, y float64) {
			box := Rect{r.X + x, r.Y + edge + y, max(f.label.Wide, f.value.Wide) + 1, f.label.H()}
			p.text(f.label, box, Left, c.Soft)
			box.Y, box.H = box.Y+f.label.H(), f.value.H()
			p.text(f.value, box, Left, c.Ink)
		})
	}}
}

// formPage shows rows to be checked, what agreeing means, and the buttons.
func (p *page) formPage(room Rect) {
	v, c := p.view, p.Colours
	if p.Landscape {
		p.formLying(room)
		return
	}
	acts := p.actions(v.Buttons, room.W)
	read, act := p.parts(room, height(acts))
	w := room.W
	blocks := []block{
		p.words(v.Title, Title, w, Left, c.Ink, 0),
		p.sheet(v.Rows, w, 6),
	}
	if v.Fine != "" {
		blocks = append(blocks, p.words(v.Fine, Body, w, Left, c.Soft, 7))
	}
	if v.Notice != nil {
		blocks = append(blocks, p.notice(*v.Notice, w, 6))
	}
	if p.fit.art == 1 && !p.Small() {
		art := model.ArtList
		if v.Screen == model.Identify {
			art = model.ArtIdentity
		}
		blocks = append([]block{{h: p.Near(40), grow: p.Near(95), draw: func(r Rect) { p.picture(art, r) }}}, blocks...)
		blocks[1].gap = p.space(8)
	}
	p.stack(read, blocks, 0.2)
	p.stack(act, acts, 1)
}

func (p *page) formLying(room Rect) {
	v, c := p.view, p.Colours
	left, right := p.parts(room, 0)
	acts := p.actions(v.Buttons, left.W)
	need := height(acts)
	blocks := []block{p.words(v.Title, Title, left.W, Left, c.Ink, 0)}
	if v.Fine != "" {
		blocks = append(blocks, p.words(v.Fine, Body, left.W, Left, c.Soft, 4))
	}
	facts := []block{p.sheet(v.Rows, right.W, 0)}
	if v.Notice != nil {
		facts = append(facts, p.notice(*v.Notice, right.W, 6))
	}
	p.stack(Rect{left.X, left.Y, left.W, left.H - need - p.space(6)}, blocks, 0)
	p.stack(Rect{left.X, left.Bottom() - need, left.W, need}, acts, 1)
	p.stack(right, facts, 0)
}

// choosePage offers choices, each as wide as the screen.
func (p *page) choosePage(room Rect) {
	v := p.view
	acts := p.actions(v.Buttons, room.W)
	if p.Landscape && len(acts) == 0 {
		top := p.asks(room) + p.space(4)
		p.choices(Rect{room.X, room.Y + top, room.W, room.H - top}, v.Choices, 2)
		return
	}
	if p.Landscape {
		if p.split = 0.3; v.Notice != nil {
			p.split = 0.42
		}
		left, right := p.parts(room, 0)
		acts = p.actions(v.Buttons, left.W)
		p.asks(left)
		p.stack(Rect{left.X, left.Bottom() - height(acts), left.W, height(acts)}, acts, 1)
		p.choices(right, v.Choices, 2)
		return
	}
	read, act := p.parts(room, height(acts))
	top := p.asks(read) + p.space(8)
	columns := 1
	if p.Small() && len(v.Choices) > 4 {
		columns = 2
	}
	p.choices(Rect{read.X, read.Y + top, read.W, read.H - top}, v.Choices, columns)
	p.stack(act, acts, 1)
}

// asks draws what is asked, with what is to be said about it, at the top of r, and
// gives its height.
func (p *page) asks(r Rect) float64 {
	blocks := []block{p.words(p.view.Title, Title, r.W, Left, p.Colours.Ink, 0)}
	if n := p.view.Notice; n != nil {
		blocks = append(blocks, p.notice(*n, r.W, 4))
	}
	h := height(blocks)
	p.stack(Rect{r.X, r.Y, r.W, h}, blocks, 0)
	return h
}

// choices fills r with buttons in columns, as tall as there is room, within
// reason.
func (p *page) choices(r Rect, buttons []model.Button, columns int) {
	rows := (len(buttons) + columns - 1) / columns
	if rows == 0 {
		return
	}
	gap := p.Gap()
	w := (r.W - gap*float64(columns-1)) / float64(columns)
	need := p.Touch()
	for _, b := range buttons {
		need = max(need, p.choiceLabel(b, w).H()+p.Near(3))
	}
	h := min((r.H-gap*float64(rows-1))/float64(rows), max(p.Near(42), need))
	if h < need-1 {
		p.over("choices")
	}
	for i, b := range buttons {
		x := r.X + float64(i%columns)*(w+gap)
		y := r.Y + float64(i/columns)*(h+gap)
		p.choice(b, Rect{float64(int(x)), float64(int(y)), float64(int(w)), float64(int(h))})
	}
}

// choiceLabel is set a little smaller where it would take more than two lines.
func (p *page) choiceLabel(b model.Button, w float64) Paragraph {
	w -= p.tick() + 3*p.Near(6)
	par := p.lay(b.Label, Label, w)
	if len(par.Lines) > 2 {
		par = p.shaper.lay(b.Label, Bold, math.Round(p.Em(Label)*p.fit.text*0.82), w, leadings[Label], true)
	}
	return par
}

func (p *page) tick() float64 { return p.Near(11) }

// choice is a button with a ring that is ticked when it is the one chosen.
func (p *page) choice(b model.Button, r Rect) {
	c := p.Colours
	fill, line := c.Surface, c.Line
	if b.Selected {
		fill, line = c.Good, c.Brand
	}
	p.face(b, r, fill, line)
	tick, pad := p.tick(), p.Near(6)
	x, y := r.X+pad+tick/2, r.Y+r.H/2
	if b.Icon != model.IconNone && !b.Selected {
		p.icon(b.Icon, Rect{x - tick/2, y - tick/2, tick, tick}, c.Ink)
	} else if b.Selected {
		p.fill(Circle(x, y, tick/2), c.Brand)
		p.icon(model.IconCheck, Rect{x - tick*0.36, y - tick*0.36, tick * 0.72, tick * 0.72}, c.OnBrand)
	} else {
		p.stroke(Circle(x, y, tick/2-p.Border()/2), p.Border(), c.Line)
	}
	label := p.choiceLabel(b, r.W)
	p.middle(label, Rect{r.X + 2*pad + tick, r.Y, r.W - 3*pad - tick, r.H}, Left, c.Ink)
	p.target(b, r)
}
