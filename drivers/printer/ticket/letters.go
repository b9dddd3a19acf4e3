package ticket

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"math"
	"slices"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"golang.org/x/image/vector"

	"motcua/protocol/notosans"
)

// maxLetters bounds the letters that are kept; tickets in two languages need
// about 200.
const maxLetters = 2000

// parts is how finely a dot is divided across while a letter is fitted.
const parts = 8

// largest is the size, in dots, above which letters are not fitted sideways: their
// lines are so thick that a dot does not show.
const largest = 60

// cut is a way to cut letters: a font at a size.
type cut struct {
	bold bool
	size int // an em in dots
}

type letterKey struct {
	cut
	id font.GID
}

// letter is a glyph in dots and where its corner stands from the pen.
type letter struct {
	at   image.Point
	w, h int
	ink  []bool
}

// letters cuts glyphs and keeps them.
type letters struct {
	regular, bold *font.Face
	kept          map[letterKey]letter
	r             vector.Rasterizer
	cover         image.Alpha
}

func newLetters() (*letters, error) {
	regular, err := font.ParseTTF(bytes.NewReader(notosans.Regular()))
	if err != nil {
		return nil, fmt.Errorf("embedded regular font: %w", err)
	}
	bold, err := font.ParseTTF(bytes.NewReader(notosans.Bold()))
	if err != nil {
		return nil, fmt.Errorf("embedded bold font: %w", err)
	}
	return &letters{regular: regular, bold: bold, kept: map[letterKey]letter{}}, nil
}

func (f *letters) face(c cut) *font.Face {
	if c.bold {
		return f.bold
	}
	return f.regular
}

// letter cuts a glyph once.
func (f *letters) letter(k letterKey) letter {
	if l, ok := f.kept[k]; ok {
		return l
	}
	if len(f.kept) >= maxLetters {
		clear(f.kept)
	}
	l := f.cutOut(k)
	f.kept[k] = l
	return l
}

// cutOut draws a glyph as black and white dots. Up to a size its stems get a
// whole number of dots, and it stands where the fewest dots are in doubt.
func (f *letters) cutOut(k letterKey) letter {
	o, ok := f.face(k.cut).GlyphData(k.id).(font.GlyphOutline)
	if !ok || len(o.Segments) == 0 {
		return letter{}
	}
	g := f.grid(k.cut)
	if k.size > largest {
		return threshold(f.draw(o, g, 1))
	}
	fine, at := f.draw(o, g, parts)
	lacks := int(round(g.widen * parts))
	widen(fine, lacks)
	var best letter
	least := math.MaxInt
	for i := range parts {
		cover := coarse(fine, i-parts/2-lacks/2)
		if d := doubt(cover); d < least {
			least = d
			best = threshold(cover, image.Pt(at.X/parts, at.Y))
		}
	}
	return best
}

// widen makes the stems of a finely drawn letter n parts wider, or narrower where
// n is negative.
func widen(fine *image.Alpha, n int) {
	w := fine.Rect.Dx()
	out := make([]uint8, w)
	for row := range slices.Chunk(fine.Pix, w) {
		for x := range row {
			window := row[max(0, x-abs(n)) : x+1]
			if n >= 0 {
				out[x] = slices.Max(window)
			} else {
				out[x] = slices.Min(window)
			}
		}
		copy(row, out)
	}
}

func abs(n int) int { return max(n, -n) }

// coarse puts parts together to dots, after moving them to the right.
func coarse(fine *image.Alpha, shift int) *image.Alpha {
	out := image.NewAlpha(image.Rect(0, 0, fine.Rect.Dx()/parts, fine.Rect.Dy()))
	for i := range out.Pix {
		y, x := i/out.Stride, i%out.Stride*parts-shift
		sum := 0
		for p := max(0, x); p < min(x+parts, fine.Stride); p++ {
			sum += int(fine.Pix[y*fine.Stride+p])
		}
		out.Pix[i] = uint8(sum / parts)
	}
	return out
}

// doubt is how far a picture is from black and white.
func doubt(cover *image.Alpha) (sum int) {
	for _, a := range cover.Pix {
		sum += int(min(a, 255-a))
	}
	return sum
}

