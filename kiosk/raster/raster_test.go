package raster_test

import (
	"cmp"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"motcua/drivers/rig"
	"motcua/kiosk/gallery"
	"motcua/kiosk/model"
	"motcua/kiosk/raster"
	"motcua/kiosk/scene"
	"motcua/kiosk/text"
)

var update = flag.Bool("update", false, "draw the golden pictures and texts anew")

var panels = []scene.Panel{{W: 1080, H: 1920}, {W: 800, H: 1280}}

// Goldens are what a citizen sees, of every screen in both languages on both
// upright panels. Another processor may round differently, so pictures may differ
// a little; the texts and targets beside them may not.
func TestGoldens(t *testing.T) {
	fonts, err := scene.LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	sc, painter := scene.New(fonts), raster.New(fonts)
	for _, p := range panels {
		for _, lang := range text.Langs() {
			for _, e := range gallery.All() {
				name := fmt.Sprintf("%dx%d/%s.%s", p.W, p.H, e.Name, lang)
				t.Run(name, func(t *testing.T) {
					set := model.Settings{Lang: lang, Size: model.Normal, Colours: model.Light}
					l := sc.Build(e.View(set), p, "")
					compareText(t, filepath.Join("testdata", name+".txt"), l.Golden())
					comparePicture(t, filepath.Join("testdata", name+".png"), painter.Image(l))
				})
			}
		}
	}
}

// TestThePaymentCodeIsRead: what is drawn is a code that another reader reads, on every
// panel, also light on dark.
func TestThePaymentCodeIsRead(t *testing.T) {
	fonts, err := scene.LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	sc, painter := scene.New(fonts), raster.New(fonts)
	for _, e := range gallery.All() {
		if e.Name != "paid" && e.Name != "bill-due" {
			continue
		}
		for _, p := range append(slices.Clone(panels), scene.Panel{W: 1280, H: 800}) {
			for _, set := range []model.Settings{{Lang: text.Vietnamese, Size: model.Normal, Colours: model.Light}, {Lang: text.English, Size: model.Large, Colours: model.Dark}} {
				img := painter.Image(sc.Build(e.View(set), p, ""))
				grey := image.NewGray(img.Rect)
				draw.Draw(grey, grey.Rect, img, img.Rect.Min, draw.Src)
				found, err := rig.Codes(t.Context(), grey)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Contains(found[0], e.Visit.Fee.Code) {
					t.Errorf("%dx%d, %s: read %q", p.W, p.H, set.Size, found[0])
				}
			}
		}
	}
}

// The other settings are drawn for a few screens, upright and lying.
func TestGoldensOfSettings(t *testing.T) {
	fonts, err := scene.LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	sc, painter := scene.New(fonts), raster.New(fonts)
	for _, c := range []struct {
		name string
		p    scene.Panel
		set  model.Settings
	}{
		{"large-dark", scene.Panel{W: 800, H: 1280}, model.Settings{Lang: text.Vietnamese, Size: model.Large, Colours: model.Dark}},
		{"lying", scene.Panel{W: 1280, H: 800}, model.Settings{Lang: text.English, Size: model.Normal, Colours: model.Light}},
	} {
		for _, e := range gallery.All() {
			switch e.Name {
			case "attract", "key", "identify", "check", "done":
			default:
				continue
			}
			t.Run(c.name+"/"+e.Name, func(t *testing.T) {
				comparePicture(t, filepath.Join("testdata", c.name, e.Name+".png"), painter.Image(sc.Build(e.View(c.set), c.p, "")))
			})
		}
	}
}

