package escpos

import (
	"context"
	"slices"
)

// LoadPaper puts in a roll with so many rows left. What hung out of the printer is
// torn off and thrown away.
func (p *Printer) LoadPaper(rows int) {
	p.change(func() { p.paper, p.strip = rows, newStrip(p.options.Width) })
}

// FullRoll puts in a new roll.
func (p *Printer) FullRoll() { p.LoadPaper(fullRoll) }

// OpenCover and CloseCover are the person with the key.
func (p *Printer) OpenCover() { p.change(func() { p.cover = true }) }

// CloseCover closes the cover.
func (p *Printer) CloseCover() { p.change(func() { p.cover = false }) }

// JamCutter puts something between the blades: the next cut fails.
func (p *Printer) JamCutter() { p.change(func() { p.jam = true }) }

// FreeCutter takes it out. The printer waits to be told that (DLE ENQ), if it
// understands that.
func (p *Printer) FreeCutter() {
	p.change(func() { p.jam, p.jammed = false, p.jammed && p.options.Clear != ClearNever })
}

// Break breaks the head.
func (p *Printer) Break() { p.change(func() { p.broken = true }) }

// Mend repairs it.
func (p *Printer) Mend() { p.change(func() { p.broken = false }) }

// Heat makes the head too hot to print; Cool ends that.
func (p *Printer) Heat() { p.change(func() { p.hot = true }) }

// Cool lets the head print again.
func (p *Printer) Cool() { p.change(func() { p.hot = false }) }

// HoldAfter makes the head stand still, without a reason that it tells, once it has
// burnt so many rows more; then the channel is closed. [Printer.Release] lets it go
// on.
func (p *Printer) HoldAfter(rows int) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held, p.holdAt = make(chan struct{}), rows
	return p.held
}

// Hold makes the head stand still now.
func (p *Printer) Hold() { p.change(func() { p.hold = true }) }

// Release ends a hold.
func (p *Printer) Release() { p.change(func() { p.hold, p.holdAt = false, -1 }) }

// Settle waits until the head has done all it can.
func (p *Printer) Settle(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { p.change(func() {}) })()
	p.mu.Lock()
	defer p.mu.Unlock()
	for ctx.Err() == nil && !p.off && (p.working() || p.coming > 0 && len(p.buffer) < p.options.Buffer) {
		p.changed.Wait()
	}
	return ctx.Err()
}

// working tells whether the head has something to do that it can do.
func (p *Printer) working() bool {
	return p.waits == nil || p.online() && !p.hold && p.waits()
}

// Sheets are the tickets that were cut off so far.
func (p *Printer) Sheets() []*Sheet {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sheets)
}

// Hanging is what was printed since the last cut.
func (p *Printer) Hanging() *Sheet {
	p.mu.Lock()
	defer p.mu.Unlock()
	return &Sheet{p.options.Width, slices.Clone(p.strip.rows[gap:])}
}

// Lost is how many bytes did not fit the buffer.
func (p *Printer) Lost() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost
}

// Strange tells what was received that the printer does not know.
func (p *Printer) Strange() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.strange)
}

// Sheet waits for a piece of paper to be cut off, the first being number 0.
func (p *Printer) Sheet(ctx context.Context, number int) (*Sheet, error) {
	defer context.AfterFunc(ctx, func() { p.change(func() {}) })()
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.sheets) <= number {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p.changed.Wait()
	}
	return p.sheets[number], nil
}
