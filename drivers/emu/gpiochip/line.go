package gpiochip

import (
	"syscall"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Line is a single line, as gpioioctl.GPIOLine is.
type Line struct {
	chip    *Chip
	wire    *wire
	request *request // nil: not requested yet
	output  bool     // Out was called, with or without success
}

// Out drives the line. When it was no output before, it becomes one as Low first.
// One that could not be requested is taken for an output from then on: until Close
// every later Out goes to the program's standard input.
func (l *Line) Out(level gpio.Level) error {
	l.chip.wait()
	l.chip.mu.Lock()
	defer l.chip.mu.Unlock()
	if l.output && l.request == nil {
		return failure(syscall.ENOTTY)
	}
	l.output = true
	if err := l.claim(); err != nil {
		return err
	}
	if !l.request.output {
		l.request.output = true
		l.drive(gpio.Low)
	}
	if l.request.level != level {
		l.drive(level)
	}
	return nil
}

func (l *Line) drive(level gpio.Level) {
	l.request.level = level
	l.wire.changes = append(l.wire.changes, Change{time.Now(), level})
}

// In makes the line an input.
func (l *Line) In(pull gpio.Pull, _ gpio.Edge) error {
	l.chip.wait()
	l.chip.mu.Lock()
	defer l.chip.mu.Unlock()
	return l.in(pull)
}

func (l *Line) in(pull gpio.Pull) error {
	if err := l.claim(); err != nil {
		return err
	}
	l.request.output, l.request.pull = false, pull
	return nil
}

// Read gives the level. An output becomes an input with a pull-up by it, and a
// failure is Low.
func (l *Line) Read() gpio.Level {
	l.chip.wait()
	l.chip.mu.Lock()
	defer l.chip.mu.Unlock()
	if l.request == nil || l.request.output {
		if err := l.in(gpio.PullUp); err != nil {
			return gpio.Low
		}
	}
	if l.chip.fault(l.wire, l.request) != nil {
		return gpio.Low
	}
	return l.wire.level()
}

// WaitForEdge waits for an edge; see [Set.WaitForEdge] for its timeout.
func (l *Line) WaitForEdge(timeout time.Duration) bool {
	s := Set{chip: l.chip, wire: l.wire, request: l.request}
	_, _, err := s.WaitForEdge(timeout)
	return err == nil
}

// Close lets go of the line. It stays at the level that it has.
func (l *Line) Close() {
	l.chip.mu.Lock()
	defer l.chip.mu.Unlock()
	if l.request != nil && l.wire.request == l.request {
		if l.request.output {
			l.wire.left = l.request.level
		}
		l.wire.request = nil
	}
	l.request, l.output = nil, false
}

// claim requests the line if it is not. The caller holds the chip's mu.
func (l *Line) claim() error {
	if l.request == nil {
		if l.chip.gone {
			return failure(syscall.ENODEV)
		}
		if l.wire.busy || l.wire.request != nil {
			return failure(syscall.EBUSY)
		}
		l.request = newRequest()
		l.wire.request = l.request
	}
	return l.chip.fault(l.wire, l.request)
}
