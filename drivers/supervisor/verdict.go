package supervisor

import (
	"context"
	"errors"
	"fmt"

	"motcua/drivers"
)

// wrap says that a device is in a state, and why.
func wrap(state, cause error) error { return fmt.Errorf("%w: %w", state, cause) }

// troubled says that a device answered, and that it is not whole: it stays
// attached.
func troubled(err error) bool {
	return is(err, drivers.ErrDeviceFault, drivers.ErrRefused, drivers.ErrPaperOut, drivers.ErrPaperLow, drivers.ErrCoverOpen)
}

// doubtful says that a call's error gives reason to ask the device how it is.
func doubtful(err error) bool {
	return is(err, drivers.ErrNoAnswer, drivers.ErrProtocol, drivers.ErrDeviceFault, drivers.ErrPaperOut, drivers.ErrCoverOpen)
}

// vanished says that there is nothing at the path any more.
func vanished(err error) bool { return is(err, drivers.ErrDeviceGone, drivers.ErrNoDevice) }

func is(err error, any ...error) bool {
	for _, target := range any {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// late turns a deadline of ours that has passed into an answer that is missing.
func late(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return wrap(drivers.ErrNoAnswer, err)
	}
	return err
}
