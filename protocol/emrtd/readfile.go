package emrtd

import (
	"context"
	"errors"
	"fmt"

	"motcua/protocol/apdu"
	"motcua/protocol/tlv"
)

const (
	// maxFileSize bounds one file: a photo of 2000 x 2600 pixels fits.
	maxFileSize = 1 << 20
	// maxOffset is the greatest offset that an even READ BINARY can name.
	maxOffset = 0x7FFF
	// headerStep is enough for the header of most files, and never past the end.
	headerStep = 4
	// minAnswer and maxTinyAnswers bound a chip that answers with crumbs.
	minAnswer      = 16
	maxTinyAnswers = 16

	tagDiscretionary tlv.Tag = 0x53 // data in answers to an odd READ BINARY
	tagOffset        tlv.Tag = 0x54
)

// errAbsent: the chip has no such file.
var errAbsent = errors.New("file not on the chip")

// fileReader reads one file with READ BINARY: header and first data in one
// command by short file identifier, then by offset up to the length that the
// content's own tag and length tell.
type fileReader struct {
	ch    *channel
	file  File
	chunk int
	bySFI bool
	// selected: the file is current, offsets count from its start.
	selected bool
	// strictEnd: the chip gives nothing to a read across the end of a file, so
	// the header is read first.
	strictEnd bool
	buf       []byte
	tiny      int
	progress  func(read, total int)
}

// read returns the whole file.
func (r *fileReader) read(ctx context.Context) ([]byte, error) {
	total := 0
	for total == 0 || len(r.buf) < total {
		got, err := r.part(ctx, total)
		if err != nil {
			return nil, fmt.Errorf("reading %s at %d: %w", r.file.Name, len(r.buf), err)
		}
		r.buf = append(r.buf, got...)
		if total == 0 {
			if total, err = r.total(); err != nil {
				return nil, fmt.Errorf("reading %s: %w", r.file.Name, err)
			}
		}
		if r.progress != nil {
			r.progress(min(len(r.buf), total), total)
		}
	}
	return r.buf[:total:total], nil
}

// total is the length of the file by its header, 0 while that is not all there.
func (r *fileReader) total() (int, error) {
	h, err := tlv.ReadHeader(r.buf)
	if errors.Is(err, tlv.ErrTruncated) {
		return 0, nil
	}
	if err != nil {
		return 0, malformed("header", err)
	}
	total, ok := h.Total()
	if h.Tag != r.file.Tag || !ok || total > maxFileSize {
		return 0, malformed("header", nil)
	}
	return total, nil
}

// part reads what comes next.
func (r *fileReader) part(ctx context.Context, total int) ([]byte, error) {
	want := r.chunk
	switch {
	case total > 0:
		want = min(want, total-len(r.buf))
	case r.strictEnd:
		want = headerStep
	}
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	answer, err := r.ch.send(ctx, r.command(want))
	if err != nil {
		return nil, err
	}
	if le, told := answer.Status.RightLe(); told && le < want {
		if answer, err = r.ch.send(ctx, r.command(le)); err != nil {
			return nil, err
		}
	}
	switch answer.Status {
	case apdu.StatusOK, apdu.StatusEndOfFile, apdu.StatusWarning:
	case apdu.StatusFileNotFound:
		return nil, errAbsent
	case apdu.StatusWrongOffset:
		if total > 0 || r.strictEnd {
			return nil, &apdu.StatusError{INS: apdu.InsReadBinary, Status: answer.Status}
		}
		r.strictEnd = true
		return r.part(ctx, total)
	default:
		return nil, &apdu.StatusError{INS: apdu.InsReadBinary, Status: answer.Status}
	}
	data := answer.Data
	if len(r.buf) > maxOffset {
		item, err := tlv.Parse(data, tagDiscretionary)
		if err != nil {
			return nil, malformed("answer to an odd read", err)
		}
		data = item.Value
	}
	r.selected = true
	return data, r.checkAnswer(data)
}

// checkAnswer refuses an end before the file's own, and crumbs.
func (r *fileReader) checkAnswer(data []byte) error {
	if len(data) == 0 {
		return fmt.Errorf("file ends early: %w", ErrProtocol)
	}
	if len(data) < minAnswer {
		if r.tiny++; r.tiny > maxTinyAnswers {
			return fmt.Errorf("too many tiny answers: %w", ErrProtocol)
		}
	}
	return nil
}

// prepare selects the file when it is not read by short identifier.
func (r *fileReader) prepare(ctx context.Context) error {
	if r.selected || r.bySFI {
		return nil
	}
	answer, err := r.ch.selectFile(ctx, selectChild, []byte{byte(r.file.FID >> 8), byte(r.file.FID)})
	switch {
	case err != nil:
		return err
	case answer.Status == apdu.StatusFileNotFound:
		return errAbsent
	case answer.Status != apdu.StatusOK:
		return &apdu.StatusError{INS: apdu.InsSelect, Status: answer.Status}
	}
	r.selected = true
	return nil
}

func (r *fileReader) command(want int) apdu.Command {
	c := apdu.Command{INS: apdu.InsReadBinary, Le: want, Extended: want > apdu.MaxShortLe}
	at := len(r.buf)
	switch {
	case !r.selected:
		c.P1 = 0x80 | r.file.SFI
	case at <= maxOffset:
		c.P1, c.P2 = byte(at>>8), byte(at)
	default:
		c.INS = apdu.InsReadBinaryOdd
		c.Data = tlv.Encode(tagOffset, []byte{byte(at >> 16), byte(at >> 8), byte(at)})
		c.Le = r.oddLe(want)
		c.Extended = c.Le > apdu.MaxShortLe
	}
	return c
}

// oddLe makes room for the header of the data object that an odd read answers
// with, within the chunk.
func (r *fileReader) oddLe(want int) int {
	header := len(tlv.AppendHeader(nil, tagDiscretionary, want))
	return min(want+header, r.chunk)
}
