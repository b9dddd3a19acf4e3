package printer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/drivers"
)

const (
	// answerTime is how long a printer may take for an answer in real time. It is
	// asked twice.
	answerTime = 500 * time.Millisecond
	// stragglers is how long one waits for answers that nobody asked for.
	stragglers = 3 * time.Millisecond
)

// report is all that a printer tells in real time: its answers to DLE EOT 1 to 4.
type report struct {
	// 1: printer. Bit 2 is the drawer's.
	offline    bool // bit 3
	recovering bool // bit 5: waits to come online
	feedButton bool // bit 6: is pressed
	// 2: why it is offline.
	coverOpen bool // bit 2
	feeding   bool // bit 3: by the button
	paperStop bool // bit 5: stopped because the paper ended
	failed    bool // bit 6: for an error, see below
	// 3: errors.
	recoverable bool // bit 2: of a kind that DLE ENQ ends
	cutter      bool // bit 3
	fatal       bool // bit 5: power off and on, or repair
	passing     bool // bit 6: ends by itself, such as a hot head
	// 4: paper.
	paperLow bool // bits 2 and 3
	paperOut bool // bits 5 and 6
}

// decodeReport reads the answers to DLE EOT 1 to 4.
func decodeReport(b [4]byte) report {
	bit := func(n, bit int) bool { return b[n-1]>>bit&1 != 0 }
	return report{
		offline: bit(1, 3), recovering: bit(1, 5), feedButton: bit(1, 6),
		coverOpen: bit(2, 2), feeding: bit(2, 3), paperStop: bit(2, 5), failed: bit(2, 6),
		recoverable: bit(3, 2), cutter: bit(3, 3), fatal: bit(3, 5), passing: bit(3, 6),
		paperLow: bit(4, 2) || bit(4, 3), paperOut: bit(4, 5) || bit(4, 6),
	}
}

func (r report) status() drivers.PrinterStatus {
	return drivers.PrinterStatus{
		PaperOut: r.paperOut || r.paperStop, PaperLow: r.paperLow, CoverOpen: r.coverOpen,
		Fault: r.recoverable || r.cutter || r.fatal || r.failed && !r.passing && !r.coverOpen && !r.paperStop,
	}
}

// trouble is why nothing can be printed, nil if something can.
func (r report) trouble() error {
	err := r.status().Trouble()
	switch {
	case err == nil || errors.Is(err, drivers.ErrPaperLow):
		return nil
	case !errors.Is(err, drivers.ErrDeviceFault):
		return err
	case r.cutter:
		return fmt.Errorf("%w: cutter blocked", err)
	case r.fatal:
		return fmt.Errorf("%w: one that needs power off and on, or repair", err)
	default:
		return fmt.Errorf("%w: one that it does not name", err)
	}
}

// busy says that it stands still for a reason that passes.
func (r report) busy() bool { return r.passing || r.recovering || r.feedButton || r.feeding }

// report asks for everything. A trouble counts when the printer tells it twice: one
// byte on a bad line is quickly another, and what passes may do so between two
// answers.
func (d *Dev) report(ctx context.Context) (report, error) {
	r, err := d.reportOnce(ctx)
	if err != nil || r.trouble() == nil {
		return r, err
	}
	return d.reportOnce(ctx)
}

func (d *Dev) reportOnce(ctx context.Context) (report, error) {
	var b [4]byte
	for i := range b {
		bits, err := d.ask(ctx, byte(i+1))
		if err != nil {
			return report{}, fmt.Errorf("asking for status %d: %w", i+1, err)
		}
		b[i] = bits
	}
	return decodeReport(b), nil
}

// ask asks for a status in real time (DLE EOT n), and once more if no answer comes.
func (d *Dev) ask(ctx context.Context, n byte) (byte, error) {
	bits, err := d.askOnce(ctx, n)
	if errors.Is(err, drivers.ErrNoAnswer) {
		bits, err = d.askOnce(ctx, n)
	}
	return bits, err
}

// askOnce takes off first what comes unasked: the bytes of an answer do not tell
// what they answer.
func (d *Dev) askOnce(ctx context.Context, n byte) (byte, error) {
	if err := d.catchUp(ctx); err != nil {
		return 0, err
	}
	if err := d.line.Write(ctx, []byte{dle, eot, n}); err != nil {
		return 0, err
	}
	for end := time.Now().Add(answerTime); ; {
		a, err := d.hear(ctx, time.Until(end))
		if err != nil || a.kind == answerStatus {
			return a.bits, err
		}
		d.note(a)
	}
}

// catchUp takes what has come until now.
func (d *Dev) catchUp(ctx context.Context) error {
	for range maxNoise {
		a, err := d.hear(ctx, stragglers)
		if errors.Is(err, drivers.ErrNoAnswer) {
			return nil
		}
		if err != nil {
			return err
		}
		d.note(a)
	}
	return fmt.Errorf("%w: it answers without end", drivers.ErrProtocol)
}

// note counts the answers to GS r, which may come at any time.
func (d *Dev) note(a answer) {
	if a.kind == answerTold {
		d.told++
	}
}
