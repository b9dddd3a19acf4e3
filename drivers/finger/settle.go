package finger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"motcua/drivers"
)

const (
	// quiet is how long a line must be silent before it counts as such.
	quiet = 50 * time.Millisecond
	// hush is the same before each command, where nothing should come.
	hush = time.Millisecond
	// patience is how long an answer that is still owed is waited for, when others
	// have come late.
	patience = 5 * time.Second
	// maxLate is how many answers may come before the one that is waited for.
	maxLate = 64
)

// silence waits until nothing comes any more. A picture that is under way takes
// longer than one try, which is two seconds.
func (m *module) silence(ctx context.Context) error {
	var err error
	for range 6 {
		if err = m.line.Drain(ctx, quiet); !errors.Is(err, drivers.ErrProtocol) {
			return err
		}
	}
	return err
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
