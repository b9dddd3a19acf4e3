package scene

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/go-text/typesetting/font"

	"motcua/kiosk/model"
)

// Rect is a rectangle in pixels.
type Rect struct{ X, Y, W, H float64 }

// Right is the first x beyond the rectangle.
func (r Rect) Right() float64 { return r.X + r.W }

// Bottom is the first y beyond the rectangle.
func (r Rect) Bottom() float64 { return r.Y + r.H }

// Inset shrinks the rectangle on each side.
func (r Rect) Inset(dx, dy float64) Rect { return Rect{r.X + dx, r.Y + dy, r.W - 2*dx, r.H - 2*dy} }

// Has tells whether the point lies inside.
func (r Rect) Has(x, y float64) bool {
	return x >= r.X && x < r.Right() && y >= r.Y && y < r.Bottom()
}

// Color is an opaque or translucent colour, not premultiplied.
type Color = color.NRGBA

// Op is one thing to draw: a shape, or a line of text when Text is set, or a picture
// when Picture is.
type Op struct {
	Path    Path
	Fill    Color
	Stroke  float64 // width of the line along Path in pixels; zero fills Path
	Text    *Text
	Picture *Picture
}

// Picture is a picture of its own pixels, drawn over the whole of a box.
type Picture struct {
	model.Picture
	Box Rect // on whole pixels
}

// Text is one line of shaped text.
type Text struct {
	Face   Face
	Size   int     // pixels per em
	X, Y   float64 // start of the baseline
	W      float64 // advance
	Glyphs []Glyph
	String string
	Box    Rect // the room the line was given
}

// Glyph is one glyph at its place relative to the start of the baseline.
type Glyph struct {
	ID   font.GID
	X, Y float32
}

// Target is a place to tap.
type Target struct {
	ID     string
	Rect   Rect
	Spoken string
}

// List is a whole screen.
type List struct {
	W, H    int
	Ops     []Op
	Targets []Target
	// Over names what found no room; a test keeps it empty on every screen,
	// language, size and panel.
	Over []string
}

// At is the target under a point, or nil.
func (l *List) At(x, y float64) *Target {
	for i := range l.Targets {
		if l.Targets[i].Rect.Has(x, y) {
			return &l.Targets[i]
		}
	}
	return nil
}

// Golden writes texts and targets with their places: what a test compares
// exactly, where pictures may differ by a rounding.
func (l *List) Golden() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%dx%d, %d ops\n", l.W, l.H, len(l.Ops))
	for _, op := range l.Ops {
		if p := op.Picture; p != nil {
			fmt.Fprintf(&b, "picture %dx%d %.0f,%.0f %.0fx%.0f\n", p.W, p.H, p.Box.X, p.Box.Y, p.Box.W, p.Box.H)
		}
		if t := op.Text; t != nil {
			fmt.Fprintf(&b, "text %s/%d %.0f,%.0f w%.0f %q\n", t.Face, t.Size, t.X, t.Y, t.W, t.String)
		}
	}
	for _, t := range l.Targets {
		fmt.Fprintf(&b, "target %s %.0f,%.0f %.0fx%.0f %q\n", t.ID, t.Rect.X, t.Rect.Y, t.Rect.W, t.Rect.H, t.Spoken)
	}
	return b.String()
}
