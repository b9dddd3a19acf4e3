package line

import (
	"context"
	"io"
)

// Device is the device's side of a line.
type Device interface {
	// Run is the device from the moment its power comes on, and returns when it
	// goes: wire then reads as io.EOF and ctx ends. Settings that the device would
	// keep in flash outlast it, nothing else does.
	//
	// Each Write is a frame, the unit that faults are applied to, and never blocks.
	Run(ctx context.Context, wire io.ReadWriter)
}

// Rated is an optional ability of a [Device]: it has a speed. While the host's is
// another, both hear noise.
type Rated interface {
	// Baud is the device's speed now. It is asked from within a Write, and by other
	// goroutines.
	Baud() int
}
