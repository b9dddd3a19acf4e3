package ticket

import "image"

// sheet is the paper while it is being set.
type sheet struct {
	paper *Bitmap
	measures
	y   int // where the next block begins
	gap int // white that is due before it
}

// width is what is left between the margins.
func (s *sheet) width() int { return s.paper.W - 2*s.margin }

// apart asks for white between what was set and what comes; of two wishes the
// larger counts.
func (s *sheet) apart(dots int) { s.gap = max(s.gap, dots) }

// room takes the white that is due and makes room for h dots.
func (s *sheet) room(h int) error {
	s.y += s.gap
	s.gap = 0
	if s.y+h > MaxHeight {
		return ErrTooLong
	}
	s.paper.grow(s.y + h)
	return nil
}

// letter puts a letter down with its pen at x, y.
func (s *sheet) letter(l letter, x, y int) {
	for i, black := range l.ink {
		if black {
			s.paper.ink(x+l.at.X+i%l.w, y+l.at.Y+i/l.w)
		}
	}
}

// rule draws a line across.
func (s *sheet) rule() error {
	const thick = 2
	if err := s.room(thick); err != nil {
		return err
	}
	s.paper.box(image.Rect(s.margin, s.y, s.paper.W-s.margin, s.y+thick))
	s.y += thick
	return nil
}
