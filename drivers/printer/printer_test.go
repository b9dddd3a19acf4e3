package printer_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/escpos"
	"motcua/drivers/emu/line"
	"motcua/drivers/printer"
	"motcua/drivers/printer/ticket"
	"motcua/drivers/uart"
)

var update = flag.Bool("update", false, "draw the golden pictures anew")

// printed prints a ticket on a new emulated printer, in a bubble, and gives the
// sheet, and what was strange about it.
func printed(t *testing.T, p ticket.Paper, o printer.Options, tk drivers.Ticket) (sheet *escpos.Sheet) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		emulated := escpos.New(escpos.Options{Width: int(p)})
		o.Paper = p
		d, _ := attach(t, emulated, o, 1)
		if err := d.Print(t.Context(), tk); err != nil {
			t.Fatal(err)
		}
		if s := emulated.Strange(); len(s) > 0 {
			t.Errorf("the printer did not understand %q", s)
		}
		if o.Uncut {
			sheet = emulated.Hanging()
			return
		}
		sheets := emulated.Sheets()
		if len(sheets) != 2 || sheets[0].Ink() > 0 {
			t.Fatalf("%d sheets, want a white one and the ticket", len(sheets))
		}
		sheet = sheets[1].Printed()
	})
	return sheet
}

// attach drives an emulated printer over a cable in memory.
func attach(t *testing.T, emulated *escpos.Printer, o printer.Options, seed uint64) (*printer.Dev, *line.Cable) {
	t.Helper()
	cable, err := line.InMemory(emulated, seed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cable.Close() })
	d, err := printer.New(open(t, cable), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, cable
}

// open opens the host's end of a cable.
func open(t *testing.T, cable *line.Cable) *uart.Line {
	t.Helper()
	port, err := cable.Open()
	if err != nil {
		t.Fatal(err)
	}
	l, err := uart.Connect(port, uart.Settings{Baud: 115200})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// What comes out of the printer is what was set, dot by dot: the golden pictures
// of package ticket.
func TestPaperEqualsGolden(t *testing.T) {
	papers := map[string]ticket.Paper{"58": ticket.Paper58, "80": ticket.Paper80}
	if testing.Short() {
		delete(papers, "80") // on which the manual's picture has tickets, too
	}
	for name, p := range papers {
		for golden, tk := range drivertest.Tickets() {
			want := decode(t, filepath.Join("ticket", "testdata", golden+"."+name+".png"))
			got := printed(t, p, printer.Options{}, tk)
			if n := differing(got, want); n > want.Bounds().Dx()*want.Bounds().Dy()/10_000 {
				t.Errorf("%s on %s mm: %d dots of the paper %v differ from the golden %v", golden, name, n, got.Bounds(), want.Bounds())
			}
		}
	}
}

func decode(t *testing.T, name string) image.Image {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	i, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// differing counts the dots that differ; all of them where the sizes do.
func differing(a, b image.Image) (n int) {
	if a.Bounds() != b.Bounds() {
		return a.Bounds().Dx() * a.Bounds().Dy()
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			ra, _, _, _ := a.At(x, y).RGBA()
			rb, _, _, _ := b.At(x, y).RGBA()
			if ra != rb {
				n++
			}
		}
	}
	return n
}

// A printer of letters only gets the same ticket without accents.
func TestPlainText(t *testing.T) {
	for name, p := range map[string]ticket.Paper{"58": ticket.Paper58, "80": ticket.Paper80} {
		golden := filepath.Join("testdata", "plain."+name+".png")
		got := printed(t, p, printer.Options{Text: true}, drivertest.Tickets()["number.vi"])
		if *update {
			var b bytes.Buffer
			if err := png.Encode(&b, got); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if n := differing(got, decode(t, golden)); n > 0 {
			t.Errorf("%s mm: %d dots differ from the golden", name, n)
		}
	}
}

// Without a cutter the ticket is fed out to where it is torn off.
func TestUncut(t *testing.T) {
	got := printed(t, ticket.Paper58, printer.Options{Uncut: true}, drivers.Slip{Number: "A012"}.Ticket())
	white := got.Bounds().Dy()
	for y := white; y > 0 && white == got.Bounds().Dy(); y-- {
		for x := range got.Bounds().Dx() {
			if got.ColorIndexAt(x, y-1) == 1 {
				white = got.Bounds().Dy() - y
			}
		}
	}
	if white < 100 || white > 250 {
		t.Errorf("fed out by %d dots", white)
	}
}

// What a printer of letters cannot say at all is refused before anything is sent.
func TestPlainTextRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emulated := escpos.New(escpos.Options{})
		d, _ := attach(t, emulated, printer.Options{Text: true}, 1)
		text := func(s string) drivers.Ticket {
			return drivers.Ticket{Blocks: []drivers.Block{{Kind: drivers.BlockText, Text: s}}}
		}
		for _, s := range []string{"ក", "中", "\x1B@", "\x10\x14\x01"} {
			if err := d.Print(t.Context(), text(s)); err == nil || !strings.Contains(err.Error(), "no letter for a character of class") {
				t.Errorf("%q: got %v", s, err)
			}
		}
		if err := d.Print(t.Context(), text(strings.Repeat("a", ticket.MaxText+1))); !errors.Is(err, ticket.ErrTooLong) {
			t.Errorf("got %v, want too long", err)
		}
		if n := len(emulated.Sheets()); n > 0 {
			t.Errorf("%d sheets were cut", n)
		}
	})
}

