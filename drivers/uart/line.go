package uart

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"periph.io/x/conn/v3/physic"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
)

const (
	// maxFrame is the longest frame in bytes: a code of drivers.MaxCode and what a
	// protocol puts around it.
	maxFrame = 2 * drivers.MaxCode
	// maxNoise is how many bytes without a frame a line may carry before it counts
	// as set to another speed, or as broken.
	maxNoise = 16 * maxFrame
	// maxDrain is how long a line may go on talking while it should fall silent,
	// beside the time of the longest frame.
	maxDrain = 2 * time.Second
)

// Line is how a driver speaks over a serial port: with contexts, time-outs and
// the errors of the drivers' vocabulary. It belongs to one goroutine.
//
// Where a wait is asked for, zero means as long as the context allows. A wait
// that is over fails with [drivers.ErrNoAnswer], a line that has ended with
// [drivers.ErrDeviceGone], and a context that ends with its own error.
type Line struct {
	port     periph.Port
	stream   Stream
	settings Settings
	buffer   []byte // memory of maxFrame bytes
	held     []byte // read and not taken yet; part of buffer
}

// Connect sets the port and returns the line over it. A driver that looks for a
// device's speed connects again; the line from before is then of no use.
func Connect(p periph.Port, s Settings) (*Line, error) {
	s = s.filled()
	if s.Baud <= 0 || s.Baud > maxBaud {
		return nil, fmt.Errorf("uart: %s: no speed for a serial line: %d", p, s.Baud)
	}
	c, err := p.Connect(physic.Frequency(s.Baud)*physic.Hertz, s.Stop, s.Parity, s.Flow, s.Bits)
	if err != nil {
		return nil, err
	}
	stream, ok := c.(Stream)
	if !ok {
		return nil, fmt.Errorf("uart: %s: its reads have no deadlines", p)
	}
	if err := stream.SetReadDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("uart: %s: its reads have no deadlines: %w", p, lineError(err))
	}
	return &Line{port: p, stream: stream, settings: s, buffer: make([]byte, maxFrame)}, nil
}

// String names the port.
func (l *Line) String() string { return l.port.String() }

// Settings are those that the line was connected with.
func (l *Line) Settings() Settings { return l.settings }

// Close closes the port, where it can be, and forgets what was read. It may be
// called twice.
func (l *Line) Close() error {
	clear(l.buffer)
	l.held = nil
	if c, ok := l.port.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Read reads what there is, at least one byte, and waits for it.
func (l *Line) Read(ctx context.Context, p []byte, wait time.Duration) (int, error) {
	if len(l.held) == 0 {
		if err := l.fill(ctx, wait); err != nil {
			return 0, err
		}
	}
	n := copy(p, l.held)
	l.discard(n)
	return n, nil
}

// ReadFull fills p, for which it waits in all. What came of an answer that broke
// off is gone.
func (l *Line) ReadFull(ctx context.Context, p []byte, wait time.Duration) error {
	end := after(wait)
	for n := 0; ; {
		taken := copy(p[n:], l.held)
		l.discard(taken)
		if n += taken; n == len(p) {
			return nil
		}
		left, err := timeLeft(end)
		if err == nil {
			err = l.fill(ctx, left)
		}
		if err != nil {
			return fmt.Errorf("%d of %d bytes: %w", n, len(p), err)
		}
	}
}

// Write hands p to the port. It is given twice the time that p takes on the wire,
// and a second.
func (l *Line) Write(ctx context.Context, p []byte) error {
	n, err := bounded(ctx, l.patience(len(p)), l.stream.SetWriteDeadline, func() (int, error) { return l.stream.Write(p) })
	if err != nil {
		return fmt.Errorf("uart: %s: writing %d of %d bytes: %w", l, n, len(p), err)
	}
	return nil
}

// Drain throws away what was read and what still comes until the line has been
// quiet for so long. It fails with [drivers.ErrProtocol] when it never is, as on a
// line of another speed.
func (l *Line) Drain(ctx context.Context, quiet time.Duration) error {
	end := time.Now().Add(maxDrain + l.wireTime(maxFrame))
	for noise := 0; noise <= maxNoise && time.Now().Before(end); noise += len(l.held) {
		l.discard(len(l.held))
		err := l.fill(ctx, quiet)
		if errors.Is(err, drivers.ErrNoAnswer) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	l.discard(len(l.held))
	return fmt.Errorf("%w: uart: %s does not fall silent", drivers.ErrProtocol, l)
}

// wireTime is what n bytes take on the wire.
func (l *Line) wireTime(n int) time.Duration {
	const bits = 12 // of the longest character with start, parity and stop bits
	return time.Duration(n) * bits * time.Second / time.Duration(l.settings.Baud)
}

// patience is twice what n bytes take, and a second.
func (l *Line) patience(n int) time.Duration { return time.Second + 2*l.wireTime(n) }

// fill reads more behind what is held.
func (l *Line) fill(ctx context.Context, wait time.Duration) error {
	held := copy(l.buffer, l.held)
	clear(l.buffer[held:]) // of what was moved: it may be a person's
	n, err := bounded(ctx, wait, l.stream.SetReadDeadline, func() (int, error) { return l.stream.Read(l.buffer[held:]) })
	l.held = l.buffer[:held+max(n, 0)]
	if n > 0 {
		return nil // an error comes again
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	if ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("uart: %s: %w", l, err)
}

// discard forgets the first n bytes that are held: they may be a person's.
func (l *Line) discard(n int) {
	clear(l.held[:n])
	l.held = l.held[n:]
}

// bounded does a read or write that ends with ctx and after wait, if that is not
// zero.
func bounded(ctx context.Context, wait time.Duration, set func(time.Time) error, do func() (int, error)) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	var deadline time.Time
	if wait > 0 {
		deadline = time.Now().Add(wait)
	}
	if err := set(deadline); err != nil {
		return 0, lineError(err)
	}
	cancelled := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = set(time.Unix(1, 0))
		close(cancelled)
	})
	n, err := do()
	if !stop() {
		<-cancelled // else it would cut the next call short
	}
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() != nil:
		return n, ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, fmt.Errorf("%w: %w", drivers.ErrNoAnswer, err)
	}
	return n, lineError(err)
}

// after is the end of a call with several reads that may take so long; zero is
// none.
func after(wait time.Duration) time.Time {
	if wait <= 0 {
		return time.Time{}
	}
	return time.Now().Add(wait)
}

// timeLeft is the time until end, zero where there is none, or ErrNoAnswer.
func timeLeft(end time.Time) (time.Duration, error) {
	if end.IsZero() {
		return 0, nil
	}
	if left := time.Until(end); left > 0 {
		return left, nil
	}
	return 0, drivers.ErrNoAnswer
}
