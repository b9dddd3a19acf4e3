package board

import (
	"fmt"
	"sync"

	"periph.io/x/conn/v3/gpio"

	"motcua/drivers"
)

// output is a line that drives something whose rest is Low. It is never read: the
// level that was set last is known here. Its methods may be called at any time.
type output struct {
	role  string // such as "lamp card"
	name  string
	lines Lines

	mu     sync.Mutex
	line   Output // nil: not held
	level  gpio.Level
	closed bool
}

// set drives the line. One that failed before is requested anew.
func (o *output) set(l gpio.Level) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.line != nil && o.level == l {
		return nil
	}
	return o.drive(l)
}

// refresh drives the line to the level that it has. An expander that lost its
// power for a moment has forgotten it.
func (o *output) refresh() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.drive(o.level)
}

// drive sets the level, whatever it is now. The level that is wanted is kept even
// when it cannot be set. The caller holds mu.
func (o *output) drive(l gpio.Level) error {
	o.level = l
	if o.closed {
		return fmt.Errorf("%s: closed: %w", o.role, drivers.ErrDeviceGone)
	}
	if err := o.out(l); err != nil {
		o.release()
		return fmt.Errorf("%s (%s): %w", o.role, o.name, err)
	}
	return nil
}

func (o *output) out(l gpio.Level) error {
	if o.line == nil {
		line, err := o.lines.Output(o.name)
		if err != nil {
			return err
		}
		o.line = line
		if err := line.Out(gpio.Low); err != nil { // it becomes an output as Low in any case
			return cause(err)
		}
		if l == gpio.Low {
			return nil
		}
	}
	return cause(o.line.Out(l))
}

// close puts the line to rest and lets go of it, for good.
func (o *output) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.line != nil {
		_ = o.line.Out(gpio.Low) // what does not work is off anyway, or out of reach
	}
	o.release()
	o.closed = true
}

// release lets go of the line. The caller holds mu.
func (o *output) release() {
	if o.line != nil {
		o.line.Close()
		o.line = nil
	}
}

// wanted is the level that the line has, or should have.
func (o *output) wanted() gpio.Level {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.level
}
