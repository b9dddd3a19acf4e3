package printer

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"motcua/drivers"
	"motcua/drivers/printer/ticket"
)

var _ drivers.Printer = (*Dev)(nil)

// Line carries bytes to a printer and back; a *uart.Line is one. Its waits and
// errors are those of [motcua/drivers/uart.Line].
type Line interface {
	String() string
	Read(ctx context.Context, p []byte, wait time.Duration) (int, error)
	Write(ctx context.Context, p []byte) error
	Drain(ctx context.Context, quiet time.Duration) error
	Close() error
}

// Options say what a printer is like. The zero value is one for paper of 80 mm
// with a cutter.
type Options struct {
	// Paper is its width; zero is 80 mm.
	Paper ticket.Paper
	// Text: it prints no pictures (GS v 0). Tickets are in its own letters then,
	// without accents and without a QR code.
	Text bool
	// Uncut: it has no cutter.
	Uncut bool
	// Memory is kept from the Dev before, which drove the same printer; nil is a new
	// one.
	Memory *Memory
}

// Memory is what is known of a printer from one connection to the next. The zero
// value is that nothing is known: what hangs out of the printer is cut off before
// the first ticket, as it may be a part of another one.
//
// It also keeps the letters that were cut, which say nothing of anybody.
type Memory struct {
	clean  bool // nothing hangs out of it
	paper  ticket.Paper
	setter *ticket.Setter
}

// letters makes a setter of tickets, once for each paper.
func (m *Memory) letters(p ticket.Paper) (*ticket.Setter, error) {
	if m.setter != nil && m.paper == p {
		return m.setter, nil
	}
	s, err := ticket.NewSetter(p)
	if err != nil {
		return nil, fmt.Errorf("printer: %w", err)
	}
	m.setter, m.paper = s, p
	return s, nil
}

// Dev is a printer. It belongs to one goroutine.
type Dev struct {
	line    Line
	options Options
	setter  *ticket.Setter

	held  []byte // read, and not understood yet
	asked int    // how often GS r was sent in this call,
	told  int    // and answered

	// torn: a command to it broke off, or may have: by whoever spoke to it before.
	// unsure: it may have understood something else than was meant.
	torn, unsure bool
	memory       *Memory
}

// New drives the printer at the end of a line, which it closes in the end. It says
// nothing to it yet.
func New(line Line, o Options) (*Dev, error) {
	o.Paper = cmp.Or(o.Paper, ticket.Paper80)
	memory := cmp.Or(o.Memory, &Memory{})
	s, err := memory.letters(o.Paper)
	if err != nil {
		return nil, err
	}
	return &Dev{line: line, options: o, setter: s, torn: true, unsure: true, memory: memory}, nil
}

// Close lets go of the line. A printer has nothing else to leave.
func (d *Dev) Close() error { return d.line.Close() }

// Status asks how the printer is, in real time: also while it prints or stands
// still.
func (d *Dev) Status(ctx context.Context) (drivers.PrinterStatus, error) {
	if err := d.begin(ctx); err != nil {
		return drivers.PrinterStatus{}, d.failed(ctx, "status", err)
	}
	r, err := d.report(ctx)
	if err != nil {
		return drivers.PrinterStatus{}, d.failed(ctx, "status", err)
	}
	return r.status(), nil
}

// quiet is how long the line is silent before a call begins: what comes after it
// is an answer to that call.
const quiet = 5 * time.Millisecond

// begin forgets whatever was said before, and sees to it that the printer takes
// questions for questions.
func (d *Dev) begin(ctx context.Context) error {
	d.held, d.asked, d.told = nil, 0, 0
	if err := d.line.Drain(ctx, quiet); err != nil {
		return err
	}
	return d.mend(ctx)
}

// mend ends a command that broke off, before anything else is said: a question in
// the middle of a picture's size would make it one without end.
func (d *Dev) mend(ctx context.Context) error {
	if !d.torn {
		return nil
	}
	if err := d.line.Write(ctx, zeros()); err != nil {
		return err
	}
	d.torn = false
	return nil
}

// zeros are as many as a picture can still want; elsewhere they mean nothing.
func zeros() []byte { return make([]byte, maxPiece) }

// failed says in which call something failed; a context's error stays as it is.
func (d *Dev) failed(ctx context.Context, call string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("printer: %s: %s: %w", d.line, call, err)
}
