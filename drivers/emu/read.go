package emu

import (
	"motcua/protocol/apdu"
	"motcua/protocol/tlv"
)

// readBinary is the even instruction: 15 bits of offset, or a short identifier
// and 8 bits (ISO/IEC 7816-4, 11.2.3).
func (c *Chip) readBinary(cmd apdu.Command, limit int) apdu.Response {
	limit, s := c.chunk(cmd.Le, limit)
	if s != apdu.StatusOK {
		return status(s)
	}
	if cmd.P1&0x80 == 0 {
		return c.readAt(c.current, int(cmd.P1)<<8|int(cmd.P2), cmd.Le, limit)
	}
	if cmd.P1&0x60 != 0 || c.profile.refuses(RefuseSFI) {
		return status(apdu.StatusIncorrectP1P2)
	}
	if cmd.P1 == 0x80|sfiCardAccess && !c.application && c.profile.refuses(RefuseCardAccessSFI) {
		return status(apdu.StatusIncorrectP1P2)
	}
	f := bySFI(c.directory(), cmd.P1&0x1F)
	if f == nil {
		return status(apdu.StatusFileNotFound)
	}
	return c.readAt(f, int(cmd.P2), cmd.Le, limit)
}

// readBinaryOdd is the odd instruction: the offset in a data object, the bytes
// in another one (ISO/IEC 7816-4, 11.2.3).
func (c *Chip) readBinaryOdd(cmd apdu.Command, limit int) apdu.Response {
	limit, s := c.chunk(cmd.Le, limit)
	if s != apdu.StatusOK {
		return status(s)
	}
	f := c.current
	switch p := uint16(cmd.P1)<<8 | uint16(cmd.P2); {
	case p == 0:
	case p < 0x1F:
		f = bySFI(c.directory(), byte(p))
	default:
		f = byID(c.directory(), p)
	}
	if f == nil {
		return status(apdu.StatusFileNotFound)
	}
	object, err := tlv.Parse(cmd.Data, 0x54)
	if err != nil || len(object.Value) == 0 || len(object.Value) > 3 {
		return status(apdu.StatusWrongData)
	}
	offset := 0
	for _, b := range object.Value {
		offset = offset<<8 | int(b)
	}
	le := cmd.Le
	if le == 0 {
		return status(apdu.StatusWrongLength)
	}
	room := min(le, limit) - len(tlv.AppendHeader(nil, 0x53, min(le, limit)))
	r := c.readAt(f, offset, le, room)
	if len(r.Data) > 0 {
		r.Data = tlv.Encode(0x53, r.Data)
	}
	return r
}

// sfiCardAccess is the short identifier of EF.CardAccess.
const sfiCardAccess = 0x1C

// chunk refuses a length beyond the chip's, or gives less, as the profile says.
func (c *Chip) chunk(le, limit int) (int, apdu.Status) {
	most := c.profile.MaxChunk
	if most == 0 || le <= most {
		return limit, apdu.StatusOK
	}
	switch c.profile.TooLong {
	case TooLongWarned, TooLongShort:
		return min(limit, most), apdu.StatusOK
	case TooLongRefused:
		return limit, apdu.StatusWrongOffset
	case TooLongRight:
		return limit, 0x6C00 | apdu.Status(most)
	case TooLongSM:
		c.endSession()
		return limit, apdu.StatusSMIncorrect
	case TooLongLost:
	}
	c.endSession() // as on cards in the field
	return limit, apdu.StatusWrongLength
}

// readAt reads at most le bytes, and at most limit, which is what the answer can
// carry. The file becomes the current one.
func (c *Chip) readAt(f *file, offset, le, limit int) apdu.Response {
	if f == nil {
		return status(0x6986) // command not allowed: no current file
	}
	if s := c.mayRead(f); s != apdu.StatusOK {
		return status(s)
	}
	c.current = f
	if offset >= len(f.data) {
		return status(apdu.StatusWrongOffset)
	}
	rest := f.data[offset:]
	all := le == apdu.MaxShortLe || le == apdu.MaxExtendedLe // "as much as there is"
	n := min(le, limit, len(rest))
	r := apdu.Response{Data: rest[:n], Status: apdu.StatusOK}
	if c.profile.TooLong == TooLongWarned && le > c.profile.MaxChunk && n < min(le, len(rest)) {
		r.Status = apdu.StatusEndOfFile
	}
	if le <= len(rest) || all {
		return r
	}
	return c.pastEnd(r, len(rest))
}

// pastEnd answers a read across the end of a file.
func (c *Chip) pastEnd(r apdu.Response, left int) apdu.Response {
	switch c.profile.EndOfFile {
	case EndShort:
		r.Status = apdu.StatusEndOfFile
	case EndStrict:
		return status(apdu.StatusWrongOffset)
	case EndRight:
		if left < 256 {
			return status(0x6C00 | apdu.Status(left))
		}
	case EndSilent:
	}
	return r
}
