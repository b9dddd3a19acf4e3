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
	asked := cmd.Le == apdu.MaxShortLe || cmd.Le == apdu.MaxExtendedLe // for all there is
	switch habit := c.profile.ActiveAnswer; {
	case habit == ActiveDenied:
		return status(apdu.StatusSecurityStatus)
	case habit == ActiveEmpty && cmd.Le == apdu.MaxExtendedLe:
		return status(apdu.StatusOK)
	case habit == ActiveCut && cmd.Le != len(signature):
		signature = signature[:min(len(signature), apdu.MaxShortLe)]
	case habit == ActiveExact && cmd.Le != len(signature):
		c.endSession()
		return status(apdu.StatusWrongLength)
	case cmd.Le > 0 && !asked && cmd.Le < len(signature):
		return status(apdu.StatusWrongLength)
	}
	return apdu.Response{Data: signature, Status: apdu.StatusOK}
}
