package jpeg2000_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"motcua/protocol/jpeg2000"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// reference is what OpenJPEG made of a picture: its own PNG, or what was drawn
// where nothing may be lost.
func reference(t testing.TB, name string) (m image.Image, lossless bool) {
	t.Helper()
	base := strings.TrimSuffix(name, filepath.Ext(name)) + ".png"
	if _, err := os.Stat(filepath.Join("testdata", base)); err != nil {
		drawn, _, _ := strings.Cut(name, "-")
		base, lossless = drawn+".png", true
	}
	m, err := png.Decode(bytes.NewReader(read(t, base)))
	if err != nil {
		t.Fatal(err)
	}
	return m, lossless
}

// difference is the greatest difference of any sample.
func difference(a, b image.Image) int {
	if a.Bounds().Size() != b.Bounds().Size() {
		return 1 << 16
	}
	worst := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p, q := color.RGBAModel.Convert(a.At(x, y)).(color.RGBA), color.RGBAModel.Convert(b.At(x, y)).(color.RGBA)
			for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B)} {
				worst = max(worst, d, -d)
			}
		}
	}
	return worst
}

func pictures(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/*.j[p2]*")
	if err != nil || len(all) < 20 {
		t.Fatalf("%d pictures, %v", len(all), err)
	}
	for i := range all {
		all[i] = filepath.Base(all[i])
	}
	return all
}

// Every picture is what OpenJPEG makes of it: to the bit with the reversible
// wavelet, within rounding with the other.
func TestAgreesWithOpenJPEG(t *testing.T) {
	for _, name := range pictures(t) {
		m, err := jpeg2000.Decode(t.Context(), read(t, name), jpeg2000.PortraitLimits())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want, lossless := reference(t, name)
		allowed := 1
		switch {
		case lossless, strings.Contains(name, "reversible-layers."), strings.Contains(name, "RLCP"), strings.Contains(name, "RPCL"):
			allowed = 0
		case name == "yuv420.jp2":
			allowed = 2 // two conversions of colour, each rounded
		}
		if d := difference(m, want); d > allowed {
			t.Errorf("%s differs by %d, %d allowed", name, d, allowed)
		}
	}
}

func TestInspect(t *testing.T) {
	for name, want := range map[string]jpeg2000.Info{
		"face-lossless.jp2": {Width: 45, Height: 61, Components: 3, Depth: 8, Colour: jpeg2000.ColourRGB},
		"grey-lossless.jp2": {Width: 45, Height: 61, Components: 1, Depth: 8, Colour: jpeg2000.ColourGrey},
		"face-tiles.j2k":    {Width: 45, Height: 61, Components: 3, Depth: 8},
		"depth-12.j2k":      {Width: 45, Height: 61, Components: 1, Depth: 12},
		"yuv420.jp2":        {Width: 45, Height: 61, Components: 3, Depth: 8, Colour: jpeg2000.ColourYCC},
	} {
		if got, err := jpeg2000.Inspect(read(t, name), jpeg2000.PortraitLimits()); err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Whatever is cut off, the answer is an error or the whole picture, never a
// panic; only the end marker may be missing.
func TestEveryTruncation(t *testing.T) {
	for _, name := range []string{"face-lossless.jp2", "face-irreversible-layers-tiles.j2k", "grey-bypass-every-pass.j2k", "face-markers-parts.j2k"} {
		whole := read(t, name)
		for n := range len(whole) - 2 {
			_, err := jpeg2000.Decode(t.Context(), whole[:n], jpeg2000.PortraitLimits())
			if !errors.Is(err, jpeg2000.ErrMalformed) {
				t.Fatalf("%s cut to %d of %d bytes: %v", name, n, len(whole), err)
			}
		}
	}
	whole := read(t, "face-tiles.j2k")
	if _, err := jpeg2000.Decode(t.Context(), whole[:len(whole)-2], jpeg2000.PortraitLimits()); err != nil {
		t.Errorf("without its end marker: %v", err)
	}
}

// alter puts bytes into a picture.
func alter(t *testing.T, name string, at int, v ...byte) []byte {
	t.Helper()
	b := bytes.Clone(read(t, name))
	copy(b[at:], v)
	return b
}

func TestLimitsComeFirst(t *testing.T) {
	// SIZ begins at 4; width stands at 8, height at 12, tiles at 24, components at 40.
	const name = "face-tiles.j2k"
	wide := binary.BigEndian.AppendUint32(nil, 1<<31)
	many := binary.BigEndian.AppendUint32(nil, 60000)
	for _, c := range []struct {
		name string
		b    []byte
		want error
	}{
		{"2^31 wide", alter(t, name, 8, wide...), jpeg2000.ErrTooBig},
		{"60000 by 60000", alter(t, name, 8, append(many, many...)...), jpeg2000.ErrTooBig},
		{"a million tiles", alter(t, name, 24, 0, 0, 0, 1, 0, 0, 0, 1), jpeg2000.ErrTooBig},
		{"no tiles", alter(t, name, 24, 0, 0, 0, 0), jpeg2000.ErrMalformed},
		{"no width", alter(t, name, 8, 0, 0, 0, 0), jpeg2000.ErrMalformed},
		{"16384 components", alter(t, name, 40, 0x40, 0), jpeg2000.ErrMalformed},
		{"high-throughput blocks", alter(t, name, 6, 0x40), jpeg2000.ErrUnsupported},
		{"38 bits a sample", alter(t, name, 42, 37), jpeg2000.ErrUnsupported},
		{"no subsampling", alter(t, name, 43, 0), jpeg2000.ErrMalformed},
		{"no codestream", []byte("\xFF\xD8\xFF\xE0 a JPEG"), jpeg2000.ErrMalformed},
		{"nothing", nil, jpeg2000.ErrMalformed},
		{"too many bytes", make([]byte, 2<<20), jpeg2000.ErrTooBig},
	} {
		if _, err := jpeg2000.Decode(t.Context(), c.b, jpeg2000.PortraitLimits()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if _, err := jpeg2000.Inspect(c.b, jpeg2000.PortraitLimits()); err == nil {
			t.Errorf("%s: inspected without an error", c.name)
		}
	}
	if _, err := jpeg2000.Decode(t.Context(), read(t, name), jpeg2000.Limits{Bytes: 1 << 20, Pixels: 45*61 - 1}); !errors.Is(err, jpeg2000.ErrTooBig) {
		t.Errorf("a pixel too many: %v", err)
	}
}

// A header that promises 65535 layers of many small blocks, and packets of one
// byte that say nothing of any: the work is counted and ends.
func TestEndlessPacketsEnd(t *testing.T) {
	b := []byte{0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0}
	for _, v := range []uint32{64, 64, 0, 0, 64, 64, 0, 0} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	b = append(b, 0, 1, 7, 1, 1)
	b = append(b, 0xFF, 0x52, 0, 12, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1) // 65535 layers, no wavelet, blocks of 4 by 4
	b = append(b, 0xFF, 0x5C, 0, 4, 0x40, 28<<3)
	b = append(b, 0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0x93)
	b = append(b, bytes.Repeat([]byte{0x80}, 60000)...)
	if _, err := jpeg2000.Decode(t.Context(), b, jpeg2000.PortraitLimits()); !errors.Is(err, jpeg2000.ErrTooBig) {
		t.Errorf("%v", err)
	}
}

func TestContextEndsTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := jpeg2000.Decode(ctx, read(t, "face-lossless.jp2"), jpeg2000.PortraitLimits()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// FuzzDecode: any bytes are a picture of the size the header tells, or one of
// the errors. Pixels are few, so that the fuzzer is quick.
func FuzzDecode(f *testing.F) {
	for _, name := range pictures(f) {
		f.Add(read(f, name))
	}
	limits := jpeg2000.Limits{Bytes: 1 << 14, Pixels: 1 << 13}
	f.Fuzz(func(t *testing.T, b []byte) {
		info, bad := jpeg2000.Inspect(b, limits)
		m, err := jpeg2000.Decode(t.Context(), b, limits)
		if err != nil {
			if !errors.Is(err, jpeg2000.ErrMalformed) && !errors.Is(err, jpeg2000.ErrUnsupported) && !errors.Is(err, jpeg2000.ErrTooBig) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if bad != nil || m.Bounds() != image.Rect(0, 0, info.Width, info.Height) {
			t.Fatalf("%v, told %+v, %v", m.Bounds(), info, bad)
		}
	})
}
