package scene

import (
	"math"

	qr "github.com/piglig/go-qr"

	"motcua/kiosk/model"
)

// quiet is the white around a code, in modules (ISO/IEC 18004, 6.3.8).
const quiet = 4

// finest is the smallest module of a code, in millimetres, which cameras of cheap phones
// still tell apart.
const finest = 0.4

// pay is a payment code with the words that belong to it, on white in every scheme:
// cameras of phones read dark on light.
func (p *page) pay(m model.Pay, w, gap float64) block {
	c := p.Colours
	q, err := qr.EncodeText(m.Code, qr.Medium)
	if err != nil { // too long for a code: the words alone
		return p.words(m.Words, Body, w, Centre, c.Soft, gap)
	}
	n := float64(q.Size() + 2*quiet)
	module := max(math.Ceil(finest*p.px), math.Floor(p.Near(54)*max(0.5, p.fit.gap)/n))
	side := module * n
	pad := p.Near(4)
	par := p.lay(m.Words, Body, w-side-4*pad)
	h := max(side+2*pad, par.H()+2*pad)
	return block{gap: p.space(gap), h: h, draw: func(r Rect) {
		p.card(r)
		y := math.Round(r.Y + (r.H-side)/2)
		p.fill(Box(Rect{r.X + pad, y, side, side}), hex(0xffffff))
		p.fill(modules(q, r.X+pad+quiet*module, y+quiet*module, module), hex(0x000000))
		p.middle(par, Rect{r.X + side + 2*pad, r.Y, par.Wide + 1, r.H}, Left, c.Ink)
	}}
}

// modules are the dark modules of a code, those beside each other in one.
func modules(q *qr.QrCode, x0, y0, module float64) (all Path) {
	for y := range q.Size() {
		for x := 0; x < q.Size(); x++ {
			from := x
			for x < q.Size() && q.Module(x, y) {
				x++
			}
			if x > from {
				all = append(all, Box(Rect{x0 + float64(from)*module, y0 + float64(y)*module, float64(x-from) * module, module})...)
			}
		}
	}
	return all
}
