package ticket

import (
	"errors"
	"fmt"

	"github.com/go-text/typesetting/shaping"

	"motcua/drivers"
)

// Limits of a ticket.
const (
	MaxBlocks = 64
	MaxText   = 4096 // bytes in all
	MaxHeight = 4000 // dots: half a metre
)

// ErrTooLong: the ticket has more blocks, text or paper than a ticket may have,
// or its code does not fit across the paper. Permanent.
var ErrTooLong = errors.New("ticket too long")

// Setter sets tickets for one width of paper. It belongs to one goroutine.
type Setter struct {
	measures
	paper   Paper
	letters *letters
	hb      shaping.HarfbuzzShaper
}

// NewSetter prepares the letters.
func NewSetter(p Paper) (*Setter, error) {
	m, err := p.measures()
	if err != nil {
		return nil, err
	}
	l, err := newLetters()
	if err != nil {
		return nil, err
	}
	s := &Setter{measures: m, paper: p, letters: l}
	s.hb.SetFontCacheSize(2) // regular and bold
	return s, nil
}

// Set sets a ticket. It fails with [MissingError] or [ErrTooLong].
func (s *Setter) Set(t drivers.Ticket) (*Bitmap, error) {
	if err := CheckSize(t); err != nil {
		return nil, err
	}
	out := &sheet{paper: newBitmap(int(s.paper)), measures: s.measures}
	out.y = s.top
	for i, b := range t.Blocks {
		if err := s.block(out, b); err != nil {
			return nil, fmt.Errorf("block %d of the ticket: %w", i+1, err)
		}
	}
	out.gap = s.top
	if err := out.room(0); err != nil {
		return nil, err
	}
	return out.paper, nil
}

// CheckSize fails with [ErrTooLong] for a ticket that has more in it than a ticket
// may have.
func CheckSize(t drivers.Ticket) error {
	n := 0
	for _, b := range t.Blocks {
		n += len(b.Text) + len(b.Value)
	}
	if len(t.Blocks) > MaxBlocks || n > MaxText {
		return ErrTooLong
	}
	return nil
}

func (s *Setter) block(out *sheet, b drivers.Block) error {
	switch b.Kind {
	case drivers.BlockHeading:
		return s.text(out, b.Text, s.heading)
	case drivers.BlockCaption:
		return s.text(out, b.Text, s.caption)
	case drivers.BlockNumber:
		return s.number(out, b.Text)
	case drivers.BlockFact:
		return s.fact(out, b)
	case drivers.BlockText:
		return s.text(out, b.Text, s.body)
	case drivers.BlockSmall:
		return s.text(out, b.Text, s.small)
	case drivers.BlockRule:
		out.apart(s.ruleGap)
		if err := out.rule(); err != nil {
			return err
		}
		out.apart(s.ruleGap)
		return nil
	case drivers.BlockCode:
		return out.code(b.Text)
	default:
		return fmt.Errorf("unknown kind %d", b.Kind)
	}
}
