package cardread

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"sync"

	"motcua/protocol/emrtd"
	"motcua/protocol/emrtd/portrait"
)

// ErrNoPicture is wrapped when there is no photo to show: it was not read, no good
// signature covers it, or it cannot be decoded. The reason follows in words.
var ErrNoPicture = errors.New("no photo to show")

// decoding is a photo that is being decoded beside the reading.
type decoding struct {
	work    sync.WaitGroup
	begun   bool
	picture image.Image
	err     error
}

func (d *decoding) begin(ctx context.Context, face emrtd.SignedFace) {
	d.begun = true
	d.work.Go(func() {
		decoder := portrait.NewDecoder(1, portrait.DefaultLimits())
		defer decoder.Wait()
		d.picture, d.err = decoder.Decode(ctx, face)
	})
}

// Picture is the photo that [Options.Decode] asked for. There is none that is not
// covered by a good signature.
func (r *Reading) Picture() (image.Image, error) {
	r.decoding.work.Wait()
	_, err := r.Document.Face() // says why there is none
	switch {
	case errors.Is(err, emrtd.ErrUnproven):
		return nil, fmt.Errorf("%w: no good signature covers it", ErrNoPicture)
	case errors.Is(err, emrtd.ErrNoFace):
		return nil, fmt.Errorf("%w: the card gave none", ErrNoPicture)
	case err == nil && !r.decoding.begun:
		return nil, fmt.Errorf("%w: it was not asked for", ErrNoPicture)
	}
	if err := cmp.Or(err, r.decoding.err); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPicture, err)
	}
	return r.decoding.picture, nil
}
