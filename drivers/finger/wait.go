package finger

import (
	"context"
	"errors"
	"time"

	"motcua/drivers"
)

// poll is the time between two looks for a finger.
const poll = 100 * time.Millisecond

// pause waits, if ctx allows it.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// until looks again and again, until what it looks for is there.
func until(ctx context.Context, look func() (bool, error)) error {
	for {
		if found, err := look(); found || err != nil {
			return err
		}
		if err := pause(ctx, poll); err != nil {
			return err
		}
	}
}

// again tells whether an error of one picture is mended by laying the finger down
// anew.
func again(err error) bool {
	return errors.Is(err, drivers.ErrPoorFinger) || errors.Is(err, drivers.ErrNoFinger)
}
