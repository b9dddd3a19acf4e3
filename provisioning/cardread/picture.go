package cardread

import (
	"context"
	"errors"
	"fmt"
	"image"

	"motcua/protocol/emrtd"
	"motcua/protocol/emrtd/portrait"
)

// ErrNoPicture is wrapped when there is no photo to show: it was not read, no good
// signature covers it, or it cannot be decoded. The reason follows in words.
var ErrNoPicture = errors.New("no photo to show")

// Picture decodes the photo of a card. It gives none that is not covered by a good
// signature.
func Picture(ctx context.Context, d *emrtd.Document) (image.Image, error) {
	face, err := d.Face()
	switch {
	case errors.Is(err, emrtd.ErrUnproven):
		return nil, fmt.Errorf("%w: no good signature covers it", ErrNoPicture)
	case errors.Is(err, emrtd.ErrNoFace):
		return nil, fmt.Errorf("%w: the card gave none", ErrNoPicture)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNoPicture, err)
	}
	decoder := portrait.NewDecoder(1, portrait.DefaultLimits())
	defer decoder.Wait()
	picture, err := decoder.Decode(ctx, face)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPicture, err)
	}
	return picture, nil
}
