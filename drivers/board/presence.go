package board

import (
	"context"
	"time"

	"periph.io/x/conn/v3/gpio"

	"motcua/drivers"
)

const (
	// presenceSteady is how long somebody has to be near to be told.
	presenceSteady = 200 * time.Millisecond
	// presenceHoldOff is how long nobody may be near before that is told: people
	// stand still, and sensors forget them.
	presenceHoldOff = 10 * time.Second
)

// presenceSensor makes a contact of the presence sensor, if there is one, and says
// which level it has when somebody is near.
func presenceSensor(add func(role, name string, pull gpio.Pull) *contact, pins Pins) (*contact, reading) {
	pull, near := gpio.PullDown, high // a wire that is broken is nobody
	if pins.PresenceLow {
		pull, near = gpio.PullUp, low
	}
	c := add("presence sensor", pins.Presence, pull)
	if c == nil {
		return nil, near
	}
	c.steady.high, c.steady.low = presenceSteady, presenceHoldOff
	if near == low {
		c.steady.low, c.steady.high = presenceSteady, presenceHoldOff
	}
	return c, near
}

// followPresence tells whether somebody is near. At the start nobody is, until the
// sensor says otherwise; one that cannot be read says nothing.
func (b *Board) followPresence(ctx context.Context, tell func(drivers.BoardEvent)) {
	told := drivers.PersonLeft
	tell(told)
	b.presence.follow(ctx, func(r reading) {
		now := drivers.PersonLeft
		switch r {
		case b.whenNear:
			now = drivers.PersonCame
		case unreadable, unsteady, unknown:
			return
		case low, high:
		}
		if now != told {
			told = now
			tell(now)
		}
	})
}
