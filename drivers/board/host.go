package board

import (
	"fmt"
	"log"
	"log/slog"
	"strings"
	"syscall"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/host/v3"
	"periph.io/x/host/v3/gpioioctl"

	"motcua/drivers"
)

// System gives the lines of the machine's GPIO chips. It starts periph's drivers,
// and sends what they write into the standard library's global log to this one.
// Without a chip it fails with drivers.ErrNoDevice.
func System(to *slog.Logger) (Lines, error) {
	log.SetFlags(0)
	log.SetOutput(slog.NewLogLogger(to.Handler(), slog.LevelWarn).Writer())
	state, err := host.Init()
	if err != nil {
		return nil, fmt.Errorf("starting periph: %w", err)
	}
	for _, f := range state.Failed {
		to.Warn("periph", "driver", f.D.String(), "err", f.Err)
	}
	s := system{}
	for _, chip := range gpioioctl.Chips {
		for _, line := range chip.Lines() {
			s.chips = append(s.chips, chip)
			s.places = append(s.places, place{chip: chip.Name(), label: chip.Label(), number: line.Number(), line: line.Name()})
		}
	}
	if len(s.places) == 0 {
		return nil, fmt.Errorf("the machine has no GPIO chip that may be used: %w", drivers.ErrNoDevice)
	}
	return s, nil
}

// system is the lines that were found; the chip of each place stands beside it.
type system struct {
	places []place
	chips  []*gpioioctl.GPIOChip
}

// What is used of periph's lines.
var (
	_ Input  = (*gpioioctl.LineSet)(nil)
	_ Output = (*gpioioctl.GPIOLine)(nil)
)

// Input takes the line as a set of one: a set returns the error of a reading, a
// single line reads as Low instead.
func (s system) Input(name string, pull gpio.Pull) (Input, error) {
	i, err := find(name, s.places)
	if err != nil {
		return nil, err
	}
	p := s.places[i]
	if p.line == "" || s.chips[i].ByName(p.line).Number() != p.number {
		return nil, fmt.Errorf("%s: %w: %w", p, errNameless, drivers.ErrNoDevice)
	}
	set, err := s.chips[i].LineSet(gpioioctl.LineInput, gpio.BothEdges, pull, p.line)
	if err != nil {
		return nil, cause(err)
	}
	return set, nil
}

// Output takes a single line, which needs no name.
func (s system) Output(name string) (Output, error) {
	i, err := find(name, s.places)
	if err != nil {
		return nil, err
	}
	return s.chips[i].ByNumber(s.places[i].number), nil
}

// cause finds out what a failure of gpioioctl means: it makes texts of the kernel's
// numbers. A line that fails for any other reason cannot be relied on.
func cause(err error) error {
	if err == nil {
		return nil
	}
	for errno, means := range map[syscall.Errno]error{
		syscall.EBUSY:  drivers.ErrInUse,
		syscall.ENODEV: drivers.ErrDeviceGone,
	} {
		if strings.HasSuffix(err.Error(), errno.Error()) {
			return fmt.Errorf("%w: %w", means, err)
		}
	}
	return fmt.Errorf("%w: %w", drivers.ErrDeviceFault, err)
}
