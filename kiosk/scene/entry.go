package scene

import (
	"math"

	"motcua/kiosk/model"
)

// Keys of the keyboard. Ten of them in a row are 20 mm wide on a large panel. On a
// small one they cannot be: there they are at least as wide and as high as this, which
// is what a phone lying beside it has twice over.
const (
	boardGap      = 3.0
	boardGapSmall = 2.6
	boardWide     = 9.8
	boardHigh     = 12.0
)

// entryPage asks for something that is typed: the question, what was typed so far, and
// the keys.
func (p *page) entryPage(room Rect) {
	if p.view.Pad != nil {
		p.numberPage(room)
		return
	}
	gap := max(p.MM(boardGap), p.space(4))
	if p.Landscape {
		top := p.bandHeight(room.W)
		p.band(Rect{room.X, room.Y, room.W, top})
		p.board(Rect{room.X, room.Y + top + gap, room.W, room.H - top - gap})
		return
	}
	acts := p.actionRow(p.view.Buttons, room.W)
	if acts.h > 0 {
		acts.draw(Rect{room.X, room.Bottom() - acts.h, room.W, acts.h})
		room.H -= acts.h + max(p.Gap(), p.space(6))
	}
	keys := p.boardHeight(room.H * 0.62)
	p.board(Rect{room.X, room.Bottom() - keys, room.W, keys})
	p.stack(Rect{room.X, room.Y, room.W, room.H - keys - gap}, p.entryWords(room.W), 0.3)
}

// entryWords are the question, what is wrong with the answer, and the answer.
func (p *page) entryWords(w float64) []block {
	v, c := p.view, p.Colours
	blocks := []block{p.words(v.Title, Title, w, Left, c.Ink, 0)}
	if v.Notice != nil {
		note := p.notice(*v.Notice, w, 4)
		if p.fit.art == 0 { // it names the question
			return []block{note, p.typedBox(w, 4)}
		}
		blocks = append(blocks, note)
	}
	return append(blocks, p.typedBox(w, 5))
}

// band is the head of a lying keyboard page: question and answer, and the ways out
// beside them.
func (p *page) band(r Rect) {
	acts := p.actionRow(p.view.Buttons, p.bandActions(r.W))
	if acts.h > 0 {
		acts.draw(Rect{r.Right() - p.bandActions(r.W), r.Y, p.bandActions(r.W), acts.h})
		r.W -= p.bandActions(r.W) + p.Gap()
	}
	p.stack(r, p.bandWords(r.W), 0)
}

func (p *page) bandActions(w float64) float64 {
	return math.Round(min(w*0.22, 4*p.Touch()) * float64(len(p.view.Buttons)))
}

func (p *page) bandWords(w float64) []block {
	v := p.view
	ask, style := v.Title, Lead
	if v.Notice != nil && v.Notice.Tone == model.Care {
		ask, style = v.Notice.Text, Body
	}
	return []block{p.words(ask, style, w, Left, p.Colours.Ink, 0), p.typedBox(w, 2)}
}

func (p *page) bandHeight(w float64) float64 {
	acts := p.actionRow(p.view.Buttons, p.bandActions(w))
	if acts.h > 0 {
		w -= p.bandActions(w) + p.Gap()
	}
	return max(acts.h, height(p.bandWords(w)))
}

// actionRow are buttons beside each other.
func (p *page) actionRow(buttons []model.Button, w float64) block {
	if len(buttons) == 0 {
		return block{}
	}
	each := math.Floor((w - p.Gap()*float64(len(buttons)-1)) / float64(len(buttons)))
	h := p.Touch()
	for _, b := range buttons {
		h = max(h, p.buttonLabel(b, each).H()+p.Near(4))
	}
	return block{h: h, draw: func(r Rect) {
		for i, b := range buttons {
			p.action(b, Rect{math.Round(r.X + float64(i)*(each+p.Gap())), r.Y, each, r.H})
		}
	}}
}

// typedBox holds what was typed; of a long text its last lines.
func (p *page) typedBox(w, gap float64) block {
	pad, text := p.Near(6), ""
	lines := 3
	switch v := p.view; {
	case v.Board != nil:
		text = v.Board.Text
	case v.Pad != nil:
		text, lines = v.Pad.Typed, 1
	}
	if p.Landscape && p.Small() {
		lines = 1
	} else if p.fit.art == 0 {
		lines = min(lines, 2)
	}
	par := p.layFace(text, Strong, Bold, w-2*pad-p.Near(3))
	if n := len(par.Lines); n > lines {
		par.Lines = par.Lines[n-lines:]
	}
	line := p.lay("Ậg", Strong, w).H()
	least := min(lines, 2)
	return block{gap: p.space(gap), h: line*float64(max(least, len(par.Lines))) + 2*p.space(3), draw: func(r Rect) {
		c := p.Colours
		p.fill(Round(r, p.Radius()), c.Surface)
		bw := p.Border() * 1.4
		p.stroke(Round(r.Inset(bw/2, bw/2), p.Radius()-bw/2), bw, c.Brand)
		box := Rect{r.X + pad, r.Y + p.space(3), r.W - 2*pad, max(par.H(), 1)}
		p.text(par, box, Left, c.Ink)
		x, y := box.X, box.Y
		if n := len(par.Lines); n > 0 && text != "" {
			x, y = box.X+par.Lines[n-1].W+p.Near(1), box.Y+float64(n-1)*par.Lead
		}
		p.fill(Box(Rect{math.Round(x), math.Round(y + line*0.15), max(2, p.Near(0.9)), line * 0.7}), c.Seal)
	}}
}

