package escpos_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"io"
	"net"
	"strings"
	"testing"

	"motcua/drivers/emu/escpos"
)

// hear sends bytes to a printer, waits until it has done all it can, and gives its
// answers.
func hear(t *testing.T, p *escpos.Printer, said string) string {
	t.Helper()
	var answers bytes.Buffer
	p.Run(t.Context(), struct {
		io.Reader
		io.Writer
	}{io.MultiReader(strings.NewReader(said), settled{p}), &answers})
	return answers.String()
}

// settled is a line that ends when the printer has done all it can.
type settled struct{ *escpos.Printer }

func (s settled) Read([]byte) (int, error) {
	if err := s.Settle(context.Background()); err != nil {
		return 0, err
	}
	return 0, io.EOF
}

// seen is a picture as text: one letter for 8 by 8 dots, # where there is ink.
func seen(i image.PalettedImage) string {
	var out strings.Builder
	for y := 0; y < i.Bounds().Dy(); y += 8 {
		var line strings.Builder
		for x := 0; x < i.Bounds().Dx(); x += 8 {
			ink := " "
			for n := range 64 {
				if i.ColorIndexAt(x+n%8, y+n/8) == 1 {
					ink = "#"
				}
			}
			line.WriteString(ink)
		}
		fmt.Fprintln(&out, strings.TrimRight(line.String(), " "))
	}
	return out.String()
}

// block is a raster of 16 by 8 black dots.
const block = "\x1Dv0\x00\x02\x00\x08\x00" + "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"

func TestCommands(t *testing.T) {
	for name, c := range map[string]struct{ said, want string }{
		"raster":          {block, "##\n"},
		"raster centred":  {"\x1Ba\x01" + block, "   ##\n"},
		"raster right":    {"\x1Ba2" + block, "      ##\n"},
		"initialize":      {"\x1Ba\x01\x1B@" + block, "##\n"},
		"feed dots":       {"\x1BJ\x08" + block, "\n##\n"},
		"feed lines":      {"\x1Bd\x02\x1BJ\x04" + block, strings.Repeat("\n", 9) + "##\n"},
		"a line":          {"\n\x1BJ\x06" + block, strings.Repeat("\n", 5) + "##\n"},
		"zeros mean none": {strings.Repeat("\x00", 2048) + block, "##\n"},
		"letter":          {"|\n\x1BJ\x06", "\n\n#\n#\n#\n"},
		"large letter":    {"\x1D!\x11|\n\x1BJ\x08", "\n #\n #\n #\n #\n #\n\n"},
		"one over":        {strings.Repeat("|", 6) + "\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := escpos.New(escpos.Options{Width: 64})
			hear(t, p, c.said)
			if s := p.Strange(); len(s) > 0 {
				t.Errorf("strange: %q", s)
			}
			if got := seen(p.Hanging()); c.want != "" && got != c.want {
				t.Errorf("printed %q, want %q", got, c.want)
			}
		})
	}
}

// The cutter is behind the head: what is not fed out is cut too short.
func TestCut(t *testing.T) {
	p := escpos.New(escpos.Options{Width: 64})
	hear(t, p, block+"\x1DV\x01"+"\x1DVB\x08")
	sheets := p.Sheets()
	if len(sheets) != 2 {
		t.Fatalf("%d sheets, want 2", len(sheets))
	}
	if sheets[0].Ink() != 0 || sheets[0].Bounds().Dy() != 8 {
		t.Errorf("cut at once: %v with %d rows of ink; the block is still inside", sheets[0].Bounds(), sheets[0].Ink())
	}
	if got := seen(sheets[1]); got != strings.Repeat("\n", 11)+"##\n\n" {
		t.Errorf("fed out and cut:\n%s", got)
	}
	if got := seen(sheets[1].Printed()); got != "\n" {
		t.Errorf("without the white above:\n%q", got)
	}
}

// DLE EOT 1 to 4 and GS r 1 in every state, as the command reference has it.
func TestStatus(t *testing.T) {
	const ask, tell = "\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", "\x1Dr\x01"
	for name, c := range map[string]struct {
		do   func(p *escpos.Printer)
		want string
	}{
		"fine":      {func(*escpos.Printer) {}, "\x12\x12\x12\x12\x00"},
		"paper low": {func(p *escpos.Printer) { p.LoadPaper(99) }, "\x12\x12\x12\x1E\x03"},
		"no paper":  {func(p *escpos.Printer) { p.LoadPaper(0) }, "\x1A\x32\x12\x7E"},
		"cover":     {func(p *escpos.Printer) { p.OpenCover() }, "\x1A\x16\x12\x12"},
		"broken":    {func(p *escpos.Printer) { p.Break() }, "\x1A\x52\x32\x12"},
		"hot":       {func(p *escpos.Printer) { p.Heat() }, "\x1A\x52\x52\x12"},
		"held":      {func(p *escpos.Printer) { p.Hold() }, "\x12\x12\x12\x12"},
		"mended": {func(p *escpos.Printer) {
			p.Break()
			p.Mend()
			p.Heat()
			p.Cool()
			p.OpenCover()
			p.CloseCover()
		}, "\x12\x12\x12\x12\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			p := escpos.New(escpos.Options{LowAt: 100})
			c.do(p)
			if got := hear(t, p, ask+tell); got != c.want {
				t.Errorf("answered % X, want % X", got, c.want)
			}
		})
	}
}

