package emu

import "motcua/protocol/apdu"

// internalAuthenticate is active authentication: the chip signs the terminal's
// eight bytes (ICAO 9303-11, 6.1).
func (c *Chip) internalAuthenticate(cmd apdu.Command) apdu.Response {
	switch {
	case !c.keys.held.exists():
		return status(apdu.StatusInstructionUnknown)
	case c.sm == nil || !c.application:
		return status(apdu.StatusSecurityStatus)
	case len(cmd.Data) != 8:
		return status(apdu.StatusWrongLength)
	}
	signature, err := c.keys.held.sign(c.rand, cmd.Data)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	if cmd.Le > 0 && cmd.Le != apdu.MaxShortLe && cmd.Le < len(signature) { // the greatest length asks for all there is
		return status(apdu.StatusWrongLength)
	}
	return apdu.Response{Data: signature, Status: apdu.StatusOK}
}
