package scene

import (
	"math"
	"strings"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// Paragraph is text broken into lines of one width.
type Paragraph struct {
	Face  Face
	Size  int
	Lead  float64 // distance of two baselines
	Lines []Line
	Wide  float64 // advance of the longest line
}

// Line is one line of a paragraph.
type Line struct {
	Glyphs []Glyph
	W      float64
	String string
}

// H is the height of all lines.
func (p Paragraph) H() float64 { return math.Ceil(float64(len(p.Lines)) * p.Lead) }

// shaper breaks and shapes text. It keeps no text between two calls.
type shaper struct {
	fonts *Fonts
	hb    shaping.HarfbuzzShaper
	seg   shaping.Segmenter
}

func newShaper(f *Fonts) *shaper {
	s := &shaper{fonts: f}
	s.hb.SetFontCacheSize(2) // regular and bold: what was worked out about them is half of the time
	return s
}

type oneFace struct{ *font.Face }

func (f oneFace) ResolveFace(rune) *font.Face { return f.Face }

// lay breaks s into lines that are at most width wide. balanced evens out the
// lengths of the lines without adding one.
func (s *shaper) lay(text string, face Face, size, width, leading float64, balanced bool) Paragraph {
	p := Paragraph{Face: face, Size: int(size), Lead: size * leading}
	for part := range strings.SplitSeq(text, "\n") {
		lines := s.wrap(part, face, size, width)
		if balanced && len(lines) > 1 {
			lines = s.balance(part, face, size, width, lines)
		}
		p.Lines = append(p.Lines, lines...)
	}
	for _, l := range p.Lines {
		p.Wide = max(p.Wide, l.W)
	}
	return p
}

// balance finds the narrowest width that needs no more lines.
func (s *shaper) balance(text string, face Face, size, width float64, lines []Line) []Line {
	lo, hi := width/2, width
	for range 6 {
		mid := (lo + hi) / 2
		tried := s.wrap(text, face, size, mid)
		if len(tried) > len(lines) || widest(tried) > mid {
			lo = mid
			continue
		}
		hi, lines = mid, tried
	}
	return lines
}

func widest(lines []Line) float64 {
	var w float64
	for _, l := range lines {
		w = max(w, l.W)
	}
	return w
}

func (s *shaper) wrap(text string, face Face, size, width float64) []Line {
	runes := []rune(text)
	in := shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: di.DirectionLTR, Face: s.fonts.Face(face),
		Size: fixed.I(int(size)), Script: language.Latin, Language: language.NewLanguage("vi"),
	}
	var runs []shaping.Output
	for _, part := range s.seg.Split(in, oneFace{s.fonts.Face(face)}) {
		runs = append(runs, s.hb.Shape(part))
	}
	var w shaping.LineWrapper
	config := shaping.WrapConfig{BreakPolicy: shaping.Never}
	lines, _ := w.WrapParagraph(config, int(width), runes, shaping.NewSliceIterator(runs))
	out := make([]Line, 0, len(lines))
	for _, l := range lines {
		out = append(out, place(l, runes))
	}
	return out
}

// place sets the glyphs of a line one after the other, runs in visual order.
func place(l shaping.Line, runes []rune) Line {
	var out Line
	var x fixed.Int26_6
	from, to := len(runes), 0
	for _, run := range visual(l) {
		from, to = min(from, run.Runes.Offset), max(to, run.Runes.Offset+run.Runes.Count)
		for _, g := range run.Glyphs {
			out.Glyphs = append(out.Glyphs, Glyph{
				ID: g.GlyphID, X: px32(x + g.XOffset), Y: -px32(g.YOffset),
			})
			x += g.XAdvance
		}
	}
	out.W = float64(x) / 64
	if from < to {
		out.String = strings.TrimRight(string(runes[from:to]), " ")
	}
	return out
}

// visual puts runs of the opposite direction into the order they are seen in:
// neighbours that run right to left swap places (UAX 9, rule L2).
func visual(l shaping.Line) shaping.Line {
	out := append(shaping.Line(nil), l...)
	for i := 0; i < len(out); {
		j := i
		for j < len(out) && out[j].Direction.Progression() == di.TowardTopLeft {
			j++
		}
		for a, b := i, j-1; a < b; a, b = a+1, b-1 {
			out[a], out[b] = out[b], out[a]
		}
		i = max(j, i+1)
	}
	return out
}

func px32(v fixed.Int26_6) float32 { return float32(v) / 64 }
