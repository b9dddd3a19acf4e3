package ticket

import (
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"
	"unicode"

	qr "github.com/piglig/go-qr"
)

const (
	// quiet is the white around a code, in modules (ISO/IEC 18004, 6.3.8).
	quiet = 4
	// finest is the smallest module, in dots: 0.375 mm, which the cameras of cheap
	// phones still tell apart on thermal paper.
	finest = 3
	// coarsest is the largest, 1 mm: larger only takes paper.
	coarsest = 8
)

// code draws a QR code in the middle of the paper, its modules as large as codes
// of this paper should be. Level M at least: 15 % of it may be creased or faded.
func (s *sheet) code(payload string) error {
	q, err := encode(payload)
	if err != nil {
		return err
	}
	n := q.Size() + 2*quiet
	module := min(coarsest, max(finest, s.codeWidth/n))
	if n*module > s.paper.W {
		return fmt.Errorf("QR code of %d modules: %w", q.Size(), ErrTooLong)
	}
	side := n * module
	if err := s.room(side); err != nil {
		return err
	}
	x0, y0 := (s.paper.W-side)/2+quiet*module, s.y+quiet*module
	for y := range q.Size() {
		for x := range q.Size() {
			if q.Module(x, y) {
				corner := image.Pt(x0+x*module, y0+y*module)
				s.paper.box(image.Rectangle{corner, corner.Add(image.Pt(module, module))})
			}
		}
	}
	s.y += side
	return nil
}

// utf8Designator is the ECI designator of UTF-8 (AIM ECI; ISO/IEC 18004, 7.4.2).
const utf8Designator = 26

// encode makes a code. Text beyond ASCII says that it is UTF-8: readers guess
// otherwise, and some guess Big5.
func encode(payload string) (*qr.QrCode, error) {
	segments, err := qr.MakeSegments(payload)
	if err == nil && strings.ContainsFunc(payload, func(r rune) bool { return r > unicode.MaxASCII }) {
		var eci *qr.QrSegment
		if eci, err = qr.MakeEci(utf8Designator); err == nil {
			segments = slices.Insert(segments, 0, eci)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("QR code: %w", err)
	}
	q, err := qr.EncodeStandardSegments(segments, qr.Medium)
	if errors.Is(err, qr.ErrDataTooLong) {
		return nil, fmt.Errorf("QR code: %w", ErrTooLong)
	}
	return q, err
}
