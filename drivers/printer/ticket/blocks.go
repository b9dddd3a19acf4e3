package ticket

import (
	"image"
	"strings"

	"motcua/drivers"
)

// text sets a paragraph.
func (s *Setter) text(out *sheet, text string, st style) error {
	text, err := s.compose(text, st.bold)
	if err != nil {
		return err
	}
	words := s.wording(text, st.cut, out.width())
	lines := words.fill(out.width())
	if st.align == centred || len(lines[len(lines)-1].words) == 1 {
		lines = words.even(out.width())
	}
	out.apart(st.gap)
	if err := out.room(len(lines) * st.lead); err != nil {
		return err
	}
	for _, l := range lines {
		x := s.margin
		switch st.align {
		case centred:
			x += (out.width() - l.w) / 2
		case right:
			x += out.width() - l.w
		}
		s.put(out, l, st.cut, x, out.y+st.base)
		out.y += st.lead
	}
	out.apart(st.gap)
	return nil
}

// put draws a line with its pen at x, y.
func (s *Setter) put(out *sheet, l line, c cut, x, y int) {
	for _, w := range l.words {
		for _, g := range w.glyphs {
			out.letter(s.letters.letter(letterKey{c, g.id}), x+w.x+g.x, y+g.y)
		}
	}
}

// number sets a text as large as fits on one line; one that would be smaller than
// a heading becomes a heading.
func (s *Setter) number(out *sheet, text string) error {
	text, err := s.compose(strings.Join(strings.Fields(text), " "), true)
	if err != nil {
		return err
	}
	size, ok := s.largestFit(text, true, s.numberSize, s.heading.size, out.width()-2*s.margin)
	if !ok {
		return s.text(out, text, s.heading)
	}
	c := cut{true, size}
	l := line{words: []placed{{word: s.shape([]rune(text), c)}}}
	ink := s.extent(l, c)
	out.apart(s.numberGap)
	if err := out.room(ink.Dy()); err != nil {
		return err
	}
	s.put(out, l, c, (out.paper.W-ink.Dx())/2-ink.Min.X, out.y-ink.Min.Y)
	out.y += ink.Dy()
	out.apart(s.numberGap)
	return nil
}

// extent is what the letters of a line cover, seen from its pen.
func (s *Setter) extent(l line, c cut) image.Rectangle {
	var box image.Rectangle
	for _, w := range l.words {
		for _, g := range w.glyphs {
			k := s.letters.letter(letterKey{c, g.id})
			box = box.Union(image.Rect(0, 0, k.w, k.h).Add(k.at).Add(image.Pt(w.x+g.x, g.y)))
		}
	}
	return box
}

// fact sets label and value on the feet of one line, or the value below the label
// where the two do not fit beside each other.
func (s *Setter) fact(out *sheet, b drivers.Block) error {
	label, err := s.compose(b.Text, s.label.bold)
	if err != nil {
		return err
	}
	value, err := s.compose(b.Value, s.value.bold)
	if err != nil {
		return err
	}
	l := s.wording(label, s.label.cut, out.width()).fill(out.width())
	v := s.wording(value, s.value.cut, out.width()).fill(out.width())
	if len(l) > 1 || len(v) > 1 || l[0].w+s.column+v[0].w > out.width() {
		if err := s.text(out, label, s.label); err != nil {
			return err
		}
		return s.text(out, value, s.value)
	}
	out.apart(s.value.gap)
	if err := out.room(s.value.lead); err != nil {
		return err
	}
	s.put(out, l[0], s.label.cut, s.margin, out.y+s.value.base)
	s.put(out, v[0], s.value.cut, s.margin+out.width()-v[0].w, out.y+s.value.base)
	out.y += s.value.lead
	out.apart(s.value.gap)
	return nil
}
