package scene

import (
	"math"

	"motcua/kiosk/model"
)

// Panel is the screen as it is built in.
type Panel struct {
	W, H int // pixels
	// MM is the width of the visible picture in millimetres; zero asks for a
	// guess from the pixels.
	MM float64
}

// Style is a step of the type scale.
type Style string

// The type scale.
const (
	Title  Style = "title"
	Lead   Style = "lead"
	Body   Style = "body"
	Strong Style = "strong" // a value that matters, a name
	Label  Style = "label"  // on a button
	Small  Style = "small"
)

// ems are the sizes of the scale in millimetres per em for a standing person,
// 60 cm away. The smallest capital is 5.2 mm in the normal size and 7.3 mm in the
// large one, which is 0.7 degrees (EN 301 549, 5.1.4).
var ems = map[model.Size]map[Style]float64{
	model.Normal: {Title: 14.5, Lead: 10, Body: 8.6, Strong: 11.5, Label: 10.4, Small: 7.4},
	model.Large:  {Title: 16.5, Lead: 12, Body: 11.4, Strong: 13, Label: 12.4, Small: 10.3},
}

// Theme holds every measure of one panel for one person's settings.
type Theme struct {
	Panel     Panel
	Settings  model.Settings
	Colours   Palette
	px        float64 // pixels per millimetre
	near      float64 // viewing distance against 60 cm
	Landscape bool
}

// smallSide is below which a panel's shorter side makes it one that people stand
// close to, 40 cm away.
const smallSide = 200.0

// NewTheme measures a panel.
func NewTheme(p Panel, s model.Settings) Theme {
	if p.MM <= 0 {
		p.MM = guessMM(p)
	}
	t := Theme{Panel: p, Settings: s, Colours: palettes[s.Colours], near: 1, Landscape: p.W > p.H}
	t.px = float64(p.W) / p.MM
	if min(p.MM, float64(p.H)/t.px) < smallSide {
		t.near = 2.0 / 3
	}
	return t
}

// guessMM is the width of the two panels most often built into kiosks: 21.5
// inches, which is 16:9, and 10.1 inches, which is 16:10.
func guessMM(p Panel) float64 {
	long, short := max(p.W, p.H), min(p.W, p.H)
	mm := 476.4 // the long side
	if float64(long) < 1.68*float64(short) {
		mm = 217.4
	}
	return mm * float64(p.W) / float64(long)
}

// Small tells whether the panel is one that people stand close to.
func (t Theme) Small() bool { return t.near < 1 }

// MM gives pixels for millimetres of the panel.
func (t Theme) MM(mm float64) float64 { return math.Round(mm * t.px) }

// ToMM gives millimetres for pixels.
func (t Theme) ToMM(px float64) float64 { return px / t.px }

// Near gives pixels for millimetres that shrink with the viewing distance.
func (t Theme) Near(mm float64) float64 { return math.Round(mm * t.near * t.px) }

// Em is the size of a style in pixels.
func (t Theme) Em(s Style) float64 {
	sizes := ems[t.Settings.Size]
	if sizes == nil {
		sizes = ems[model.Normal]
	}
	return math.Round(sizes[s] * t.near * t.px)
}

// Edge is how far every target stays from the edge of the panel.
func (t Theme) Edge() float64 {
	if t.Small() {
		return t.MM(6)
	}
	return t.MM(13)
}

// Gap is the space between two targets.
func (t Theme) Gap() float64 {
	if t.Small() {
		return t.MM(3.2)
	}
	return t.MM(5)
}

// Touch is the least height and width of a target.
func (t Theme) Touch() float64 { return math.Ceil(20 * t.px) }

// Main is the height of the primary button.
func (t Theme) Main() float64 {
	if t.Small() {
		return t.MM(22)
	}
	return t.MM(32)
}

// Second is the height of the other buttons.
func (t Theme) Second() float64 {
	if t.Small() {
		return t.Touch()
	}
	return t.MM(25)
}

// Radius is that of buttons and cards.
func (t Theme) Radius() float64 { return t.Near(5) }

// Border is the width of a button's line.
func (t Theme) Border() float64 { return max(2, t.Near(0.9)) }
