package board

import (
	"context"
	"time"

	"periph.io/x/conn/v3/gpio"
)

const (
	// lookAgain is how often a level is read again although no edge was told.
	lookAgain = 5 * time.Second
	// breath is the least time from one edge to the next look, so that a line that
	// swings does not take the processor.
	breath = 5 * time.Millisecond
)

// contact is a switch or sensor on an input, without its bouncing.
type contact struct {
	*input
	// steady is how long a level must not change to count.
	steady struct{ low, high time.Duration }
	// restless is how long it may go on changing before that is told; 0: for ever.
	restless time.Duration
}

// reading is what a contact's line is.
type reading int

const (
	unknown    reading = iota // not read yet
	low                       // steadily
	high                      // steadily
	unsteady                  // it does not come to rest
	unreadable                // see input.trouble
)

func readingOf(l gpio.Level) reading {
	if l == gpio.High {
		return high
	}
	return low
}

// follow reports what the contact is and each change of it, until ctx ends.
func (c *contact) follow(ctx context.Context, report func(reading)) {
	told := unknown
	for {
		now := c.look(ctx, told)
		if ctx.Err() != nil {
			return
		}
		if now != told {
			told = now
			report(now)
		}
		if now == unreadable {
			pause(ctx, lookAgain)
		} else {
			_, _ = c.change(ctx, lookAgain) // the next look tells what is wrong
		}
	}
}

// look reads the contact, and waits until it has come to rest unless it is as it
// was told before.
func (c *contact) look(ctx context.Context, told reading) reading {
	level, err := c.read()
	if err != nil {
		return unreadable
	}
	if now := readingOf(level); now == told {
		return now
	}
	return c.settle(ctx, level)
}

// settle waits until the level has not changed for a while.
func (c *contact) settle(ctx context.Context, level gpio.Level) reading {
	begun := time.Now()
	for ctx.Err() == nil {
		edge, err := c.change(ctx, c.steadyFor(level))
		if err != nil {
			return unreadable
		}
		next, err := c.read()
		if err != nil {
			return unreadable
		}
		if !edge && next == level {
			return readingOf(level)
		}
		level = next
		if c.restless > 0 && time.Since(begun) > c.restless {
			return unsteady
		}
	}
	return unknown
}

// change waits for an edge, for d or until ctx ends.
func (c *contact) change(ctx context.Context, d time.Duration) (edge bool, err error) {
	edge, err = c.wait(ctx, d)
	if edge {
		pause(ctx, breath)
	}
	return edge, err
}

func (c *contact) steadyFor(l gpio.Level) time.Duration {
	if l == gpio.High {
		return c.steady.high
	}
	return c.steady.low
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
