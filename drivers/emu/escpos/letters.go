package escpos

import (
	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/math/fixed"
)

// A letter of font A, in dots.
const (
	letterWide = 12
	letterHigh = 24
)

// composition is the line of letters that is being composed.
type composition struct {
	align      byte // 0 left, 1 centre, 2 right
	bold       bool
	wide, high int // times larger than usual, less one
	cells      []cell
}

type cell struct {
	letter     byte
	bold       bool
	wide, high int
}

func (c cell) width() int { return letterWide * (c.wide + 1) }

// letter adds a letter to the line, after printing a line that is full.
func (p *Printer) letter(epoch int, b byte) error {
	c := cell{b, p.line.bold, p.line.wide, p.line.high}
	if p.line.length()+c.width() > p.options.Width {
		if err := p.printLine(epoch); err != nil {
			return err
		}
	}
	p.line.cells = append(p.line.cells, c)
	return nil
}

func (l composition) length() (dots int) {
	for _, c := range l.cells {
		dots += c.width()
	}
	return dots
}

// printLine prints the line, or feeds one where there is none.
func (p *Printer) printLine(epoch int) error {
	rows := spacing
	for _, c := range p.line.cells {
		rows = max(rows, letterHigh*(c.high+1))
	}
	for y := range rows {
		row := make([]byte, (p.line.length()+7)/8)
		x := 0
		for _, c := range p.line.cells {
			c.draw(row, x, y-(rows-letterHigh*(c.high+1)))
			x += c.width()
		}
		if err := p.burn(epoch, p.aligned(row)); err != nil {
			return err
		}
	}
	p.line.cells = nil
	return nil
}

// draw puts row y of a letter into a row of dots, from x on.
func (c cell) draw(row []byte, x, y int) {
	if y < 0 {
		return
	}
	face := inconsolata.Regular8x16
	if c.bold {
		face = inconsolata.Bold8x16
	}
	_, mask, corner, _, _ := face.Glyph(fixed.Point26_6{}, rune(c.letter))
	for dx := range c.width() {
		gx, gy := dx*face.Width/c.width(), y*face.Height/(letterHigh*(c.high+1))
		if _, _, _, a := mask.At(corner.X+gx, corner.Y+gy).RGBA(); a > 0x7FFF {
			row[(x+dx)/8] |= 0x80 >> ((x + dx) % 8)
		}
	}
}

// aligned moves a row to the middle or the right, in whole bytes.
func (p *Printer) aligned(row []byte) []byte {
	free := p.options.Width/8 - len(row)
	shift := 0
	switch {
	case p.line.align == 1:
		shift = free / 2
	case p.line.align == 2:
		shift = free
	}
	if shift <= 0 {
		return row
	}
	return append(make([]byte, shift), row...)
}
