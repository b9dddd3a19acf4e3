package session

import (
	"context"
	"image"
	"time"

	"golang.org/x/image/draw"

	"motcua/protocol/emrtd"
	"motcua/protocol/local"
)

// pictureTime is how long decoding the picture of a card may take.
const pictureTime = 3 * time.Second

// picture decodes the face of a card, whose hash the issuer signed, and makes it as
// small as a screen needs it; empty when there is none to be shown. It is called from
// the goroutine of a reading.
func (s *Session) picture(ctx context.Context, doc *emrtd.Document) local.Picture {
	ctx, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	face, err := doc.Face()
	if err != nil {
		s.log.Warn("the card has no picture to be shown", "err", err)
		return local.Picture{}
	}
	m, err := s.faces.Decode(ctx, face)
	if err != nil {
		s.log.Warn("the card's picture cannot be shown", "err", err)
		return local.Picture{}
	}
	defer wipeImage(m)
	return small(m)
}

// small fits a picture into the bounds, in its own proportions.
func small(m image.Image) local.Picture {
	from := m.Bounds()
	w, h := from.Dx(), from.Dy()
	if w > local.PictureWidth {
		w, h = local.PictureWidth, max(1, h*local.PictureWidth/w)
	}
	if h > local.PictureHeight {
		w, h = max(1, w*local.PictureHeight/h), local.PictureHeight
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	defer wipeImage(to)
	draw.ApproxBiLinear.Scale(to, to.Rect, m, from, draw.Src, nil)
	p := local.Picture{W: w, H: h, RGB: make([]byte, 0, 3*w*h)}
	for i := 0; i < len(to.Pix); i += 4 {
		p.RGB = append(p.RGB, to.Pix[i], to.Pix[i+1], to.Pix[i+2])
	}
	return p
}

// wipeImage overwrites what decoders make.
func wipeImage(m image.Image) {
	switch m := m.(type) {
	case *image.YCbCr:
		clear(m.Y)
		clear(m.Cb)
		clear(m.Cr)
	case *image.Gray:
		clear(m.Pix)
	case *image.RGBA:
		clear(m.Pix)
	case *image.NRGBA:
		clear(m.Pix)
	case *image.CMYK:
		clear(m.Pix)
	}
}

// Picture is a copy of the picture that an officer compares the person of a visit with;
// false when there is none to be shown.
func (s *Session) Picture(ctx context.Context, visit string) (p local.Picture, shown bool) {
	err := s.ask(ctx, func() error {
		v := s.visit
		if v == nil || v.id != visit || v.step != local.StepCompare || len(v.chip.picture.RGB) == 0 {
			return local.ErrLate
		}
		p = v.chip.picture
		p.RGB = append([]byte(nil), p.RGB...)
		return nil
	})
	return p, err == nil
}

// forgetPicture overwrites the picture once it has served.
func (c *chip) forgetPicture() {
	c.picture.Wipe()
	c.picture = local.Picture{}
	if c.doc != nil {
		clear(c.doc.DG(2))
	}
}
