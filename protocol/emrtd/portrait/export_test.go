package portrait

import (
	"context"
	"image"

	"motcua/protocol/emrtd/lds"
)

// DecodeBytes lets tests decode without a card.
func DecodeBytes(ctx context.Context, f lds.Face, l Limits) (image.Image, error) {
	return decode(ctx, f, l)
}

// Replace puts another decoder in place of the real ones.
func (d *Decoder) Replace(decode func(context.Context, lds.Face, Limits) (image.Image, error)) {
	d.decode = decode
}
