package gpiochip

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Set is one input line, as gpioioctl.LineSet hands it out.
type Set struct {
	chip    *Chip
	wire    *wire
	request *request
	halt    chan struct{} // closed by Halt; nil: no wait is under way
	closed  bool
}

// failure is an error as gpioioctl makes it: the kernel's text without its number.
func failure(errno syscall.Errno) error { return errors.New(errno.Error()) }

// fault is why the line cannot be used. The caller holds the chip's mu.
func (c *Chip) fault(w *wire, r *request) error {
	switch {
	case c.gone || w.request != r:
		return failure(syscall.ENODEV)
	case w.broken:
		return failure(syscall.EIO)
	}
	return nil
}

// Read gives the level as bit 0.
func (s *Set) Read(mask gpio.GPIOValue) (gpio.GPIOValue, error) {
	s.chip.wait()
	s.chip.mu.Lock()
	defer s.chip.mu.Unlock()
	if s.closed {
		panic("gpiochip: a closed set was read: that would be the program's standard input")
	}
	if err := s.chip.fault(s.wire, s.request); err != nil {
		return 0, err
	}
	if s.wire.level() == gpio.High {
		return 1 & mask, nil
	}
	return 0, nil
}

// WaitForEdge waits for an edge that has not been taken yet. As in gpioioctl, a
// timeout of 0 waits for ever, and one below has ended already.
func (s *Set) WaitForEdge(timeout time.Duration) (int, gpio.Edge, error) {
	s.chip.wait()
	s.chip.mu.Lock()
	if s.closed {
		s.chip.mu.Unlock()
		panic("gpiochip: a closed set was waited for: that would be the program's standard input")
	}
	halt := make(chan struct{}) // a Halt that came before is overwritten
	s.halt = halt
	s.chip.mu.Unlock()
	defer s.endWait()
	var late <-chan time.Time
	switch {
	case timeout < 0:
		return 0, gpio.NoEdge, s.late()
	case timeout > 0:
		t := time.NewTimer(timeout)
		defer t.Stop()
		late = t.C
	}
	select {
	case e := <-s.request.edges:
		return 0, e, nil
	case <-s.request.ended:
		return 0, gpio.NoEdge, failure(syscall.ENODEV)
	case <-late:
	case <-halt:
	}
	return 0, gpio.NoEdge, s.late()
}

func (s *Set) endWait() {
	s.chip.mu.Lock()
	defer s.chip.mu.Unlock()
	s.halt = nil
}

func (s *Set) late() error {
	return fmt.Errorf("read gpio-lineset: %w", os.ErrDeadlineExceeded)
}

// Halt ends a wait that is under way; one that begins later it does not end.
func (s *Set) Halt() error {
	s.chip.mu.Lock()
	defer s.chip.mu.Unlock()
	if s.halt != nil {
		close(s.halt)
		s.halt = nil
	}
	return nil
}

// Close lets go of the line.
func (s *Set) Close() error {
	s.chip.mu.Lock()
	defer s.chip.mu.Unlock()
	s.closed = true
	if s.wire.request == s.request {
		s.wire.request = nil
	}
	return nil
}
