package drivertest

import (
	"context"
	"errors"
	"image"
	"slices"
	"strings"
	"testing"

	"motcua/drivers"
)

// PrinterBench is a printer with a full roll and a closed cover, and the hands
// that act on it.
type PrinterBench struct {
	// Open opens the printer where it is plugged in now.
	Open func(ctx context.Context) (drivers.Printer, error)
	// Alone: nobody else can open it meanwhile.
	Alone bool
	Hand  PrinterHand
	// Sheets are the pieces of paper cut off so far, without the white that every
	// sheet begins with, and Hanging is what was printed since.
	Sheets  func() []image.Image
	Hanging func() image.Image

	// Ticket is printed; Want is what it looks like.
	Ticket drivers.Ticket
	Want   image.Image
	// Wrong is a ticket that cannot be set.
	Wrong drivers.Ticket
	// Late is how many rows of a ticket that failed may come out afterwards.
	Late int

	Unplug, Plug func()
	Faults       []PrinterFault
}

// PrinterHand is the person at the printer, and what can be seen of it.
type PrinterHand interface {
	// LoadPaper puts in a roll with so many rows; what hung out is thrown away.
	LoadPaper(rows int)
	OpenCover()
	CloseCover()
	JamCutter()
	FreeCutter()
	Break()
	Mend()
	Heat()
	Cool()
	// HoldAfter makes the head stand still after so many rows more, when the channel
	// is closed.
	HoldAfter(rows int) <-chan struct{}
	Release()
	// Settle waits until the printer has done all it can.
	Settle(ctx context.Context) error
	// Lost is how many bytes came too fast.
	Lost() int
	// Strange tells what the printer did not understand.
	Strange() []string
}

// PrinterFault is something that goes wrong with an answer of the printer.
type PrinterFault struct {
	Name string
	// Inject makes it befall the printer's nth answer from now.
	Inject func(n int)
	// Unplugs: the printer is gone then, until Plug.
	Unplugs bool
}

// PrinterSuite is how the stories of one printer are told.
type PrinterSuite struct {
	// New makes a fresh bench and cleans it up when the test ends.
	New func(t *testing.T) *PrinterBench
	// Tell runs one story, such as in a synctest bubble; nil runs it as it is.
	Tell func(t *testing.T, story func(t *testing.T))
	// Stride is the step, in rows or answers, of stories that try every place.
	Stride int
	// Waits: time costs nothing, so that stories may wait for a call to give up.
	Waits bool
	// Fixed: the line cannot be pulled.
	Fixed bool
}

// printers is one story's bench.
type printers struct {
	*PrinterBench
	PrinterSuite
	t      *testing.T
	want   dots
	judged *judged
}

// judged is how far the sheets were looked at.
type judged struct{ sheets, whole int }

func (p printers) open() drivers.Printer {
	p.t.Helper()
	d, err := p.Open(p.context())
	if err != nil {
		p.t.Fatalf("opening: %v", err)
	}
	p.t.Cleanup(func() { _ = d.Close() }) // most stories close it, or pull it
	return d
}

// context is a test's, with an end.
func (p printers) context() context.Context {
	ctx, cancel := context.WithTimeout(p.t.Context(), longest)
	p.t.Cleanup(cancel)
	return ctx
}

// prints prints the ticket, and looks at it.
func (p printers) prints(d drivers.Printer) {
	p.t.Helper()
	before := p.tickets()
	if err := d.Print(p.context(), p.Ticket); err != nil {
		p.t.Fatalf("printing: %v", err)
	}
	if got := p.tickets() - before; got != 1 {
		p.t.Fatalf("printed %d tickets, want one", got)
	}
	if rows := dotsOf(p.Hanging()).inked(); rows > 0 {
		p.t.Fatalf("%d rows hang out of the printer", rows)
	}
}

// fails prints the ticket, which must fail in a certain way.
func (p printers) fails(d drivers.Printer, want error) {
	p.t.Helper()
	before := p.tickets()
	if err := d.Print(p.context(), p.Ticket); !errors.Is(err, want) {
		p.t.Fatalf("printing: got %v, want: %v", err, want)
	}
	if got := p.tickets() - before; got != 0 {
		p.t.Fatalf("printed %d whole tickets and failed", got)
	}
}

// nothingLater lets the printer go on, and checks that it prints no more of a
// ticket that failed than so many rows.
func (p printers) nothingLater(rows int) {
	p.t.Helper()
	if err := p.Hand.Settle(p.context()); err != nil {
		p.t.Fatal(err)
	}
	if got := dotsOf(p.Hanging()).inked(); got > rows {
		p.t.Fatalf("%d rows hang out of the printer, want %d at most", got, rows)
	}
}

// tickets counts the whole tickets among the sheets. A part of one may be on a
// sheet, too, but nobody may get more than one ticket on theirs.
func (p printers) tickets() int {
	p.t.Helper()
	for _, s := range p.Sheets()[p.judged.sheets:] {
		p.judged.sheets++
		sheet := dotsOf(s)
		switch {
		case sheet.shows(p.want):
			p.judged.whole++
		case sheet.bottom() > p.want.bottom():
			p.t.Fatalf("sheet %d is no ticket, nor the stub of one: %v, ink down to row %d", p.judged.sheets, s.Bounds(), sheet.bottom())
		}
	}
	return p.judged.whole
}

// nothingLost checks that the printer was never sent more than it could take.
func (p printers) nothingLost() {
	p.t.Helper()
	if n := p.Hand.Lost(); n > 0 {
		p.t.Errorf("%d bytes came too fast for the printer", n)
	}
}

// understood checks that nothing strange was sent.
func (p printers) understood() {
	p.t.Helper()
	if s := p.Hand.Strange(); len(s) > 0 {
		p.t.Fatalf("the printer did not understand %q", s)
	}
}

// dots are the rows of a black and white picture.
type dots []string

func dotsOf(i image.Image) dots {
	paletted, ok := i.(image.PalettedImage)
	if !ok {
		panic("a print is a picture of black and white")
	}
	size := i.Bounds()
	out := make(dots, size.Dy())
	for y := range out {
		row := make([]byte, size.Dx())
		for x := range row {
			row[x] = paletted.ColorIndexAt(x, y)
		}
		out[y] = string(row)
	}
	return out
}

// shows tells whether a sheet is a picture, with white below.
func (d dots) shows(picture dots) bool {
	return len(d) >= len(picture) && slices.Equal(d[:len(picture)], picture) && d.bottom() <= len(picture)
}

func (d dots) inkIn(row int) bool { return strings.IndexByte(d[row], 1) >= 0 }

// bottom is the row below the last ink.
func (d dots) bottom() int {
	for y := len(d); y > 0; y-- {
		if d.inkIn(y - 1) {
			return y
		}
	}
	return 0
}

// inked is the number of rows with ink.
func (d dots) inked() (rows int) {
	for y := range d {
		if d.inkIn(y) {
			rows++
		}
	}
	return rows
}
