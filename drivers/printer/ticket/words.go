package ticket

import (
	"math"
	"strings"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// word is glyphs that stay together, placed from the pen at its beginning.
type word struct {
	glyphs []glyph
	w      int
}

type glyph struct {
	id   font.GID
	x, y int
}

// line is words beside each other.
type line struct {
	words []word
	w     int
}

// shape sets the letters of one word: kerned, with marks over their letters.
func (s *Setter) shape(text []rune, c cut) word {
	out := s.hb.Shape(shaping.Input{
		Text: text, RunEnd: len(text), Direction: di.DirectionLTR, Face: s.letters.face(c),
		Size: fixed.I(c.size), Script: language.Latin, Language: language.NewLanguage("vi"),
	})
	var w word
	var pen fixed.Int26_6
	for _, g := range out.Glyphs {
		w.glyphs = append(w.glyphs, glyph{g.GlyphID, (pen + g.XOffset).Round(), -g.YOffset.Round()})
		pen += g.XAdvance
	}
	w.w = pen.Ceil()
	return w
}

// lines breaks a text at its spaces, and a word that is wider than a line between
// its letters. The text's own line breaks stay.
func (s *Setter) lines(text string, c cut, width int) []line {
	space := s.shape([]rune{' '}, c).w
	var out []line
	for part := range strings.SplitSeq(text, "\n") {
		var l line
		for _, piece := range strings.FieldsFunc(part, func(r rune) bool { return r == ' ' || r == '\t' }) {
			for _, w := range s.pieces([]rune(piece), c, width) {
				if len(l.words) > 0 && l.w+space+w.w > width {
					out, l = append(out, l), line{}
				}
				l.add(w, space)
			}
		}
		out = append(out, l)
	}
	return out
}

// even breaks a text again, which takes these lines at a width, into as many of
// about equal length, so that no word stands alone below the others.
func (s *Setter) even(text string, c cut, lines []line, width int) []line {
	lo, hi := widestWord(lines), width
	for lo < hi && len(lines) > 1 {
		mid := (lo + hi) / 2
		if tried := s.lines(text, c, mid); len(tried) <= len(lines) {
			lines, hi = tried, mid
		} else {
			lo = mid + 1
		}
	}
	return lines
}

func widestWord(lines []line) (widest int) {
	for _, l := range lines {
		for _, w := range l.words {
			widest = max(widest, w.w)
		}
	}
	return widest
}

func (l *line) add(w word, space int) {
	if len(l.words) > 0 {
		l.w += space
	}
	for i := range w.glyphs {
		w.glyphs[i].x += l.w
	}
	l.words = append(l.words, w)
	l.w += w.w
}

// pieces is a word, or as many parts of it as it takes for each to fit.
func (s *Setter) pieces(text []rune, c cut, width int) []word {
	var out []word
	for len(text) > 0 {
		w := s.shape(text, c)
		n := len(text)
		for n > 1 && w.w > width {
			// Letters are about as wide as each other: go near, then one by one.
			n = clusterStart(text, min(n-1, max(1, n*width/w.w+1)))
			w = s.shape(text[:n], c)
		}
		out, text = append(out, w), text[n:]
	}
	return out
}

// clusterStart is the last place not after n where a letter with its marks
// begins, but not the text's beginning.
func clusterStart(text []rune, n int) int {
	for i := n; i > 0; i-- {
		if !isMark(text[i]) {
			return i
		}
	}
	return n
}

// largestFit is the greatest size, from most down to least, at which a text is no
// wider than width; ok is false where even the least is too wide.
func (s *Setter) largestFit(text string, bold bool, most, least, width int) (size int, ok bool) {
	runes := []rune(text)
	at := func(size int) int { return s.shape(runes, cut{bold, size}).w }
	size = most
	if w := at(most); w > width {
		size = int(math.Ceil(float64(most) * float64(width) / float64(w)))
	}
	for ; size >= least; size-- {
		if at(size) <= width {
			return size, true
		}
	}
	return least, false
}
