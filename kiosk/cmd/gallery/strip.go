package main

import (
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"slices"

	"golang.org/x/image/draw"

	"motcua/kiosk/gallery"
	"motcua/kiosk/model"
	"motcua/kiosk/raster"
	"motcua/kiosk/scene"
)

// A strip shows each screen this many pixels high, apart by gap.
const (
	stripHeight = 900
	gap         = 36
)

// writeStrip puts screens side by side, small, on a quiet ground.
func writeStrip(name string, panel scene.Panel, set model.Settings, names []string) error {
	fonts, err := scene.LoadFonts()
	if err != nil {
		return err
	}
	sc, painter := scene.New(fonts), raster.New(fonts)
	w := panel.W * stripHeight / panel.H
	out := image.NewRGBA(image.Rect(0, 0, gap+len(names)*(w+gap), stripHeight+2*gap))
	draw.Draw(out, out.Rect, image.NewUniform(color.RGBA{R: 0xb4, G: 0xc6, B: 0xbe, A: 255}), image.Point{}, draw.Src)
	for i, wanted := range names {
		at := slices.IndexFunc(gallery.All(), func(e gallery.Example) bool { return e.Name == wanted })
		if at < 0 {
			return fmt.Errorf("there is no screen named %q", wanted)
		}
		img := painter.Image(sc.Build(gallery.All()[at].View(set), panel, ""))
		x := gap + i*(w+gap)
		draw.CatmullRom.Scale(out, image.Rect(x, gap, x+w, gap+stripHeight), img, img.Rect, draw.Src, nil)
	}
	return save(name, fewColours(out))
}

// fewColours makes a small file of a picture with flat colours: those that cover
// most, and the web's for what smoothing makes in between.
func fewColours(img *image.RGBA) image.Image {
	counts := map[color.RGBA]int{}
	for i := 0; i < len(img.Pix); i += 4 {
		counts[color.RGBA{R: img.Pix[i], G: img.Pix[i+1], B: img.Pix[i+2], A: 255}]++
	}
	var all []color.RGBA
	for c := range counts {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		if d := counts[b] - counts[a]; d != 0 {
			return d
		}
		return (int(a.R)<<16 | int(a.G)<<8 | int(a.B)) - (int(b.R)<<16 | int(b.G)<<8 | int(b.B))
	})
	colours := make(color.Palette, 0, 256)
	for _, c := range all[:min(len(all), 200)] {
		colours = append(colours, c)
	}
	colours = append(colours, palette.WebSafe[:56]...)
	out := image.NewPaletted(img.Rect, colours)
	draw.Draw(out, out.Rect, img, image.Point{}, draw.Src)
	return out
}
