package emu

import (
	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
)

// Password references of MSE:Set AT (BSI TR-03110-3, B.11.1).
const (
	passwordMRZ = 0x01
	passwordCAN = 0x02
	passwordPIN = 0x03
	passwordPUK = 0x04
)

// pinTries is how many wrong PINs a chip stands: with one left the PIN is
// suspended, with none it is blocked (BSI TR-03110-2, 3.3).
const pinTries = 3

// triesLeft is the status that tells how many tries a password has.
func triesLeft(n int) apdu.Status { return 0x63C0 | apdu.Status(max(0, n)) }

// announce answers MSE:Set AT for a password: open when PACE may begin with it.
// A count that is not full is told.
func (c *Chip) announce(password byte) (s apdu.Status, open bool) {
	switch {
	case password == passwordPIN && c.wrongPINs > 0:
		left := pinTries - c.wrongPINs
		return triesLeft(left), left > 1
	case password == passwordPIN || password == passwordPUK:
		return apdu.StatusOK, true
	case c.blocked():
		return apdu.StatusAuthBlocked, false
	case c.profile.Tries > 0 && c.wrong > 0:
		return triesLeft(c.profile.Tries - c.wrong), true
	}
	return apdu.StatusOK, true
}

// blocked tells whether the chip takes no key for now.
func (c *Chip) blocked() bool {
	return c.profile.Blocked || c.profile.Tries > 0 && c.wrong >= c.profile.Tries
}

// refuse counts a wrong password.
func (c *Chip) refuse(password byte) apdu.Response {
	if password == passwordPIN {
		c.wrongPINs++
		return status(triesLeft(pinTries - c.wrongPINs))
	}
	c.wrong++
	if c.profile.Tries == 0 {
		return status(apdu.StatusAuthFailed)
	}
	return status(triesLeft(c.profile.Tries - c.wrong))
}

// accept begins secure messaging. The PUK gives the PIN its tries back.
func (c *Chip) accept(password byte, sm *emrtd.Session) {
	if password == passwordPIN || password == passwordPUK {
		c.wrongPINs = 0
	} else {
		c.wrong = 0
	}
	c.sm, c.pace, c.challenge, c.password = sm, nil, nil, password
}