func threshold(cover *image.Alpha, at image.Point) letter {
	l := letter{at: at, w: cover.Rect.Dx(), h: cover.Rect.Dy(), ink: make([]bool, len(cover.Pix))}
	for i, a := range cover.Pix {
		l.ink[i] = a >= 128
	}
	return l
}

// draw covers dots by an outline, each dot divided across into fine parts. Left
// and right of the letter a dot stays free. The coverage is good until the next
// call.
func (f *letters) draw(o font.GlyphOutline, g grid, fine int) (*image.Alpha, image.Point) {
	box := bounds(o, g)
	box.Min.X, box.Max.X = (box.Min.X-1)*fine, (box.Max.X+1)*fine
	f.r.Reset(box.Dx(), box.Dy())
	at := func(q opentype.SegmentPoint) (x, y float32) {
		return g.x(q.X)*float32(fine) - float32(box.Min.X), -g.y(q.Y) - float32(box.Min.Y)
	}
	for _, s := range o.Segments {
		ax, ay := at(s.Args[0])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			f.r.ClosePath()
			f.r.MoveTo(ax, ay)
		case opentype.SegmentOpLineTo:
			f.r.LineTo(ax, ay)
		case opentype.SegmentOpQuadTo:
			bx, by := at(s.Args[1])
			f.r.QuadTo(ax, ay, bx, by)
		case opentype.SegmentOpCubeTo:
			bx, by := at(s.Args[1])
			cx, cy := at(s.Args[2])
			f.r.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	f.r.ClosePath()
	n := box.Dx() * box.Dy()
	if cap(f.cover.Pix) < n {
		f.cover.Pix = make([]uint8, n)
	}
	f.cover = image.Alpha{Pix: f.cover.Pix[:n], Stride: box.Dx(), Rect: image.Rect(0, 0, box.Dx(), box.Dy())}
	f.r.DrawOp = draw.Src
	f.r.Draw(&f.cover, f.cover.Rect, image.Opaque, image.Point{})
	return &f.cover, box.Min
}

// bounds is the whole dots around an outline's points.
func bounds(o font.GlyphOutline, g grid) image.Rectangle {
	var box image.Rectangle
	for _, s := range o.Segments {
		for _, q := range s.ArgsSlice() {
			x, y := floor(g.x(q.X)), floor(-g.y(q.Y))
			box = box.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	return box
}

func floor(v float32) int { return int(math.Floor(float64(v))) }

// grid brings a font's units to dots. Sideways it scales; upwards it also moves
// the lines that the eye sees, the heights of small and of capital letters, to
// whole dots, and what lies between along with them.
type grid struct {
	scale          float32
	xHeight, caps  float32 // in dots, as they are
	xFitted, cFits float32 // in dots, whole
	widen          float32 // dots that a stem lacks to be a whole number wide
}

func (f *letters) grid(c cut) grid {
	face := f.face(c)
	scale := float32(c.size) / float32(face.Upem())
	g := grid{scale: scale, xHeight: face.LineMetric(font.XHeight) * scale, caps: face.LineMetric(font.CapHeight) * scale}
	g.xFitted, g.cFits = round(g.xHeight), round(g.caps)
	if l, ok := face.NominalGlyph('l'); ok {
		// Thermal paper and old eyes: when in doubt, rather thick than thin.
		stem := stem(face, l) * scale
		g.widen = max(2, round(stem+0.1)) - stem
	}
	return g
}

// stem is how wide the letter l is in the font's units: a plain upright line.
func stem(face *font.Face, l font.GID) float32 {
	e, _ := face.GlyphExtents(l)
	return e.Width
}

func round(v float32) float32 { return float32(math.Round(float64(v))) }

func (g grid) x(u float32) float32 { return u * g.scale }

func (g grid) y(u float32) float32 {
	v := u * g.scale
	switch {
	case v <= 0:
		return v
	case v <= g.xHeight:
		return v * (g.xFitted / g.xHeight)
	case v <= g.caps:
		return g.xFitted + (v-g.xHeight)*((g.cFits-g.xFitted)/(g.caps-g.xHeight))
	default:
		return v - g.caps + g.cFits
	}
}
