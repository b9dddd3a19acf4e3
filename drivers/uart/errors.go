package uart

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"motcua/drivers"
)

// ended lists what a read or write of a line fails with once the line is no
// more. A tty that was hung up reads as io.EOF or EIO; a USB adapter that was
// pulled as ENXIO, ENODEV or EPROTO while its driver lets go.
var ended = []error{
	io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, fs.ErrClosed,
	syscall.EIO, syscall.ENXIO, syscall.ENODEV, syscall.EPIPE, syscall.EPROTO, syscall.ESHUTDOWN,
}

// lineError wraps err with [drivers.ErrDeviceGone] when it says that the line
// has ended.
func lineError(err error) error {
	if err == nil || errors.Is(err, drivers.ErrDeviceGone) {
		return err
	}
	for _, e := range ended {
		if errors.Is(err, e) {
			return fmt.Errorf("%w: %w", drivers.ErrDeviceGone, err)
		}
	}
	return err
}

// openError says what to do about a port that cannot be opened.
func openError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("uart: opening %s: %w: %w", path, drivers.ErrDeviceGone, err)
	case errors.Is(err, syscall.EBUSY), errors.Is(err, syscall.EWOULDBLOCK):
		return fmt.Errorf("uart: opening %s: %w", path, drivers.ErrInUse)
	case errors.Is(err, syscall.ENOTTY):
		return fmt.Errorf("uart: opening %s: not a serial port", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("uart: opening %s: the user is not in the port's group, mostly dialout: %w", path, err)
	}
	return fmt.Errorf("uart: opening %s: %w", path, lineError(err))
}
