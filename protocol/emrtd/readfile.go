package emrtd

import (
	"bytes"
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
	// rejoinStep is how much of a file's beginning is compared before reading goes
	// on in its middle.
	rejoinStep = 64
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
// content's own tag and length tell. After an error it may be told to go on,
// with other settings or under another session.
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
	total     int // length of the file, 0 while not known
	asked     int // data bytes that the last command asked for
	tiny      int
	progress  func(read, total int)
	worked    func(n int) // n data bytes were asked for with success
}

// read returns the whole file; called again after an error, it goes on where the
// data ended.
func (r *fileReader) read(ctx context.Context) ([]byte, error) {
	if len(r.buf) > 0 && !r.selected {
		if err := r.rejoin(ctx); err != nil {
			return nil, fmt.Errorf("reading %s again: %w", r.file.Name, err)
		}
	}
	for r.total == 0 || len(r.buf) < r.total {
		if err := r.step(ctx); err != nil {
			return nil, fmt.Errorf("reading %s at %d: %w", r.file.Name, len(r.buf), err)
		}
		if r.progress != nil {
			r.progress(min(len(r.buf), r.total), r.total)
		}
	}
	return r.buf[:r.total:r.total], nil
}

// step reads what comes next.
func (r *fileReader) step(ctx context.Context) error {
	want := r.chunk
	switch {
	case r.total > 0:
		want = min(want, r.total-len(r.buf))
	case r.strictEnd:
		want = headerStep
	}
	got, err := r.fetch(ctx, len(r.buf), want)
	if err != nil {
		return err
	}
	r.keep(got)
	if r.total > 0 {
		return nil
	}
	r.total, err = totalOf(r.file, r.buf)
	return err
}

// keep appends what came, and leaves no second copy of a person's data behind.
func (r *fileReader) keep(got []byte) {
	if len(r.buf)+len(got) > cap(r.buf) {
		grown := append(make([]byte, 0, r.total+r.chunk+len(got)), r.buf...)
		clear(r.buf)
		r.buf = grown
	}
	r.buf = append(r.buf, got...)
	if r.ch.sm != nil { // else they are the transmitter's own
		clear(got)
	}
}

// totalOf is the length of a file by its header, 0 while that is not all there.
func totalOf(f File, beginning []byte) (int, error) {
	h, err := tlv.ReadHeader(beginning)
	if errors.Is(err, tlv.ErrTruncated) {
		return 0, nil
	}
	if err != nil {
		return 0, malformed("header", err)
	}
	total, ok := h.Total()
	if h.Tag != f.Tag || !ok || total > maxFileSize {
		return 0, malformed("header", nil)
	}
	return total, nil
}

// rejoin makes the file current again under a new session. What was read stays
// when the file begins as it did; the signed hash decides about the rest.
func (r *fileReader) rejoin(ctx context.Context) error {
	n := min(len(r.buf), rejoinStep, r.chunk)
	got, err := r.fetch(ctx, 0, n)
	if err != nil {
		return err
	}
	if got = got[:min(len(got), n)]; !bytes.HasPrefix(r.buf, got) {
		clear(r.buf)
		r.buf, r.total = r.buf[:0], 0
	}
	return nil
}

// fetch reads about want bytes at an offset; where the file is not current yet,
// at its start.
func (r *fileReader) fetch(ctx context.Context, at, want int) ([]byte, error) {
	r.asked = want
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	answer, err := r.ch.send(ctx, r.command(at, want))
	if err != nil {
		return nil, err
	}
	if le, told := answer.Status.RightLe(); told && le < want {
		if r.total > 0 {
			r.chunk = le // it is not the end of the file that the chip means
		}
		if answer, err = r.ch.send(ctx, r.command(at, le)); err != nil {
			return nil, err
		}
		want = le
	}
	switch s := answer.Status; {
	case succeeded(s):
	case s == apdu.StatusFileNotFound:
		return nil, errAbsent
	case s == apdu.StatusWrongOffset && r.total == 0 && !r.strictEnd && want > headerStep:
		r.strictEnd = true
		return r.fetch(ctx, at, headerStep)
	default:
		return nil, &apdu.StatusError{INS: apdu.InsReadBinary, Status: s}
	}
	data := answer.Data
	if at > maxOffset {
		item, err := tlv.Parse(data, tagDiscretionary)
		if err != nil {
			return nil, malformed("answer to an odd read", err)
		}
		data = item.Value
	}
	if err := r.checkAnswer(data); err != nil {
		return nil, err
	}
	r.selected = true
	if r.worked != nil {
		r.worked(want)
	}
	return data, nil
}

// checkAnswer refuses an end before the file's own, and crumbs.
func (r *fileReader) checkAnswer(data []byte) error {
	if len(data) == 0 {
		return fmt.Errorf("%w: %w", errEarlyEnd, ErrProtocol)
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
	case !succeeded(answer.Status):
		return &apdu.StatusError{INS: apdu.InsSelect, Status: answer.Status}
	}
	r.selected = true
	return nil
}

func (r *fileReader) command(at, want int) apdu.Command {
	c := apdu.Command{INS: apdu.InsReadBinary, Le: want, Extended: want > apdu.MaxShortLe}
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
