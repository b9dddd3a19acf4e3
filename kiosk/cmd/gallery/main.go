// Gallery writes every screen of the kiosk as a picture, without a display: for
// designers, translators and the documents.
package main

import (
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"motcua/kiosk/gallery"
	"motcua/kiosk/model"
	"motcua/kiosk/raster"
	"motcua/kiosk/scene"
	"motcua/kiosk/text"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("gallery", flag.ContinueOnError)
	fs.SetOutput(stderr)
	size := fs.String("size", "1080x1920", "panel in pixels")
	mm := fs.Float64("mm", 0, "width of the panel in millimetres (0: guessed)")
	letters := fs.String("text", "normal", "text size: normal or large")
	colours := fs.String("colours", "light", "colours: light or dark")
	only := fs.String("only", "", "screens by their names, separated by commas")
	lang := fs.String("lang", "", "vi or en (both if empty)")
	strip := fs.String("strip", "", "file for one picture of the screens named in -only, side by side")
	fs.Usage = func() {
		fmt.Fprintln(stderr, "usage: gallery [flags] DIR\n       gallery [flags] -only NAME,NAME -lang LANG -strip FILE")
		fs.PrintDefaults()
	}
	if err := fs.Parse(args); err != nil || (fs.NArg() != 1) == (*strip == "") {
		fs.Usage()
		return 2
	}
	panel := scene.Panel{MM: *mm}
	if _, err := fmt.Sscanf(*size, "%dx%d", &panel.W, &panel.H); err != nil {
		fmt.Fprintf(stderr, "gallery: size %q is not WIDTHxHEIGHT\n", *size)
		return 2
	}
	set := model.Settings{Lang: text.Lang(*lang), Size: model.Size(*letters), Colours: model.Colours(*colours)}
	if *strip != "" {
		if err := writeStrip(*strip, panel, set, strings.Split(*only, ",")); err != nil {
			fmt.Fprintln(stderr, "gallery:", err)
			return 1
		}
		return 0
	}
	n, err := write(fs.Arg(0), panel, set, *only)
	if err != nil {
		fmt.Fprintln(stderr, "gallery:", err)
		return 1
	}
	fmt.Fprintf(stdout, "%d pictures in %s\n", n, fs.Arg(0))
	return 0
}

func write(dir string, panel scene.Panel, set model.Settings, only string) (n int, err error) {
	fonts, err := scene.LoadFonts()
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	sc, painter := scene.New(fonts), raster.New(fonts)
	for _, l := range text.Langs() {
		if set.Lang != "" && set.Lang != l {
			continue
		}
		for _, e := range gallery.All() {
			if only != "" && !slices.Contains(strings.Split(only, ","), e.Name) {
				continue
			}
			mine := set
			mine.Lang = l
			img := painter.Image(sc.Build(e.View(mine), panel, ""))
			if err := save(filepath.Join(dir, fmt.Sprintf("%s.%s.png", e.Name, l)), img); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

func save(name string, img image.Image) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(f, img); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return f.Close()
}
