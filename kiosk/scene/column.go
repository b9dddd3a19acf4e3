package scene

import "math"

// block is one thing in a column.
type block struct {
	gap  float64 // space before it
	h    float64 // least height
	grow float64 // height it can use beyond that
	draw func(Rect)
}

// stack puts blocks under each other. Spare height goes to those that can use
// it, in proportion; what is left over stays above (above = 1), below (0) or
// around them.
func (p *page) stack(r Rect, blocks []block, above float64) {
	var need, want float64
	for i, b := range blocks {
		if i > 0 {
			need += b.gap
		}
		need += b.h
		want += b.grow
	}
	spare := r.H - need
	if spare < -1 {
		p.over("column")
	}
	share := 0.0
	if want > 0 {
		share = max(0, min(1, spare/want))
	}
	y := r.Y + max(0, spare-share*want)*above
	for i, b := range blocks {
		if i > 0 {
			y += b.gap
		}
		h := b.h + math.Floor(share*b.grow)
		b.draw(Rect{r.X, math.Round(y), r.W, h})
		y += h
	}
}

// height is what blocks need at least.
func height(blocks []block) float64 {
	var h float64
	for i, b := range blocks {
		if i > 0 {
			h += b.gap
		}
		h += b.h
	}
	return h
}

// parts cuts a screen in two: what is read, and what is done about it. Upright,
// the buttons stand at the bottom, where every hand reaches; lying, they stand
// beside the words.
func (p *page) parts(room Rect, actions float64) (read, act Rect) {
	if p.Landscape {
		gap := p.Gap() * 2
		first := math.Round((room.W - gap) * p.split)
		return Rect{room.X, room.Y, first, room.H}, Rect{room.X + first + gap, room.Y, room.W - first - gap, room.H}
	}
	gap := max(p.Gap(), p.space(9))
	if actions == 0 {
		gap = 0
	}
	read = Rect{room.X, room.Y, room.W, room.H - actions - gap}
	return read, Rect{room.X, room.Bottom() - actions, room.W, actions}
}
