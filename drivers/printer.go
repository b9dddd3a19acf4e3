package drivers

import (
	"context"
	"errors"
)

// What printing fails with, beside what any device does. Nothing, or only a part,
// was printed.
var (
	// ErrPaperOut: no paper. Retry once somebody has put some in.
	ErrPaperOut = errors.New("printer out of paper")
	// ErrCoverOpen: the printer is open. Retry once it is closed.
	ErrCoverOpen = errors.New("printer cover open")
	// ErrPaperLow: the paper ends soon. It is printed all the same.
	ErrPaperLow = errors.New("printer short of paper")
)

// Printer prints tickets.
type Printer interface {
	Device
	// Status asks the printer how it is. An open cover and missing paper are
	// states, not errors.
	Status(ctx context.Context) (PrinterStatus, error)
	// Print prints and cuts one ticket, and returns once the printer has taken it
	// all and reports no trouble. A ticket that failed is never printed later.
	Print(ctx context.Context, t Ticket) error
}

// PrinterStatus is how a printer is.
type PrinterStatus struct {
	PaperOut  bool
	PaperLow  bool // a near-end sensor says so; false where there is none
	CoverOpen bool
	Fault     bool // cutter, head or another defect that it reports
}

// Trouble is the worst of the status as an error: nil, [ErrDeviceFault],
// [ErrCoverOpen], [ErrPaperOut] or [ErrPaperLow].
func (s PrinterStatus) Trouble() error {
	switch {
	case s.Fault:
		return ErrDeviceFault
	case s.CoverOpen:
		return ErrCoverOpen
	case s.PaperOut:
		return ErrPaperOut
	case s.PaperLow:
		return ErrPaperLow
	}
	return nil
}

// Ticket is what a person takes along: blocks from top to bottom.
type Ticket struct {
	Blocks []Block
}

// Block is one part of a ticket.
type Block struct {
	Kind  BlockKind
	Text  string // the payload where Kind is BlockCode; empty where it is BlockRule
	Value string // of a BlockFact; empty in all others
}

// BlockKind is how a block is set.
type BlockKind int

// Kinds of blocks.
const (
	BlockHeading BlockKind = iota + 1 // centred, bold
	BlockCaption                      // centred, in small letters: names what stands above or below it
	BlockNumber                       // centred, as large as fits
	BlockFact                         // a row: Text at the left, Value in bold letters at the right
	BlockText                         // a paragraph
	BlockSmall                        // a paragraph in small letters
	BlockRule                         // a line across
	BlockCode                         // a QR code
)

func (k BlockKind) String() string {
	switch k {
	case BlockHeading:
		return "heading"
	case BlockCaption:
		return "caption"
	case BlockNumber:
		return "number"
	case BlockFact:
		return "fact"
	case BlockText:
		return "text"
	case BlockSmall:
		return "small"
	case BlockRule:
		return "rule"
	case BlockCode:
		return "code"
	}
	return "unknown kind of block"
}
