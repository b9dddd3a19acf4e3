package portrait

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"

	"motcua/protocol/jpeg2000"
)

func decodeJPEG2000(ctx context.Context, b []byte, l Limits) (image.Image, error) {
	m, err := jpeg2000.Decode(ctx, b, jpeg2000.Limits{Bytes: l.Bytes, Pixels: l.Pixels})
	switch {
	case err == nil:
		return m, nil
	case errors.Is(err, jpeg2000.ErrTooBig):
		return nil, fmt.Errorf("%w: %w", ErrTooBig, err)
	case ctx.Err() != nil:
		return nil, err
	}
	return nil, fmt.Errorf("%w: %w", ErrPicture, err)
}

func decodeJPEG(ctx context.Context, b []byte, l Limits) (image.Image, error) {
	if err := checkJPEG(b, l); err != nil {
		return nil, err
	}
	m, err := jpeg.Decode(&contextReader{ctx: ctx, r: bytes.NewReader(b)})
	switch {
	case err == nil:
		return m, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("decoding JPEG: %w", ctx.Err())
	}
	return nil, fmt.Errorf("%w: %w", ErrPicture, err)
}

// contextReader ends when its context does. The decoder reads a few kilobytes at
// a time, so that it notices soon.
type contextReader struct {
	ctx context.Context
	r   *bytes.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	markTEM   = 0x01
	markRST0  = 0xD0
	markSOI   = 0xD8
	markEOI   = 0xD9
	markSOS   = 0xDA
	markSOF0  = 0xC0
	markSOF15 = 0xCF
	markDHT   = 0xC4
	markJPG   = 0xC8
	markDAC   = 0xCC
)

// checkJPEG walks through the markers: one frame, of a size within the limits,
// and few scans. Nothing is decoded.
func checkJPEG(b []byte, l Limits) error {
	frames, scans := 0, 0
	for i := 0; ; {
		mark, content, next, ok := nextMarker(b, i)
		switch {
		case !ok || mark == markEOI:
			if frames == 0 || scans == 0 {
				return fmt.Errorf("JPEG without frame or scan: %w", ErrPicture)
			}
			return nil
		case mark == markSOS:
			if scans++; scans > l.Scans {
				return fmt.Errorf("%d scans: %w", scans, ErrTooBig)
			}
		case isFrame(mark):
			if frames++; frames > 1 {
				return fmt.Errorf("JPEG with two frames: %w", ErrPicture)
			}
			if err := checkFrame(content, l); err != nil {
				return err
			}
		}
		i = next
	}
}

func isFrame(mark byte) bool {
	return mark >= markSOF0 && mark <= markSOF15 && mark != markDHT && mark != markJPG && mark != markDAC
}

// checkFrame reads a frame header (B.2.2): precision, height, width, components.
func checkFrame(b []byte, l Limits) error {
	if len(b) < 6 {
		return fmt.Errorf("JPEG frame: %w", ErrPicture)
	}
	h, w := int64(binary.BigEndian.Uint16(b[1:])), int64(binary.BigEndian.Uint16(b[3:]))
	if h == 0 || w == 0 {
		return fmt.Errorf("JPEG frame without a size: %w", ErrPicture)
	}
	if h*w > int64(l.Pixels) || b[5] > 4 {
		return fmt.Errorf("%d by %d pixels, %d components: %w", w, h, b[5], ErrTooBig)
	}
	return nil
}

// nextMarker finds the next marker from i on, skipping coded data, and its
// segment's content.
func nextMarker(b []byte, i int) (mark byte, content []byte, next int, ok bool) {
	for {
		at := bytes.IndexByte(b[i:], 0xFF)
		if at < 0 || i+at+1 >= len(b) {
			return 0, nil, 0, false
		}
		i += at + 1
		mark = b[i]
		if mark != 0 && mark != 0xFF && (mark < markRST0 || mark >= markSOI) {
			break
		}
	}
	i++
	if mark == markSOI || mark == markEOI || mark == markTEM {
		return mark, nil, i, true
	}
	if i+2 > len(b) {
		return 0, nil, 0, false
	}
	n := int(binary.BigEndian.Uint16(b[i:]))
	if n < 2 || i+n > len(b) {
		return 0, nil, 0, false
	}
	return mark, b[i+2 : i+n], i + n, true
}
