package printer_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"testing"

	"motcua/drivers/drivertest"
	"motcua/drivers/printer"
	"motcua/drivers/printer/ticket"
)

// The manual shows tickets as they come out of the printer, on both papers.
func TestPictureOfTheManual(t *testing.T) {
	const name = "../../docs/images/ticket.png"
	tickets := drivertest.Tickets()
	sheets := []image.Image{
		printed(t, ticket.Paper80, printer.Options{}, tickets["number.vi"]),
		printed(t, ticket.Paper58, printer.Options{}, tickets["number.en"]),
		printed(t, ticket.Paper58, printer.Options{}, tickets["saved.vi"]),
	}
	got := onTable(sheets)
	if *update {
		var b bytes.Buffer
		if err := png.Encode(&b, got); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if n := differing(got, decode(t, name)); n > got.Bounds().Dx()*got.Bounds().Dy()/10_000 {
		t.Errorf("%s: %d dots differ", name, n)
	}
}

// onTable lays sheets beside each other on something grey, with the white around
// the print that the paper has.
func onTable(sheets []image.Image) image.Image {
	const between, edge = 40, 32 // 58 and 80 mm are 5 and 4 mm wider at each side than what is printed
	w, h := between, 0
	for _, s := range sheets {
		w, h = w+s.Bounds().Dx()+2*edge+between, max(h, s.Bounds().Dy()+edge)
	}
	out := image.NewPaletted(image.Rect(0, 0, w, h+2*between), color.Palette{color.White, color.Black, color.Gray{0xB4}})
	draw.Draw(out, out.Rect, image.NewUniform(out.Palette[2]), image.Point{}, draw.Src)
	x := between
	for _, s := range sheets {
		size := s.Bounds().Size()
		draw.Draw(out, image.Rect(x, between, x+size.X+2*edge, between+size.Y+edge), image.White, image.Point{}, draw.Src)
		draw.Draw(out, image.Rect(x+edge, between+edge, x+edge+size.X, between+edge+size.Y), s, image.Point{}, draw.Src)
		x += size.X + 2*edge + between
	}
	return out
}
