package emu

import (
	"bytes"
	"errors"

	"motcua/protocol/apdu"
	"motcua/protocol/cvc"
	"motcua/protocol/tlv"
)

// inspection is how far terminal authentication (ICAO 9303-11, 7.1) has come in
// this session.
type inspection struct {
	issuer    cvc.Reference // whose key verifies the next certificate
	terminal  cvc.Reference // whose key verifies the signature
	chain     chain
	challenge []byte
	done      bool
	rights    cvc.Rights
}

// Parameters of the commands (ICAO 9303-11, 7.1.5).
const (
	setVerification = 0x81
	crtSignature    = 0xB6
	selfDescriptive = 0xBE
	claChained      = 0x10
	maxChain        = 4096
	challengeSize   = 8
)

// chain is the data of a command that comes in several parts (ISO/IEC 7816-4,
// 5.3.3).
type chain struct {
	ins  byte
	data []byte
}

// chained takes parts of the two commands that may be too long for a short one;
// whole is false while more is to come. Another command in between ends a chain.
func (c *Chip) chained(cmd apdu.Command) (joined apdu.Command, whole bool, s apdu.Status) {
	begun := c.inspection.chain
	c.inspection.chain = chain{}
	if c.trust == nil || cmd.INS != apdu.InsPerformSecurityOp && cmd.INS != apdu.InsExternalAuthenticate {
		return cmd, true, apdu.StatusOK
	}
	if begun.ins == cmd.INS {
		cmd.Data = append(begun.data, cmd.Data...)
	}
	switch {
	case len(cmd.Data) > maxChain:
		return cmd, false, apdu.StatusWrongLength
	case cmd.CLA&claChained == 0:
		return cmd, true, apdu.StatusOK
	}
	c.inspection.chain = chain{cmd.INS, bytes.Clone(cmd.Data)}
	return cmd, false, apdu.StatusOK
}

// inspectable tells whether terminal authentication may go on: the terminal has
// shown a key to bind the rights to.
func (c *Chip) inspectable() apdu.Status {
	switch {
	case c.trust == nil:
		return apdu.StatusInstructionUnknown
	case c.sm == nil || !c.application || c.terminalKey == nil || c.inspection.done:
		return apdu.StatusSecurityStatus
	}
	return apdu.StatusOK
}

// setInspection is MSE:Set DST, which names the key for the next certificate, or
// MSE:Set AT, which names the terminal's.
func (c *Chip) setInspection(cmd apdu.Command) apdu.Response {
	if s := c.inspectable(); s != apdu.StatusOK {
		return status(s)
	}
	name, err := tlv.Parse(cmd.Data, 0x83)
	if err != nil {
		return status(apdu.StatusWrongData)
	}
	ref := cvc.Reference(name.Value)
	switch cmd.P2 {
	case crtSignature:
		if !c.trust.Knows(ref) {
			return status(apdu.StatusReferenceNotFound)
		}
		c.inspection.issuer = ref
	case crtAuthentication:
		if _, _, known := c.trust.Terminal(ref); !known {
			return status(apdu.StatusReferenceNotFound)
		}
		c.inspection.terminal = ref
	default:
		return status(apdu.StatusIncorrectP1P2)
	}
	return status(apdu.StatusOK)
}

// verifyCertificate is PSO:Verify Certificate.
func (c *Chip) verifyCertificate(cmd apdu.Command) apdu.Response {
	if s := c.inspectable(); s != apdu.StatusOK {
		return status(s)
	}
	if cmd.P1 != 0 || cmd.P2 != selfDescriptive {
		return status(apdu.StatusIncorrectP1P2)
	}
	certificate, err := cvc.ParseSigned(cmd.Data)
	if err != nil {
		return status(apdu.StatusWrongData)
	}
	if certificate.Authority != c.inspection.issuer {
		return status(apdu.StatusConditions)
	}
	if err := c.trust.Import(certificate); err != nil {
		return status(importStatus(err))
	}
	if f := byID(c.files.application, fileCVCA); f != nil {
		f.data = encodeCVCA(c.trust.TrustPoints())
	}
	return status(apdu.StatusOK)
}

// importStatus is this chip's own choice: the standard leaves it open.
func importStatus(err error) apdu.Status {
	switch {
	case errors.Is(err, cvc.ErrSignature):
		return apdu.StatusAuthFailed
	case errors.Is(err, cvc.ErrExpired), errors.Is(err, cvc.ErrRole):
		return apdu.StatusConditions
	case errors.Is(err, cvc.ErrReference):
		return apdu.StatusReferenceNotFound
	}
	return apdu.StatusWrongData
}

// inspectionChallenge is GET CHALLENGE under secure messaging.
func (c *Chip) inspectionChallenge(cmd apdu.Command) apdu.Response {
	if s := c.inspectable(); s != apdu.StatusOK {
		return status(s)
	}
	if cmd.Le != challengeSize {
		return status(apdu.StatusWrongLength)
	}
	nonce, err := c.random(challengeSize)
	if err != nil {
		return status(apdu.StatusExecution)
	}
	c.inspection.challenge = nonce
	return apdu.Response{Data: bytes.Clone(nonce), Status: apdu.StatusOK}
}

// authenticateTerminal is EXTERNAL AUTHENTICATE under secure messaging: the
// terminal signs the chip's name, its challenge and the key that made the
// session. Each challenge serves once.
func (c *Chip) authenticateTerminal(cmd apdu.Command) apdu.Response {
	s := &c.inspection
	challenge := s.challenge
	s.challenge = nil
	if st := c.inspectable(); st != apdu.StatusOK {
		return status(st)
	}
	key, granted, known := c.trust.Terminal(s.terminal)
	if challenge == nil || !known {
		return status(apdu.StatusConditions)
	}
	signed := bytes.Join([][]byte{c.inspectionName(), challenge, c.terminalKey}, nil)
	if err := key.Verify(signed, cmd.Data); err != nil {
		return status(apdu.StatusAuthFailed)
	}
	s.done, s.rights = true, granted.Rights()
	return status(apdu.StatusOK)
}

// inspectionName is what the terminal has to call the chip: its key of PACE, or
// the document number with its check digit after BAC and on cards that bind
// statically (BSI TR-03110-1, 3.5).
func (c *Chip) inspectionName() []byte {
	switch {
	case c.identifier == nil:
		return c.document
	case !c.profile.TerminalAuth.static():
		return c.identifier
	case c.password == passwordCAN:
		return c.secrets[passwordCAN]
	}
	return c.document
}

// mayInspect tells whether this terminal has the right to a file.
func (c *Chip) mayInspect(f *file) bool {
	needs := map[uint16]cvc.Rights{0x0103: cvc.ReadDG3, 0x0104: cvc.ReadDG4}[f.id] // DG3, DG4
	return needs != 0 && c.inspection.rights&needs == needs
}

// encodeCVCA is EF.CVCA: the trust points, the most recent first, in 36 bytes
// (BSI TR-03110-3, table 13).
func encodeCVCA(points []cvc.Reference) []byte {
	var b []byte
	for _, p := range points {
		b = tlv.Append(b, 0x42, []byte(p))
	}
	return append(b, make([]byte, sizeCVCA-len(b))...)
}

const sizeCVCA = 36
