package emrtd

import (
	"bytes"
	"context"
	"errors"

	"motcua/protocol/apdu"
	"motcua/protocol/emrtd/lds"
)

// fileATRInfo is EF.ATR/INFO below the master file (Doc 9303 part 10, table 28).
// Its content is a row of data objects without one around them.
var fileATRInfo = File{Name: "EF.ATR/INFO", FID: 0x2F01, SFI: 0x01}

// atrInfo learns from EF.ATR/INFO how long an answer may be, once for each kind
// of card, and only where that can save exchanges: the reader knows extended
// length, and more than the identity is to be read or such a card comes again.
// Nothing about it is fatal but the card's leaving.
func (t *terminal) atrInfo(ctx context.Context) error {
	h := &t.doc.Habits
	long := t.o.Photo || len(t.o.Groups) > 0
	switch {
	case t.o.MaxChunk <= apdu.MaxShortLe || !h.extends() || h.Limit > 0:
		return nil
	case h.Info != 0 || h.Chunk > apdu.MaxShortLe || h.Chunk == 0 && !long:
		return nil
	}
	b, err := t.readATRInfo(ctx)
	if err = onlyFatal(err); err != nil {
		return err
	}
	h.Info = -1
	t.doc.ATRInfo = b
	if n := longestAnswer(b); n > apdu.MaxShortLe {
		h.Info = n
	}
	return nil
}

func (t *terminal) readATRInfo(ctx context.Context) ([]byte, error) {
	read := apdu.Command{INS: apdu.InsReadBinary, P1: 0x80 | fileATRInfo.SFI, Le: apdu.MaxShortLe}
	r, err := t.ch.send(ctx, read)
	switch {
	case err != nil || r.Status == apdu.StatusFileNotFound:
		return nil, err
	case succeeded(r.Status):
		return bytes.Clone(r.Data), nil
	}
	// It may be there by name.
	r, err = t.ch.selectFile(ctx, selectChild, []byte{byte(fileATRInfo.FID >> 8), byte(fileATRInfo.FID)})
	if err != nil || !succeeded(r.Status) {
		return nil, err
	}
	read.P1 = 0
	r, err = t.ch.send(ctx, read)
	if err != nil || !succeeded(r.Status) {
		return nil, err
	}
	return bytes.Clone(r.Data), nil
}

// longestAnswer is what the file says of answers, 0 when it says nothing.
func longestAnswer(b []byte) int {
	info, _ := lds.ParseATRInfo(b) // what was understood before an error counts
	return min(info.ResponseBytes, maxAnswer)
}

// succeeded: the command was carried out, perhaps with a warning that changed
// nothing on the chip (62xx); the signed hash tells whether the data is good.
func succeeded(s apdu.Status) bool { return s == apdu.StatusOK || s>>8 == apdu.StatusWarning>>8 }

// errEarlyEnd: the chip gave nothing where the file goes on.
var errEarlyEnd = errors.New("the file ends early")
