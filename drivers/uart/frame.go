package uart

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/drivers"
)

// Frame reads up to the next frame, as split finds it, and returns a copy. It
// waits for the frame to begin, and then as long as the line is not silent for gap
// (zero: any time) and the frame not longer under way than its speed explains.
//
// At a silence split is asked once more, with atEOF true: what it makes of the
// bytes is the frame, else they are thrown away with [drivers.ErrProtocol]. What
// split skips, or fails on, is thrown away too; what came behind it stays.
func (l *Line) Frame(ctx context.Context, wait, gap time.Duration, split bufio.SplitFunc) ([]byte, error) {
	first := after(wait) // until the frame has begun
	var last time.Time   // until it has ended
	for noise := 0; noise <= maxNoise; {
		advance, frame, err := l.split(split, false)
		if frame != nil || err != nil {
			return frame, err
		}
		if noise += advance; advance > 0 {
			continue
		}
		switch {
		case len(l.held) == 0:
			last = time.Time{}
			err = l.fillUntil(ctx, first, 0)
		case len(l.held) == len(l.buffer):
			l.discard(len(l.held))
			return nil, fmt.Errorf("%w: uart: %s: a frame of more than %d bytes", drivers.ErrProtocol, l, maxFrame)
		default:
			if last.IsZero() {
				last = after(l.patience(maxFrame))
			}
			err = l.fillUntil(ctx, last, gap)
			if errors.Is(err, drivers.ErrNoAnswer) {
				return l.silence(split)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: uart: %s: %d bytes of noise", drivers.ErrProtocol, l, maxNoise)
}

// fillUntil reads more before end, and before a silence of gap if that is not
// zero.
func (l *Line) fillUntil(ctx context.Context, end time.Time, gap time.Duration) error {
	wait, err := timeLeft(end)
	if err != nil {
		return err
	}
	if gap > 0 {
		wait = min(wait, gap)
	}
	return l.fill(ctx, wait)
}

// silence is what split makes of the bytes before one.
func (l *Line) silence(split bufio.SplitFunc) ([]byte, error) {
	n := len(l.held)
	_, frame, err := l.split(split, true)
	if frame != nil || err != nil {
		return frame, err
	}
	l.discard(len(l.held))
	return nil, fmt.Errorf("%w: uart: %s: a frame broke off after %d bytes", drivers.ErrProtocol, l, n)
}

// split asks split about what is held, and throws away what it is done with.
func (l *Line) split(split bufio.SplitFunc, silent bool) (advance int, frame []byte, err error) {
	if len(l.held) == 0 {
		return 0, nil, nil
	}
	advance, frame, err = split(l.held, silent)
	frame = bytes.Clone(frame)
	advance = min(max(advance, 0), len(l.held))
	l.discard(advance)
	if err != nil {
		return advance, nil, err
	}
	return advance, frame, nil
}