// A blocked cutter stands still until it is freed and the printer told.
func TestCutter(t *testing.T) {
	p := escpos.New(escpos.Options{})
	p.JamCutter()
	status := hear(t, p, block+"\x1DVB\x00") // the state goes with the power
	if status != "" || len(p.Sheets()) != 0 {
		t.Fatalf("answered % X, %d sheets", status, len(p.Sheets()))
	}
	p.FreeCutter()
	if hear(t, p, "\x1DVB\x00"); len(p.Sheets()) != 1 {
		t.Errorf("%d sheets, want one", len(p.Sheets()))
	}
}

// Real-time commands count wherever they stand, also in a picture.
func TestRealTimeInAPicture(t *testing.T) {
	picture := "\x1Dv0\x00\x03\x00\x02\x00" + "\x10\x04\x01" + "\xFF\xFF\xFF"
	p := escpos.New(escpos.Options{Width: 64})
	if got := hear(t, p, picture); got != "\x12" {
		t.Errorf("answered % X, want the status", got)
	}
	if got := p.Hanging().Ink(); got != 2 {
		t.Errorf("%d rows with ink, want both", got)
	}
	cleared := "\x1Dv0\x00\x0A\x00\x09\x00" + "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08" + block
	p = escpos.New(escpos.Options{Width: 80})
	if got := hear(t, p, cleared); got != "\x37\x25\x00" {
		t.Errorf("answered % X, want that the buffers are clear", got)
	}
	if got := seen(p.Hanging()); got != "##\n" {
		t.Errorf("printed what was cleared:\n%s", got)
	}
	p = escpos.New(escpos.Options{Width: 80})
	hear(t, p, "\x1Dv0\x00\x03\x00\x01\x00\x10\x14\x01")
	if len(p.Strange()) != 1 {
		t.Errorf("strange: %q, want the pulse", p.Strange())
	}
}

func TestFullBuffer(t *testing.T) {
	for _, handshake := range []bool{false, true} {
		p := escpos.New(escpos.Options{Width: 64, Buffer: 10, Handshake: handshake})
		near, far := net.Pipe()
		go p.Run(t.Context(), far)
		there := p.HoldAfter(1)
		sent := make(chan error, 1)
		go func() {
			_, err := io.WriteString(near, block+block)
			sent <- err
		}()
		<-there
		if !handshake {
			if err := <-sent; err != nil {
				t.Fatal(err)
			}
			if p.Lost() == 0 {
				t.Error("without handshake nothing was lost")
			}
		}
		p.Release()
		if handshake {
			if err := <-sent; err != nil {
				t.Fatal(err)
			}
			if err := p.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			if p.Lost() != 0 || p.Hanging().Ink() != 16 {
				t.Errorf("with handshake %d bytes were lost and %d of 16 rows printed", p.Lost(), p.Hanging().Ink())
			}
		}
		_ = near.Close()
	}
}

func TestIdentity(t *testing.T) {
	if got := hear(t, escpos.New(escpos.Options{}), "\x1DI\x42\x1DI\x01"); got != "_Motcua\x00" {
		t.Errorf("answered %q", got)
	}
	if got := hear(t, escpos.New(escpos.Options{Mute: true}), "\x1DI\x42"); got != "" {
		t.Errorf("a mute printer answered %q", got)
	}
}

func TestStrange(t *testing.T) {
	for _, said := range []string{"\xC3", "\x1Bp\x00\x19\x19", "\x1DV\x07", "\x1Dv1", "\x1Dr\x09", "\x1Dv0\x01\x01\x00\x01\x00\xFF", "\x10\x99\x01"} {
		p := escpos.New(escpos.Options{})
		hear(t, p, said)
		if len(p.Strange()) == 0 {
			t.Errorf("% X is not strange to it", said)
		}
	}
}

// Paper that hung out is gone with the roll; the rest of a job comes out on the
// new one, as from a printer whose buffers nobody cleared.
func TestPaperEnds(t *testing.T) {
	p := escpos.New(escpos.Options{Width: 64})
	p.LoadPaper(8)
	hear(t, p, block+block)
	if got := p.Hanging().Ink(); got != 8 {
		t.Errorf("%d rows were printed on 8", got)
	}
	near, far := net.Pipe()
	defer func() { _ = near.Close() }()
	go p.Run(t.Context(), far)
	if _, err := io.WriteString(near, block); err != nil {
		t.Fatal(err)
	}
	p.FullRoll()
	for p.Hanging().Ink() < 8 {
		if err := p.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever is sent to it, the printer goes on.
func FuzzPrinter(f *testing.F) {
	f.Add("\x1B@" + block + "\x1Dr\x01\x1DVB\x00")
	f.Add("\x1Ba\x01\x1BE\x01\x1D!\x77A012\n\x1DI\x43\x10\x04\x01\x10\x05\x02")
	f.Add("\x1Dv0\x00\xFF\xFF\xFF\xFF")
	f.Fuzz(func(t *testing.T, said string) {
		if len(said) > 300 {
			return
		}
		p := escpos.New(escpos.Options{Width: 64, Handshake: true})
		hear(t, p, said)
		if n := len(hear(t, p, "\x10\x04\x01")); n != 1 {
			t.Errorf("%d answers to one question", n)
		}
	})
}
