package emu

import (
	"bytes"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd"
)

// getChallenge begins basic access control (ICAO 9303-11, 4.3.4.1).
func (c *Chip) getChallenge(cmd apdu.Command) apdu.Response {
	switch {
	case c.sm != nil && c.trust != nil:
		return c.inspectionChallenge(cmd)
	case !c.profile.BAC:
		return status(apdu.StatusInstructionUnknown)
	case !c.application || c.sm != nil:
		return status(apdu.StatusConditions)
	case cmd.Le != 8:
		return status(apdu.StatusWrongLength)
	}
	nonce, err := c.random(8)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	c.challenge = nonce
	return apdu.Response{Data: bytes.Clone(nonce), Status: apdu.StatusOK}
}

// externalAuthenticate is the mutual authentication of basic access control
// (ICAO 9303-11, 4.3.4.2); each challenge serves once.
func (c *Chip) externalAuthenticate(cmd apdu.Command) apdu.Response {
	if c.sm != nil && c.trust != nil {
		return c.authenticateTerminal(cmd)
	}
	challenge := c.challenge
	c.challenge = nil
	switch {
	case !c.profile.BAC:
		return status(apdu.StatusInstructionUnknown)
	case c.blocked():
		return status(apdu.StatusAuthBlocked)
	case challenge == nil:
		return status(apdu.StatusConditions)
	case len(cmd.Data) != 40:
		return status(apdu.StatusWrongLength)
	}
	c.attempt()
	seed := c.secrets[passwordMRZ][:16]
	kenc := emrtd.DeriveKey(emrtd.Suite3DES, seed, emrtd.CounterEnc)
	kmac := emrtd.DeriveKey(emrtd.Suite3DES, seed, emrtd.CounterMAC)
	terminal, err := emrtd.OpenBAC(kenc, kmac, cmd.Data)
	if err != nil || !bytes.Equal(terminal.Peer[:], challenge) {
		return c.refuseBAC()
	}
	half, err := c.random(16)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	own := emrtd.BACMessage{Own: [8]byte(challenge), Peer: terminal.Own, Key: [16]byte(half)}
	answer, err := own.Seal(kenc, kmac)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	sm, err := emrtd.BACSession(terminal, own)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	c.accept(passwordMRZ, sm)
	return apdu.Response{Data: answer, Status: apdu.StatusOK}
}
