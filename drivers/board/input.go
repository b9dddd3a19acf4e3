package board

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"

	"motcua/drivers"
)

// slice is the longest that a wait goes on without a look at its context. Each look
// wakes an idle kiosk, once for each input.
const slice = 1500 * time.Millisecond

// input is a line that is read. Its methods may be called at any time; calls wait
// for each other, a slice at most.
type input struct {
	role  string // such as "tamper switch"
	name  string
	pull  gpio.Pull
	lines Lines

	use    chan struct{} // holds one token while the line is used
	line   Input         // nil: not held
	closed bool

	mu  sync.Mutex
	err error // why it could not be read the last time
}

func newInput(lines Lines, role, name string, pull gpio.Pull) *input {
	return &input{role: role, name: name, pull: pull, lines: lines, use: make(chan struct{}, 1)}
}

// read gives the level. A line that failed before is requested anew.
func (in *input) read() (gpio.Level, error) {
	in.use <- struct{}{}
	defer func() { <-in.use }()
	return in.readHeld()
}

// readHeld is read for whoever holds use.
func (in *input) readHeld() (l gpio.Level, err error) {
	defer func() { err = in.tell(err) }()
	if in.closed {
		return gpio.Low, drivers.ErrDeviceGone
	}
	if in.line == nil {
		if in.line, err = in.lines.Input(in.name, in.pull); err != nil {
			in.line = nil
			return gpio.Low, err
		}
	}
	bits, err := in.line.Read(1)
	if err != nil {
		in.release()
		return gpio.Low, cause(err)
	}
	return bits&1 == 1, nil
}

// wait waits for an edge, for d or until ctx ends, and tells whether there was one.
// The context's end is not an error.
func (in *input) wait(ctx context.Context, d time.Duration) (edge bool, err error) {
	end := time.Now().Add(d)
	for ctx.Err() == nil {
		left := time.Until(end)
		if left <= 0 {
			return false, nil
		}
		if edge, err := in.waitSlice(min(left, slice)); edge || err != nil {
			return edge, err
		}
	}
	return false, nil
}

func (in *input) waitSlice(d time.Duration) (edge bool, err error) {
	in.use <- struct{}{}
	defer func() { <-in.use }()
	defer func() { err = in.tell(err) }()
	if in.line == nil {
		return false, drivers.ErrDeviceGone
	}
	_, _, err = in.line.WaitForEdge(d)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return false, nil
	}
	if err != nil {
		in.release()
		return false, cause(err)
	}
	return true, nil
}

// tell keeps what came of the last call, and names the line in an error.
func (in *input) tell(err error) error {
	if err != nil {
		err = fmt.Errorf("%s (%s): %w", in.role, in.name, err)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.err = err
	return err
}

// trouble is why the line cannot be read: as a reading of now tells, or, while
// somebody else uses the line, as the last one told.
func (in *input) trouble() error {
	select {
	case in.use <- struct{}{}:
		defer func() { <-in.use }()
		_, err := in.readHeld()
		return err
	default:
		in.mu.Lock()
		defer in.mu.Unlock()
		return in.err
	}
}

// close lets go of the line, for good.
func (in *input) close() {
	in.use <- struct{}{}
	defer func() { <-in.use }()
	in.release()
	in.closed = true
}

// release lets go of the line. The caller holds use.
func (in *input) release() {
	if in.line != nil {
		_ = in.line.Close() // there is nothing to be lost
		in.line = nil
	}
}
