package escpos

import (
	"image"
	"image/color"
)

// longest bounds what is kept of a strip, in rows: 6 m.
const longest = 50_000

// strip is the paper from the cutter on: first the rows that are past the head
// already, and white.
type strip struct {
	width int
	rows  [][]byte
}

func newStrip(width int) *strip { return &strip{width: width, rows: make([][]byte, gap)} }

func (s *strip) add(row []byte) {
	if len(s.rows) < longest {
		s.rows = append(s.rows, row)
	}
}

// cut takes off what has passed the cutter, nil if that is nothing.
func (s *strip) cut() *Sheet {
	n := len(s.rows) - gap
	if n <= 0 {
		return nil
	}
	out := &Sheet{s.width, s.rows[:n:n]}
	s.rows = append([][]byte(nil), s.rows[n:]...)
	return out
}

// Sheet is a piece of paper, with its dots. It is an image.
type Sheet struct {
	width int
	rows  [][]byte
}

// Printed is the sheet without the white at its top that comes of the way from the
// head to the cutter.
func (s *Sheet) Printed() *Sheet { return &Sheet{s.width, s.rows[min(gap, len(s.rows)):]} }

// Ink is the number of rows with a black dot.
func (s *Sheet) Ink() (rows int) {
	for y := range s.rows {
		for x := range s.width {
			if s.ColorIndexAt(x, y) == 1 {
				rows++
				break
			}
		}
	}
	return rows
}

// Bounds is the sheet's size in dots.
func (s *Sheet) Bounds() image.Rectangle { return image.Rect(0, 0, s.width, len(s.rows)) }

// ColorModel is a palette of white and black.
func (*Sheet) ColorModel() color.Model { return color.Palette{color.White, color.Black} }

// ColorIndexAt is 1 where a dot was burnt.
func (s *Sheet) ColorIndexAt(x, y int) uint8 {
	if y < 0 || y >= len(s.rows) || x < 0 || x >= s.width || x/8 >= len(s.rows[y]) {
		return 0
	}
	return s.rows[y][x/8] >> (7 - x%8) & 1
}

// At is the colour of a dot.
func (s *Sheet) At(x, y int) color.Color {
	if s.ColorIndexAt(x, y) == 1 {
		return color.Black
	}
	return color.White
}