func compareText(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		write(t, name, []byte(got))
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs; got:\n%s", name, got)
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// comparePicture allows 0.1 % of the pixels to differ, and none by more than 16
// of 255 in more than that.
func comparePicture(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	if *update {
		save(t, name, got)
		return
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if want.Bounds() != got.Bounds() {
		t.Fatalf("%s: %v, want %v", name, got.Bounds(), want.Bounds())
	}
	off, size := raster.Differ(got, want, 16), got.Bounds().Dx()*got.Bounds().Dy()
	if off*1000 > size {
		out := filepath.Join(t.ArtifactDir(), filepath.Base(name))
		save(t, out, got)
		t.Errorf("%s: %d of %d pixels differ; what was drawn is in %s", name, off, size, out)
	}
}

// save writes a picture with at most 256 colours, if it has no more of them, to
// keep the tree small.
func save(t *testing.T, name string, img *image.RGBA) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(f, fewer(img)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// fewer rounds the shades between two colours, which smoothing makes, to steps
// of 16 of 255: half the tolerance of the comparison, a third of the file.
func fewer(img *image.RGBA) image.Image {
	counts := map[color.RGBA]int{}
	for i := 0; i < len(img.Pix); i += 4 {
		counts[color.RGBA{R: img.Pix[i], G: img.Pix[i+1], B: img.Pix[i+2], A: 255}]++
	}
	round := func(c color.RGBA) color.RGBA {
		if counts[c] > 1500 { // a colour of the palette
			return c
		}
		step := func(v uint8) uint8 { return uint8(min(255, (int(v)+8)/16*16)) }
		return color.RGBA{R: step(c.R), G: step(c.G), B: step(c.B), A: 255}
	}
	seen := map[color.RGBA]uint8{}
	shades := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for _, c := range shades {
		r := round(c)
		if _, ok := seen[r]; !ok {
			seen[r] = uint8(len(palette))
			palette = append(palette, r)
		}
	}
	if len(palette) > 256 {
		out := image.NewRGBA(img.Rect)
		for i := 0; i < len(img.Pix); i += 4 {
			c := round(color.RGBA{R: img.Pix[i], G: img.Pix[i+1], B: img.Pix[i+2], A: 255})
			out.Pix[i], out.Pix[i+1], out.Pix[i+2], out.Pix[i+3] = c.R, c.G, c.B, 255
		}
		return out
	}
	out := image.NewPaletted(img.Rect, palette)
	for i := range out.Pix {
		out.Pix[i] = seen[round(color.RGBA{R: img.Pix[4*i], G: img.Pix[4*i+1], B: img.Pix[4*i+2], A: 255})]
	}
	return out
}

// What one person saw must not shine through what the next one sees.
func TestPaintCoversEverything(t *testing.T) {
	fonts, err := scene.LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	sc, painter := scene.New(fonts), raster.New(fonts)
	set := model.Settings{Lang: text.Vietnamese, Size: model.Normal, Colours: model.Light}
	list := func(name string) *scene.List {
		for _, e := range gallery.All() {
			if e.Name == name {
				return sc.Build(e.View(set), panels[1], "")
			}
		}
		t.Fatalf("no example %s", name)
		return nil
	}
	fresh := painter.Image(list("attract"))
	used := painter.Image(list("identify"))
	painter.Paint(used, list("attract"))
	if off := raster.Differ(used, fresh, 0); off != 0 {
		t.Errorf("%d pixels of the person before are still there", off)
	}
}

func TestDifferFindsAChange(t *testing.T) {
	a, b := image.NewRGBA(image.Rect(0, 0, 10, 10)), image.NewRGBA(image.Rect(0, 0, 10, 10))
	b.SetRGBA(3, 4, color.RGBA{R: 17, A: 0})
	if got := raster.Differ(a, b, 16); got != 1 {
		t.Errorf("found %d pixels", got)
	}
	if got := raster.Differ(a, b, 17); got != 0 {
		t.Errorf("found %d pixels within the tolerance", got)
	}
}

func BenchmarkPaint(b *testing.B) {
	fonts, err := scene.LoadFonts()
	if err != nil {
		b.Fatal(err)
	}
	sc, painter := scene.New(fonts), raster.New(fonts)
	l := sc.Build(gallery.All()[0].View(model.Settings{Lang: text.Vietnamese, Size: model.Normal, Colours: model.Light}), panels[0], "")
	img := painter.Image(l)
	for b.Loop() {
		painter.Paint(img, l)
	}
}

func BenchmarkBuild(b *testing.B) {
	fonts, err := scene.LoadFonts()
	if err != nil {
		b.Fatal(err)
	}
	sc := scene.New(fonts)
	v := gallery.All()[0].View(model.Settings{Lang: text.Vietnamese, Size: model.Normal, Colours: model.Light})
	for b.Loop() {
		sc.Build(v, panels[0], "")
	}
}