// Long words, numbers and values find their place in the narrowest columns, and
// the longest text does not overrun the printer.
func TestPlainTextFits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emulated := escpos.New(escpos.Options{Width: int(ticket.Paper58)})
		d, _ := attach(t, emulated, printer.Options{Text: true, Paper: ticket.Paper58}, 1)
		long := strings.Repeat("x", 300)
		tk := drivers.Ticket{Blocks: []drivers.Block{
			{Kind: drivers.BlockHeading, Text: long},
			{Kind: drivers.BlockNumber, Text: long},
			{Kind: drivers.BlockNumber, Text: ""},
			{Kind: drivers.BlockFact, Text: long, Value: long},
			{Kind: drivers.BlockFact, Text: "a", Value: "b\nc"},
			{Kind: drivers.BlockText, Text: strings.Repeat("y ", 1200)},
			{Kind: drivers.BlockCode, Text: "7K2P-9M4T"},
		}}
		if err := d.Print(t.Context(), tk); err != nil {
			t.Fatal(err)
		}
		if emulated.Lost() > 0 || len(emulated.Strange()) > 0 {
			t.Errorf("lost %d bytes, did not understand %q", emulated.Lost(), emulated.Strange())
		}
	})
}

// A picture is data, whatever is on it: the printer takes no dots for a command
// in real time, as it takes DLE EOT and the like wherever they stand.
func TestPicturesAreNotCommands(t *testing.T) {
	for _, command := range []string{"\x10\x04\x01", "\x10\x05\x02", "\x10\x14\x01\x00\x05", "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"} {
		b := &ticket.Bitmap{W: 576, H: 3, Stride: 72, Bits: make([]byte, 3*72)}
		copy(b.Bits[72+30:], command)
		copy(b.Bits[72-1:], command) // over the end of a row, too
		sheet, answers := raster(b)
		if got := strings.Trim(answers, "\x00"); got != "" {
			t.Errorf("% X: the printer answered % X", command, got)
		}
		checkDots(t, b, sheet)
	}
}

// checkDots allows a dot beside the dot of a DLE.
func checkDots(t *testing.T, want *ticket.Bitmap, sheet *escpos.Sheet) {
	t.Helper()
	if sheet.Bounds() != want.Bounds() {
		t.Fatalf("printed %v, want %v", sheet.Bounds(), want.Bounds())
	}
	for y := range want.H {
		for x := range want.W {
			got, asked := sheet.ColorIndexAt(x, y) == 1, want.Black(x, y)
			if got != asked && (!got || x%8 != 4 || !want.Black(x-1, y)) {
				t.Fatalf("dot %d of row %d is %v, want %v", x, y, got, asked)
			}
		}
	}
}

