package board

import (
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Lines gives out a machine's GPIO lines: [System] those of the kernel, drivers/emu
// those of an emulated chip. What it fails with tells drivers.ErrNoDevice (no such
// line), drivers.ErrInUse or drivers.ErrDeviceGone.
type Lines interface {
	// Input requests a line for reading, with both its edges reported.
	Input(name string, pull gpio.Pull) (Input, error)
	// Output requests a line for driving. It is driven with the first Out.
	Output(name string) (Output, error)
}

// Input is a line that is read, as periph's gpioioctl.LineSet of one line is. Its
// methods must not be called at the same time.
type Input interface {
	// Read gives the line's level as bit 0.
	Read(mask gpio.GPIOValue) (gpio.GPIOValue, error)
	// WaitForEdge waits for an edge, which may be an old one. timeout must be above
	// zero; when it ends the error is os.ErrDeadlineExceeded.
	WaitForEdge(timeout time.Duration) (line int, edge gpio.Edge, err error)
	// Close ends the use of the line; nothing may be called afterwards.
	Close() error
}

// Output is a line that is driven, as periph's gpioioctl.GPIOLine is.
type Output interface {
	Out(l gpio.Level) error
	Close()
}
