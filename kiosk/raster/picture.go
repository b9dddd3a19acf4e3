package raster

import (
	"image"

	"golang.org/x/image/draw"

	"motcua/kiosk/scene"
)

// picture draws a picture over its box. One whose pixels are not all there is left out.
func picture(img *image.RGBA, p scene.Picture) {
	if p.W < 1 || p.H < 1 || len(p.RGB) != 3*p.W*p.H {
		return
	}
	from := image.NewRGBA(image.Rect(0, 0, p.W, p.H))
	defer clear(from.Pix) // it is somebody's face
	for i, o := 0, 0; i < len(p.RGB); i, o = i+3, o+4 {
		from.Pix[o], from.Pix[o+1], from.Pix[o+2], from.Pix[o+3] = p.RGB[i], p.RGB[i+1], p.RGB[i+2], 0xFF
	}
	box := image.Rect(int(p.Box.X), int(p.Box.Y), int(p.Box.Right()), int(p.Box.Bottom()))
	draw.ApproxBiLinear.Scale(img, box, from, from.Rect, draw.Src, nil)
}
