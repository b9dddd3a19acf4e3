package qr

import (
	"bufio"
	"context"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// SerialOptions are settings of [NewSerial].
type SerialOptions struct {
	Baud int // 9600 when zero; a USB-CDC scanner takes any
	// Tail is what the scanner adds to a code. A code that holds it is taken for two.
	// Empty: the end of a line, be it CR, LF or both, as most scanners come. [NoTail]
	// is for a scanner that adds none.
	Tail string
}

// NoTail says that a code ends with a silence. One whose end was lost on the line
// is not noticed then.
const NoTail = "none"

// NewSerial drives a scanner that says whatever it reads, by itself or as its
// button or stand makes it: one on a serial line or on USB as a CDC device
// ("virtual COM port"). It takes the port. Its light is its own affair, and nothing
// tells who it is.
func NewSerial(p periph.PortCloser, o SerialOptions) (*Reader, error) {
	if o.Baud == 0 {
		o.Baud = 9600
	}
	split := bufio.SplitFunc(lined)
	switch o.Tail {
	case "":
	case NoTail:
		split = silenced("")
	default:
		split = tailed(o.Tail)
	}
	return connect(p, o.Baud, func(l *uart.Line) module {
		return talker{line: l, split: split, info: drivers.Info{Vendor: "any", Model: "serial scanner"}}
	})
}

// talker is a scanner that cannot be told anything.
type talker struct {
	line  *uart.Line
	split bufio.SplitFunc
	info  drivers.Info
}

func (t talker) identify(context.Context) (drivers.Info, error) { return t.info, nil }
func (talker) prepare(context.Context) error                    { return nil }
func (talker) trigger(context.Context) error                    { return nil }
func (talker) release(context.Context) error                    { return nil }

func (t talker) code(ctx context.Context) (drivers.Scan, error) {
	const forever time.Duration = 0
	return readText(ctx, t.line, forever, t.split)
}
