package ticket

import "fmt"

// Paper is a width of paper, in dots that the head can burn at 203 dpi.
type Paper int

// Papers.
const (
	Paper58 Paper = 384 // 58 mm wide, 48 mm printed
	Paper80 Paper = 576 // 80 mm wide, 72 mm printed
)

// measures are the sizes on one paper, in dots: 8 are a millimetre.
type measures struct {
	margin     int // at both sides
	top        int // above everything, and below
	ruleGap    int // above and below a rule
	column     int // at least between a label and its value
	heading    style
	caption    style
	body       style
	small      style
	label      style
	value      style
	numberSize int // at most
	numberGap  int // above and below the number
	codeWidth  int // of a code with its quiet zone, where it may choose
}

// style is how a paragraph is set.
type style struct {
	cut
	align alignment
	lead  int // from line to line
	base  int // from the top of a line to the feet of its letters
	gap   int // white above and below
}

type alignment int

const (
	left alignment = iota
	centred
	right
)

// measures of a paper. Body letters have an x-height of 15 dots (1.9 mm) on the
// narrow paper and 17 on the wide one: the print of a book for weak eyes.
func (p Paper) measures() (measures, error) {
	switch p {
	case Paper58:
		return measures{
			margin: 6, top: 12, ruleGap: 14, column: 16,
			heading:    paragraph(cut{true, 34}, 4).aligned(centred),
			caption:    paragraph(cut{false, 26}, 2).aligned(centred),
			body:       paragraph(cut{false, 28}, 10),
			small:      paragraph(cut{false, 22}, 12),
			label:      paragraph(cut{false, 28}, 2),
			value:      paragraph(cut{true, 34}, 2).aligned(right),
			numberSize: 260, numberGap: 14, codeWidth: 208,
		}, nil
	case Paper80:
		return measures{
			margin: 12, top: 12, ruleGap: 18, column: 16,
			heading:    paragraph(cut{true, 42}, 4).aligned(centred),
			caption:    paragraph(cut{false, 28}, 2).aligned(centred),
			body:       paragraph(cut{false, 32}, 12),
			small:      paragraph(cut{false, 24}, 14),
			label:      paragraph(cut{false, 32}, 2),
			value:      paragraph(cut{true, 42}, 2).aligned(right),
			numberSize: 260, numberGap: 18, codeWidth: 240,
		}, nil
	default:
		return measures{}, fmt.Errorf("no paper of %d dots", p)
	}
}

// paragraph has the line distance that Noto Sans needs for a capital with two
// marks below a letter with a tail (hhea: 1069 thousandths up, 293 down).
func paragraph(c cut, gap int) style {
	return style{cut: c, lead: (c.size*1362 + 999) / 1000, base: (c.size*1069 + 500) / 1000, gap: gap}
}

func (s style) aligned(a alignment) style { s.align = a; return s }
