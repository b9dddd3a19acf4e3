package emu

import (
	"bytes"
	"encoding/binary"

	"motcua/protocol/apdu"
	"motcua/protocol/tlv"
)

// Ways to select (ISO/IEC 7816-4, table 62).
const (
	selectByID  = 0x00
	selectEF    = 0x02
	selectByAID = 0x04
)

func (c *Chip) selectFile(cmd apdu.Command) apdu.Response {
	switch cmd.P1 {
	case selectByAID:
		return c.selectApplication(cmd)
	case selectByID, selectEF:
		if cmd.P1 == selectByID && len(cmd.Data) == 0 {
			return c.selectMaster()
		}
		if len(cmd.Data) != 2 {
			return status(apdu.StatusWrongLength)
		}
		id := binary.BigEndian.Uint16(cmd.Data)
		if id == fileMF && cmd.P1 == selectByID {
			return c.selectMaster()
		}
		return c.selectElementary(cmd, id)
	}
	return status(apdu.StatusIncorrectP1P2)
}

func (c *Chip) selectMaster() apdu.Response {
	if c.profile.refuses(RefuseSelectMF) {
		return status(apdu.StatusInstructionUnknown)
	}
	c.application, c.current = false, nil
	return status(apdu.StatusOK)
}

func (c *Chip) selectApplication(cmd apdu.Command) apdu.Response {
	if len(cmd.Data) == 0 || !bytes.HasPrefix(aid, cmd.Data) {
		return status(apdu.StatusFileNotFound)
	}
	c.application, c.current = true, nil
	return c.control(cmd, tlv.Encode(0x84, aid))
}

func (c *Chip) selectElementary(cmd apdu.Command, id uint16) apdu.Response {
	f := byID(c.directory(), id)
	if f == nil || f.id == fileCardAccess && c.profile.refuses(RefuseCardAccessName) {
		return status(apdu.StatusFileNotFound)
	}
	if s := c.mayRead(f); s != apdu.StatusOK {
		return status(s)
	}
	c.current = f
	size := binary.BigEndian.AppendUint16(nil, uint16(min(len(f.data), 0xFFFF)))
	return c.control(cmd, append(tlv.Encode(0x80, size), tlv.Encode(0x83, cmd.Data)...))
}

// control adds file control information if the command asks for it.
func (c *Chip) control(cmd apdu.Command, information []byte) apdu.Response {
	if cmd.P2&0x0C == 0x0C || cmd.Le == 0 {
		return status(apdu.StatusOK)
	}
	return apdu.Response{Data: tlv.Encode(0x6F, information), Status: apdu.StatusOK}
}

// directory is the list of files below what is selected.
func (c *Chip) directory() []file {
	if c.application {
		return c.files.application
	}
	return c.files.master
}

// mayRead applies the access rules.
func (c *Chip) mayRead(f *file) apdu.Status {
	refused := !c.application && (f.id == fileCardAccess && c.profile.refuses(RefuseCardAccess) ||
		f.id == fileCardSecurity && c.profile.refuses(RefuseCardSecurity) ||
		f.id == fileDIR && c.profile.refuses(RefuseDIR))
	if refused || f.access == never || f.access == inspected && !c.mayInspect(f) || f.access == inSession && c.sm == nil {
		return apdu.StatusSecurityStatus
	}
	return apdu.StatusOK
}