func (p *page) boardSpace() float64 {
	if p.Small() {
		return p.MM(boardGapSmall)
	}
	return p.MM(boardGap)
}

// boardHeight is the height of all rows, as far as there is room.
func (p *page) boardHeight(room float64) float64 {
	rows := float64(len(p.view.Board.Keys))
	each := p.MM(26)
	if p.Small() {
		each = p.MM(17)
	}
	return min(room, rows*each+(rows-1)*p.boardSpace())
}

// leastKey is how high a key has to be.
func (p *page) leastKey() float64 {
	if p.Small() {
		return p.MM(boardHigh)
	}
	return p.Touch()
}

// board draws the keyboard.
func (p *page) board(r Rect) {
	rows := p.view.Board.Keys
	gap := p.boardSpace()
	high := math.Floor(min((r.H-gap*float64(len(rows)-1))/float64(len(rows)), p.MM(30)))
	unit := (r.W - 9*gap) / 10
	least := p.Touch()
	if p.Small() {
		least = math.Floor(p.MM(boardWide))
	}
	if high < p.leastKey()-1 || unit < least-1 {
		p.over("keyboard")
	}
	for i, row := range rows {
		units := 0
		for _, k := range row {
			units += k.Width
		}
		x := r.X + (r.W-float64(units)*unit-float64(units-1)*gap)/2
		y := math.Round(r.Y + float64(i)*(high+gap))
		for _, k := range row {
			w := float64(k.Width)*unit + float64(k.Width-1)*gap
			p.boardKey(k.Button, Rect{math.Round(x), y, math.Floor(w), high})
			x += w + gap
		}
	}
}

// boardKey is a letter, or a key that does something.
func (p *page) boardKey(b model.Button, r Rect) {
	c := p.Colours
	fill, line, ink := c.Surface, c.Line, c.Ink
	switch {
	case b.Disabled:
		fill, line, ink = c.Rest, c.Rest, c.OnRest
	case b.Kind == model.Primary:
		fill, line, ink = c.Brand, c.Brand, c.OnBrand
	case b.Selected:
		fill, line = c.Good, c.Brand
	case b.Kind == model.Secondary:
		fill = c.Calm
	}
	p.face(b, r, fill, line)
	if b.Icon != model.IconNone {
		d := min(r.W, r.H) * 0.6
		p.icon(b.Icon, Rect{r.X + (r.W-d)/2, r.Y + (r.H-d)/2, d, d}, ink)
	} else {
		size := math.Round(p.Em(Label))
		label := p.shaper.lay(b.Label, Bold, size, r.W-p.Near(2), 1.2, false)
		for label.Wide > r.W-p.Near(2) && size > p.Em(Small)*0.7 {
			size = math.Floor(size * 0.9)
			label = p.shaper.lay(b.Label, Bold, size, r.W, 1.2, false)
		}
		p.middle(label, r, Centre, ink)
	}
	p.target(b, r)
}

// numberPage asks for digits.
func (p *page) numberPage(room Rect) {
	if p.Landscape {
		left, right := p.parts(room, 0)
		acts := p.actions(p.view.Buttons, left.W)
		need := height(acts)
		p.stack(Rect{left.X, left.Y, left.W, left.H - need - p.space(4)}, p.entryWords(left.W), 0)
		p.stack(Rect{left.X, left.Bottom() - need, left.W, need}, acts, 1)
		p.pad(right)
		return
	}
	acts := p.actionRow(p.view.Buttons, room.W)
	if acts.h > 0 {
		acts.draw(Rect{room.X, room.Bottom() - acts.h, room.W, acts.h})
		room.H -= acts.h + max(p.Gap(), p.space(6))
	}
	keys := min(room.W, p.padWidth())
	padH := 4*p.keyHeight() + 3*p.Gap()
	p.pad(Rect{room.X + (room.W-keys)/2, room.Bottom() - padH, keys, padH})
	p.stack(Rect{room.X, room.Y, room.W, room.H - padH - max(p.Gap(), p.space(6))}, p.entryWords(room.W), 0.4)
}
