package finger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

const (
	// clearTime is how long a module may take to be emptied after a call, also one
	// whose context has ended.
	clearTime = 15 * time.Second
	// quiet is how long a line must be silent before it counts as such.
	quiet = 50 * time.Millisecond
	// patience is how long an answer that is still owed is waited for, when others
	// have come late.
	patience = 5 * time.Second
	// hush is the same before each command, in which nothing should come.
	hush = time.Millisecond
	// poll is the time between two looks for a finger.
	poll = 100 * time.Millisecond

	// maxPoor is how often one picture of an enrolment may be poor.
	maxPoor = 4
	// What modules say of themselves is bounded by these.
	maxSide     = 1024
	maxTemplate = 8192
)

// after empties the module at the end of a call that ended with err. The call's
// context may have ended; what is a person's goes nevertheless.
func after(ctx context.Context, err error, empty func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), clearTime)
	defer cancel()
	if e := empty(ctx); e != nil {
		return errors.Join(err, fmt.Errorf("emptying the module: %w", e))
	}
	return err
}

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

// maxLate is how many answers may come before the one that is waited for.
const maxLate = 64

// silence waits until nothing comes any more. A picture that is under way takes
// longer than one try.
func silence(ctx context.Context, line *uart.Line) error {
	var err error
	for range 3 {
		if err = line.Drain(ctx, quiet); !errors.Is(err, drivers.ErrProtocol) {
			return err
		}
	}
	return err
}

// closePort closes a port that can be closed.
func closePort(p periph.Port) {
	if c, ok := p.(io.Closer); ok {
		_ = c.Close() // what went wrong before is told
	}
}

// closing ends a driver: the module is emptied as far as it still answers, and the
// port closed.
func closing(purge func(context.Context) error, line *uart.Line) error {
	err := after(context.Background(), nil, purge)
	if errors.Is(err, drivers.ErrDeviceGone) {
		err = nil // there is nothing left to empty
	}
	return errors.Join(err, line.Close())
}

// retune connects a line at a speed, unless it has that.
func retune(line **uart.Line, port periph.Port, baud int) error {
	if *line != nil && (*line).Settings().Baud == baud {
		return nil
	}
	tuned, err := uart.Connect(port, uart.Settings{Baud: baud})
	if err != nil {
		return err
	}
	*line = tuned
	return nil
}

// trySpeeds connects at one speed after the other until the module answers. What
// no other speed can mend ends it.
func trySpeeds(ctx context.Context, speeds []int, connect func(baud int) error) (err error) {
	for _, baud := range speeds {
		err = connect(baud)
		if err == nil || ctx.Err() != nil || errors.Is(err, drivers.ErrDeviceGone) || errors.Is(err, drivers.ErrRefused) {
			return err
		}
	}
	return err
}

// fits tells whether a template is of the kind and size that a module takes.
func fits(t drivers.Template, kind string, size int) error {
	if t.Kind != kind || len(t.Data) != size {
		return fmt.Errorf("%w: kind %q with %d bytes, want %q with %d", drivers.ErrTemplate, t.Kind, len(t.Data), kind, size)
	}
	return nil
}

// owed counts answers of a form of their own, by which a line is brought back into
// step, that were asked for and have not come. Answers come in the order of their
// commands: if one was given up, it comes before the one that is waited for.
type owed int

// settle takes answers until none is owed, or those that are still owed do not come.
// take tells whether an answer was of that form.
func (o *owed) settle(wait time.Duration, take func(wait time.Duration) (ours bool, err error)) error {
	came := owed(0)
	for range maxLate {
		ours, err := take(wait)
		switch {
		case errors.Is(err, drivers.ErrProtocol):
			continue
		case errors.Is(err, drivers.ErrNoAnswer) && came > 0: // the others were lost
			*o = 0
			return nil
		case err != nil:
			return err
		case !ours:
			continue
		}
		if came++; came == *o {
			*o = 0
			return nil
		}
		wait = patience
	}
	return fmt.Errorf("%d answers to something else: %w", maxLate, drivers.ErrProtocol)
}
