package emu

import (
	"time"

	"motcua/protocol/apdu"
)

// Attempts is how many keys were tried on the chip since it was issued, right
// ones and wrong ones, by any protocol. One that was only announced does not
// count.
func (c *Chip) Attempts() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.attempts
}

// Thought is how long the chip would have taken over its last answer, beyond
// what a [Link] says of every exchange.
func (c *Chip) Thought() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.thought
}

// thinker is a card that takes its time.
type thinker interface{ Thought() time.Duration }

// thought is how long a card took over its last answer.
func thought(card CardSide) time.Duration {
	if t, ok := card.(thinker); ok {
		return t.Thought()
	}
	return 0
}

// attempt counts a key that is about to be checked. Slow chips take the longer,
// the more wrong ones there were.
func (c *Chip) attempt() {
	c.attempts++
	slow := time.Duration(c.wrong) * time.Duration(c.profile.Slow) * time.Millisecond
	c.thought = min(slow, MaxThought)
}

// refuseBAC answers a wrong key of basic access control.
func (c *Chip) refuseBAC() apdu.Response {
	r := c.refuse(passwordMRZ)
	if r.Status != apdu.StatusAuthFailed {
		return r
	}
	switch c.profile.WrongBAC {
	case WrongBACConditions:
		r.Status = apdu.StatusConditions
	case WrongBACSecurity:
		r.Status = apdu.StatusSecurityStatus
	case WrongBACObjects:
		r.Status = apdu.StatusSMIncorrect
	case WrongBACFailed:
	}
	return r
}