// raster sends a picture's commands to an emulated printer, byte by byte and
// without the driver's conversation, and gives the paper and what was answered.
func raster(b *ticket.Bitmap) (*escpos.Sheet, string) {
	emulated := escpos.New(escpos.Options{Width: b.W, Handshake: true})
	var answers bytes.Buffer
	commands := slices.Concat(printer.Bands(b)...)
	emulated.Run(context.Background(), struct {
		io.Reader
		io.Writer
	}{io.MultiReader(bytes.NewReader(commands), ended{emulated}), &answers})
	return emulated.Hanging(), answers.String()
}

// ended is a line that ends when the printer has done all it can.
type ended struct{ printer *escpos.Printer }

func (e ended) Read([]byte) (int, error) {
	if err := e.printer.Settle(context.Background()); err != nil {
		return 0, err
	}
	return 0, io.EOF
}

func FuzzRaster(f *testing.F) {
	f.Add([]byte("\x10\x04\x01\x10\x05\x02\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"), 3)
	f.Add(bytes.Repeat([]byte{0x10, 0x04}, 100), 0)
	f.Fuzz(func(t *testing.T, dots []byte, skip int) {
		b := &ticket.Bitmap{W: 384, Stride: 48, H: 40, Bits: make([]byte, 40*48)}
		copy(b.Bits[uint(skip)%uint(len(b.Bits)):], dots)
		sheet, answers := raster(b)
		if strings.Trim(answers, "\x00") != "" {
			t.Fatalf("the printer answered % X", answers)
		}
		checkDots(t, b, sheet)
	})
}

// Whoever spoke to the printer before may have ended in the middle of a picture:
// the next ticket is whole all the same, and on a sheet of its own.
func TestLeftInThePicture(t *testing.T) {
	band := printer.Bands(picture(t))[6]
	for _, sent := range []int{1, 3, 7, 8, 9, len(band) / 2, len(band) - 1} {
		synctest.Test(t, func(t *testing.T) {
			emulated := escpos.New(escpos.Options{Clear: escpos.ClearNever})
			d, cable := attach(t, emulated, printer.Options{}, 1)
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			before := open(t, cable)
			if err := before.Write(t.Context(), band[:sent]); err != nil {
				t.Fatal(err)
			}
			if err := before.Close(); err != nil {
				t.Fatal(err)
			}
			d, err := printer.New(open(t, cable), printer.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = d.Close() }()
			if err := d.Print(t.Context(), slip()); err != nil {
				t.Fatalf("behind %d bytes of a picture: %v; strange %q", sent, err, emulated.Strange())
			}
			if n := newPaper(t, emulated).tickets(t); n != 1 {
				t.Errorf("behind %d bytes of a picture %d whole tickets came out", sent, n)
			}
		})
	}
}

// A printer that lost its power in the middle of a band takes the rest of it for
// commands, of which one may wait for a picture. The next ticket ends that, too.
func TestDotsTakenForACommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emulated := escpos.New(escpos.Options{Clear: escpos.ClearNever})
		cable, err := line.InMemory(emulated, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = cable.Close() }()
		l := open(t, cable)
		d, err := printer.New(l, printer.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		emulated.JamCutter()
		if err := d.Print(t.Context(), slip()); !errors.Is(err, drivers.ErrDeviceFault) {
			t.Fatalf("with a blocked cutter: %v", err)
		}
		emulated.FreeCutter()
		cable.Restart()
		if err := l.Write(t.Context(), []byte("\x1Dv0\x00\x48\x00\x10\x00")); err != nil {
			t.Fatal(err)
		}
		if err := d.Print(t.Context(), slip()); err != nil {
			t.Fatalf("%v; strange %q", err, emulated.Strange())
		}
		sheets := emulated.Sheets()
		if last := sheets[len(sheets)-1].Printed(); differing(last, picture(t)) > 0 {
			t.Error("the last sheet is not the ticket")
		}
	})
}
