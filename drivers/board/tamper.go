package board

import (
	"context"
	"time"

	"motcua/drivers"
)

const (
	// tamperSteady is how long the tamper switch has to rest in a state to count.
	tamperSteady = 30 * time.Millisecond
	// tamperRestless is how long it may bounce before that counts as open.
	tamperRestless = 500 * time.Millisecond
)

// tamperSwitch makes a contact the tamper switch; nil stays nil.
func tamperSwitch(c *contact) *contact {
	if c != nil {
		c.steady.low, c.steady.high = tamperSteady, tamperSteady
		c.restless = tamperRestless
	}
	return c
}

// followTamper tells whether the case is closed. Only a switch that is read as
// closed, and at rest, is.
func (b *Board) followTamper(ctx context.Context, tell func(drivers.BoardEvent)) {
	var told drivers.BoardEvent
	b.tamper.follow(ctx, func(r reading) {
		now := drivers.CaseOpened
		if r == low {
			now = drivers.CaseClosed
		}
		if now != told {
			told = now
			tell(now)
		}
	})
}
