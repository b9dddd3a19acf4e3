package jpeg2000

import (
	"context"
	"image"
)

// Info is what a picture's header says.
type Info struct {
	Width, Height int
	Components    int
	Depth         int // bits of a sample of the first component
	Colour        Colour
}

// Inspect reads the headers only. It takes little time whatever the picture.
func Inspect(b []byte, l Limits) (Info, error) {
	f, c, _, err := begin(b, l)
	if err != nil {
		return Info{}, err
	}
	first := c.size.comps[0]
	area := first.area(rect{c.size.x0, c.size.y0, c.size.x1, c.size.y1})
	return Info{Width: area.w(), Height: area.h(), Components: len(c.size.comps), Depth: first.precision, Colour: f.colour}, nil
}

func begin(b []byte, l Limits) (file, *codestream, *segments, error) {
	if len(b) > l.Bytes {
		return file{}, nil, nil, tooBig("bytes")
	}
	f, err := openFile(b)
	if err != nil {
		return f, nil, nil, err
	}
	c, in, err := readMain(f.codestream, l)
	return f, c, in, err
}

// Decode decodes a picture to [*image.Gray] or [*image.RGBA], of the size of its
// first component. Channels of opacity are left out.
//
// Errors: [ErrMalformed], [ErrUnsupported], [ErrTooBig] and the context's.
func Decode(ctx context.Context, b []byte, l Limits) (image.Image, error) {
	f, c, in, err := begin(b, l)
	if err != nil {
		return nil, err
	}
	if err := c.readParts(in); err != nil {
		return nil, err
	}
	spent := newBudget(ctx, c.size.samples())
	planes := newPlanes(c.size)
	var d blockDecoder
	for i := range c.tiles {
		t, err := newTile(c.size, c.tiles[i].style, i, spent)
		if err != nil {
			return nil, err
		}
		if err := t.readPackets(c.tiles[i].packets, spent); err != nil {
			return nil, err
		}
		if err := t.decode(&d, spent); err != nil {
			return nil, err
		}
		if err := t.mix(); err != nil {
			return nil, err
		}
		t.draw(planes, c.size)
	}
	return compose(f, planes)
}

// decode turns the blocks of a tile into samples.
func (t *tile) decode(d *blockDecoder, b *budget) error {
	for i := range t.comps {
		tc := &t.comps[i]
		for r := range tc.resolutions {
			for p := range tc.resolutions[r].precincts {
				for n := range tc.resolutions[r].precincts[p].bands {
					if err := tc.decodeBand(d, &tc.resolutions[r].precincts[p].bands[n], b); err != nil {
						return err
					}
				}
			}
		}
		var err error
		if tc.ints != nil {
			err = inverse(tc.ints, tc.w(), tc.resolutions, lift53, b)
		} else {
			err = inverse(tc.floats, tc.w(), tc.resolutions, lift97, b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (tc *tileComponent) decodeBand(d *blockDecoder, pb *precinctBand, b *budget) error {
	for i := range pb.blocks {
		blk := &pb.blocks[i]
		if len(blk.codewords) == 0 {
			continue
		}
		if err := d.decode(blk, pb.band, tc.coding.style, tc.roi, b); err != nil {
			return err
		}
		tc.store(d, blk, pb.band)
	}
	return nil
}

// store puts the coefficients of a block into the component's rows, dequantised
// (E.1).
func (tc *tileComponent) store(d *blockDecoder, blk *block, bd *band) {
	if tc.roi > 0 {
		d.shrink(tc.roi)
	}
	left, top := bd.left+blk.x0-bd.x0, bd.top+blk.y0-bd.y0
	for y := range d.h {
		from := d.values[y*d.w : (y+1)*d.w]
		at := (top+y)*tc.w() + left
		if tc.ints != nil {
			for x, v := range from {
				tc.ints[at+x] = v / 2
			}
			continue
		}
		for x, v := range from {
			tc.floats[at+x] = float32(v) * 0.5 * bd.step
		}
	}
}

// shrink takes back the shift of a region of interest (H.1).
func (d *blockDecoder) shrink(roi uint) {
	limit := int32(1) << min(roi+1, maxPlanes)
	for i, v := range d.values {
		if v >= limit {
			d.values[i] = v >> roi
		} else if -v >= limit {
			d.values[i] = -(-v >> roi)
		}
	}
}
