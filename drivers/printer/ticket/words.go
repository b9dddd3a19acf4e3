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

// wording is the words of a text, line by line as the text has them.
type wording struct {
	lines [][]word
	space int // between two words
}

// line is words beside each other.
type line struct {
	words []placed
	w     int
}

// placed is a word and where it begins in its line.
type placed struct {
	word
	x int
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

// wording shapes the words of a text, and takes those apart between their letters
// that are wider than a line.
func (s *Setter) wording(text string, c cut, width int) wording {
	out := wording{space: s.shape([]rune{' '}, c).w}
	for part := range strings.SplitSeq(text, "\n") {
		var words []word
		for _, w := range strings.FieldsFunc(part, func(r rune) bool { return r == ' ' || r == '\t' }) {
			words = append(words, s.pieces([]rune(w), c, width)...)
		}
		out.lines = append(out.lines, words)
	}
	return out
}

// fill fills lines of a width, of which no word is wider.
func (t wording) fill(width int) []line {
	var out []line
	for _, words := range t.lines {
		var l line
		for _, w := range words {
			if len(l.words) > 0 && l.w+t.space+w.w > width {
				out, l = append(out, l), line{}
			}
			if len(l.words) > 0 {
				l.w += t.space
			}
			l.words = append(l.words, placed{w, l.w})
			l.w += w.w
		}
		out = append(out, l)
	}
	return out
}

// even fills as few lines as fill does, but of about equal length, so that no word
// stands alone below the others.
func (t wording) even(width int) []line {
	lines := t.fill(width)
	for lo, hi := t.widest(), width; lo < hi && len(lines) > 1; {
		mid := (lo + hi) / 2
		if tried := t.fill(mid); len(tried) <= len(lines) {
			lines, hi = tried, mid
		} else {
			lo = mid + 1
		}
	}
	return lines
}

// widest is the width of the widest word.
func (t wording) widest() (widest int) {
	for _, words := range t.lines {
		for _, w := range words {
			widest = max(widest, w.w)
		}
	}
	return widest
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
