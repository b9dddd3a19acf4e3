package board

import (
	"context"
	"fmt"
	"time"

	"motcua/drivers"
)

const (
	// buttonSteady is how long the staff button has to be pressed, or let go, to
	// count.
	buttonSteady = 30 * time.Millisecond
	// buttonHoldOff is the least time between two calls.
	buttonHoldOff = 10 * time.Second
	// buttonStuck is how long nobody presses a button for.
	buttonStuck = time.Minute
)

// staffButton makes a contact the staff button; nil stays nil.
func staffButton(c *contact) *contact {
	if c != nil {
		c.steady.low, c.steady.high = buttonSteady, buttonSteady
	}
	return c
}

// followButton tells when the button is pressed after it was seen released, so that
// one that is stuck calls nobody.
func (b *Board) followButton(ctx context.Context, tell func(drivers.BoardEvent)) {
	defer b.setPressed(time.Time{})
	last := unknown
	var called time.Time
	b.button.follow(ctx, func(r reading) {
		now := time.Now()
		b.setPressed(time.Time{})
		if r == low {
			b.setPressed(now)
			if last == high && now.Sub(called) >= buttonHoldOff {
				called = now
				tell(drivers.StaffCalled)
			}
		}
		last = r
	})
}

func (b *Board) setPressed(since time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pressed = since
}

// stuckButton tells of a button that has been pressed for longer than people do.
func (b *Board) stuckButton(now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pressed.IsZero() || now.Sub(b.pressed) < buttonStuck {
		return nil
	}
	return fmt.Errorf("staff button (%s): pressed for %s", b.button.name, now.Sub(b.pressed).Round(time.Second))
}
