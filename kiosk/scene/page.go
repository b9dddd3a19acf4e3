package scene

import (
	"math"

	"motcua/kiosk/model"
)

// Scene lays views out. It is used from one goroutine.
type Scene struct{ shaper *shaper }

// New makes a scene with its fonts.
func New(f *Fonts) *Scene { return &Scene{newShaper(f)} }

// fit is how tightly a screen is set. The first one that holds everything is
// taken; pictures give way before words do, and words before targets.
type fit struct {
	gap  float64 // of the normal space
	art  float64 // least height of a picture, of the normal one; zero leaves it out
	text float64 // of the normal size
}

var fits = []fit{{1, 1, 1}, {0.75, 0.7, 1}, {0.6, 0.5, 1}, {0.55, 0, 1}, {0.45, 0, 0.92}, {0.4, 0, 0.84}, {0.35, 0, 0.76}, {0.3, 0, 0.7}}

// lying is the same for a lying screen, where a picture stands beside the words
// and leaving it out is the last resort.
var lying = []fit{{1, 1, 1}, {0.75, 1, 1}, {0.6, 1, 0.92}, {0.5, 1, 0.84}, {0.4, 1, 0.76}, {0.35, 1, 0.7}, {0.35, 0, 0.8}, {0.35, 0, 0.7}}

// Build lays v out on the panel; down is the id of the target under a finger.
func (s *Scene) Build(v model.View, panel Panel, down string) *List {
	var l *List
	ladder := fits
	if panel.W > panel.H {
		ladder = lying
	}
	for _, f := range ladder {
		p := page{
			view: v, Theme: NewTheme(panel, v.Settings), fit: f, split: 0.5, down: down, shaper: s.shaper,
			list: &List{W: panel.W, H: panel.H},
		}
		p.draw()
		if l = p.list; len(l.Over) == 0 {
			break
		}
	}
	return l
}

// page is one view being laid out.
type page struct {
	Theme
	view   model.View
	fit    fit
	split  float64 // of a lying screen: the share of its left part
	down   string
	shaper *shaper
	list   *List
}

// draw lays the frame and the screen inside it.
func (p *page) draw() {
	p.fill(Box(Rect{0, 0, float64(p.Panel.W), float64(p.Panel.H)}), p.Colours.Ground)
	room := p.frame()
	switch p.view.Screen {
	case model.Key, model.PIN, model.Vouch:
		p.keyPage(room)
	case model.Identify, model.Check, model.Duty:
		p.formPage(room)
	case model.Compare:
		p.comparePage(room)
	case model.Question:
		if p.view.Pad != nil || p.view.Board != nil {
			p.entryPage(room)
			return
		}
		if p.view.Art != "" { // nothing to tap: a code is held before the reader
			p.messagePage(room)
			return
		}
		p.choosePage(room)
	case model.Token:
		p.entryPage(room)
	case model.Preview:
		if len(p.view.Rows) == 0 {
			p.messagePage(room)
			return
		}
		p.formPage(room)
	case model.Choose, model.Menu, model.Officer:
		p.choosePage(room)
	case model.Desk:
		if len(p.view.Choices) == 0 {
			p.messagePage(room)
			return
		}
		p.choosePage(room)
	case model.Done:
		p.donePage(room)
	case model.Show:
		p.showPage(room)
	case model.Reading:
		p.readingPage(room)
	case model.Still:
		p.stillPage(room)
	default:
		p.messagePage(room)
	}
}

func (p *page) fill(path Path, c Color) {
	p.list.Ops = append(p.list.Ops, Op{Path: path, Fill: c})
}

func (p *page) stroke(path Path, width float64, c Color) {
	p.list.Ops = append(p.list.Ops, Op{Path: path, Fill: c, Stroke: width})
}

// over notes that something found no room.
func (p *page) over(what string) { p.list.Over = append(p.list.Over, what) }

// space is a gap of the grid, in millimetres for a standing person.
func (p *page) space(mm float64) float64 { return math.Round(p.Near(mm) * p.fit.gap) }

// leadings are the distances of baselines in ems: room for the two accents over
// a Vietnamese capital.
var leadings = map[Style]float64{Title: 1.26, Lead: 1.36, Body: 1.36, Strong: 1.3, Label: 1.26, Small: 1.34}

func (s Style) face() Face {
	switch s {
	case Title, Strong, Label:
		return Bold
	}
	return Regular
}

// lay breaks text of a style into lines of at most width.
func (p *page) lay(text string, s Style, width float64) Paragraph {
	return p.layFace(text, s, s.face(), width)
}

func (p *page) layFace(text string, s Style, f Face, width float64) Paragraph {
	size := math.Round(p.Em(s) * p.fit.text)
	return p.shaper.lay(text, f, size, width, leadings[s], s == Title || s == Lead || s == Label)
}

// Align is where lines stand in their box.
type Align int

// Alignments.
const (
	Left Align = iota
	Centre
)

// text draws a paragraph into its box, from the top.
func (p *page) text(par Paragraph, r Rect, a Align, c Color) {
	if par.H() > r.H+1 || par.Wide > r.W+1 {
		p.over("text")
	}
	for i, l := range par.Lines {
		if len(l.Glyphs) == 0 {
			continue
		}
		x := r.X
		if a == Centre {
			x += (r.W - l.W) / 2
		}
		// The middle of the capitals stands in the middle of the line.
		y := r.Y + (float64(i)+0.5)*par.Lead + capHeight/2*float64(par.Size)
		p.list.Ops = append(p.list.Ops, Op{Fill: c, Text: &Text{
			Face: par.Face, Size: par.Size, X: math.Round(x), Y: math.Round(y), W: l.W, Glyphs: l.Glyphs, String: l.String, Box: r,
		}})
	}
}

// middle draws a paragraph in the middle of the height of its box.
func (p *page) middle(par Paragraph, r Rect, a Align, c Color) {
	if par.H() > r.H+1 {
		p.over("text in the middle")
	}
	p.text(par, Rect{r.X, r.Y + (r.H-par.H())/2, r.W, max(par.H(), 1)}, a, c)
}

// target makes r tappable.
func (p *page) target(b model.Button, r Rect) {
	if b.Disabled {
		return
	}
	p.list.Targets = append(p.list.Targets, Target{b.ID, Rect{math.Round(r.X), math.Round(r.Y), math.Round(r.W), math.Round(r.H)}, b.Spoken})
}
