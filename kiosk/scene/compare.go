package scene

import (
	"math"

	"motcua/kiosk/model"
)

// comparePage shows the picture of a card beside who the card says it is. The picture is
// what the screen is for: everything else gives way before it.
func (p *page) comparePage(room Rect) {
	v, c := p.view, p.Colours
	if p.Landscape {
		p.compareLying(room)
		return
	}
	acts := p.actions(v.Buttons, room.W)
	read, act := p.parts(room, height(acts))
	title := p.words(v.Title, Title, read.W, Left, c.Ink, 6)
	blocks := []block{
		{h: p.Near(62 * max(0.75, p.fit.gap)), grow: p.Near(90), draw: p.portraitOf},
		title, p.sheet(v.Rows, read.W, 4),
	}
	if p.Small() {
		blocks = []block{title, p.besides(read.W)}
	}
	if v.Notice != nil {
		blocks = append(blocks, p.notice(*v.Notice, read.W, 4))
	}
	p.stack(read, blocks, 0.3)
	p.stack(act, acts, 1)
}

// besides has the picture and who it is beside each other, where there is no room for
// one above the other.
func (p *page) besides(w float64) block {
	face := math.Round(p.MM(41) * photoRatio)
	rows := p.sheet(p.view.Rows, w-face-p.Gap(), 0)
	return block{gap: p.space(4), h: max(rows.h, p.MM(41)), grow: p.MM(20), draw: func(r Rect) {
		p.portraitOf(Rect{r.X, r.Y, face, r.H})
		rows.draw(Rect{r.X + face + p.Gap(), r.Y, r.W - face - p.Gap(), r.H})
	}}
}

// photoRatio is width by height of the picture on a card.
const photoRatio = 3.0 / 4

// compareLying has the picture on the side that is not touched, with as much of who it is
// under it as leaves the picture large; what went wrong stands in its place.
func (p *page) compareLying(room Rect) {
	v, c := p.view, p.Colours
	p.split = 0.42
	left, right := p.parts(room, 0)
	rows := v.Rows
	if p.Small() {
		rows = rows[:min(1, len(rows))]
	}
	facts := p.pairs(rows, left.W, 4)
	if v.Notice != nil {
		facts = p.notice(*v.Notice, left.W, 4)
	}
	p.stack(left, []block{{h: left.H - facts.h - facts.gap, draw: p.portraitOf}, facts}, 0)
	acts := p.actions(v.Buttons, right.W)
	need := height(acts)
	title := p.words(v.Title, Title, right.W, Left, c.Ink, 0)
	p.stack(Rect{right.X, right.Y, right.W, right.H - need - p.space(6)}, []block{title}, 0)
	p.stack(Rect{right.X, right.Bottom() - need, right.W, need}, acts, 1)
}

// portraitOf draws the picture as large as it fits, or a sign where there is none.
func (p *page) portraitOf(r Rect) {
	picture, c := p.view.Picture, p.Colours
	if picture == nil {
		p.picture(model.ArtCare, r)
		return
	}
	scale := min(r.W/float64(picture.W), r.H/float64(picture.H))
	w, h := math.Floor(float64(picture.W)*scale), math.Floor(float64(picture.H)*scale)
	box := Rect{math.Round(r.X + (r.W-w)/2), math.Round(r.Y + (r.H-h)/2), w, h}
	edge := max(1, p.Near(0.8))
	p.fill(Box(box.Inset(-edge, -edge)), c.Line)
	p.list.Ops = append(p.list.Ops, Op{Picture: &Picture{*picture, box}})
}
