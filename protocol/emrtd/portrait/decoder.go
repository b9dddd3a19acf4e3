package portrait

import (
	"context"
	"errors"
	"fmt"
	"image"
	"sync"

	"motcua/protocol/emrtd"
	"motcua/protocol/emrtd/lds"
	"motcua/protocol/jpeg2000"
)

var (
	// ErrPicture: the bytes are no picture that can be decoded. Permanent for
	// this card.
	ErrPicture = errors.New("picture cannot be decoded")
	// ErrTooBig: the picture exceeds a limit. Permanent for this card.
	ErrTooBig = errors.New("picture beyond the limits")
)

// Limits bound a picture before it is decoded.
type Limits struct {
	Bytes  int // of the compressed picture
	Pixels int // of the picture
	Scans  int // of a JPEG; a progressive one is drawn anew by each
}

// DefaultLimits fit any face on a card: these have about 15 KB, 200 000 pixels
// and at most a dozen scans. Decoding at the limit takes about 50 MB.
func DefaultLimits() Limits {
	l := jpeg2000.PortraitLimits()
	return Limits{Bytes: l.Bytes, Pixels: l.Pixels, Scans: 32}
}

// Decoder decodes faces, a few at once. It is safe for concurrent use.
type Decoder struct {
	limits  Limits
	slots   chan struct{}
	workers sync.WaitGroup
	decode  func(context.Context, lds.Face, Limits) (image.Image, error)
}

// NewDecoder decodes at most workers pictures at once; further calls wait.
func NewDecoder(workers int, limits Limits) *Decoder {
	return &Decoder{limits: limits, slots: make(chan struct{}, max(1, workers)), decode: decode}
}

// outcome is what a worker made.
type outcome struct {
	m   image.Image
	err error
}

// Decode returns the picture, upright and whole. It returns as soon as the
// context ends, also when a decoder is stuck in the picture.
//
// Errors: [ErrPicture], [ErrTooBig] and the context's.
func (d *Decoder) Decode(ctx context.Context, f emrtd.SignedFace) (image.Image, error) {
	select {
	case d.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting to decode a picture: %w", ctx.Err())
	}
	done := make(chan outcome, 1)
	d.workers.Go(func() {
		defer func() { <-d.slots }()
		done <- d.work(ctx, f.Face())
	})
	select {
	case o := <-done:
		return o.m, o.err
	case <-ctx.Done():
		return nil, fmt.Errorf("decoding a picture: %w", ctx.Err())
	}
}

// Wait waits until no worker is left, also those whose callers went away.
func (d *Decoder) Wait() { d.workers.Wait() }

// work decodes and turns a panic into an error; what a decoder says of it may
// hold bytes of the picture and is not repeated.
func (d *Decoder) work(ctx context.Context, f lds.Face) (o outcome) {
	defer func() {
		if recover() != nil {
			o = outcome{err: fmt.Errorf("decoder gave up: %w", ErrPicture)}
		}
	}()
	m, err := d.decode(ctx, f, d.limits)
	return outcome{m: m, err: err}
}

// decode picks the decoder by what the picture is, whatever the record declares.
func decode(ctx context.Context, f lds.Face, l Limits) (image.Image, error) {
	if len(f.Picture) > l.Bytes {
		return nil, fmt.Errorf("%d bytes: %w", len(f.Picture), ErrTooBig)
	}
	switch f.Format {
	case lds.PictureJPEG:
		return decodeJPEG(ctx, f.Picture, l)
	case lds.PictureJPEG2000:
		return decodeJPEG2000(ctx, f.Picture, l)
	case lds.PictureUnknown:
	}
	return nil, fmt.Errorf("unknown format: %w", ErrPicture)
}
