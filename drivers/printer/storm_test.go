package printer_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/escpos"
	"motcua/drivers/emu/line"
	"motcua/drivers/printer"
	"motcua/drivers/printer/ticket"
)

// On a line on which every twentieth answer suffers something, a ticket that is
// said to be printed is, and no sheet shows anything else than a ticket or the stub
// of one.
func TestStorm(t *testing.T) {
	seeds := uint64(8)
	if testing.Short() {
		seeds = 2
	}
	printed, refused := 0, 0
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) {
			emulated := escpos.New(escpos.Options{})
			d, cable := attach(t, emulated, printer.Options{}, seed)
			paper := newPaper(t, emulated)
			cable.Storm(0.05, line.OneByte, line.Split, line.Merged, line.Garbage, line.Ready, line.Flipped, line.Truncated,
				line.Late, line.Twice, line.Noise)
			for range 10 {
				err := d.Print(t.Context(), slip())
				switch n := paper.tickets(t); {
				case err == nil && n != 1:
					t.Fatalf("seed %d: one ticket is said to be printed, and %d are", seed, n)
				case err == nil:
					printed++
				case errors.Is(err, drivers.ErrNoAnswer), errors.Is(err, drivers.ErrProtocol), errors.Is(err, drivers.ErrDeviceFault),
					errors.Is(err, drivers.ErrPaperOut), errors.Is(err, drivers.ErrCoverOpen):
					refused++
				default:
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
			cable.Storm(0)
			_ = d.Print(t.Context(), slip()) // what came too late may still come
			paper.tickets(t)
			if err := d.Print(t.Context(), slip()); err != nil || paper.tickets(t) != 1 {
				t.Fatalf("seed %d: after the storm: %v", seed, err)
			}
			if n := emulated.Lost(); n > 0 {
				t.Errorf("seed %d: %d bytes came too fast", seed, n)
			}
		})
	}
	t.Logf("%d printed, %d told to have failed", printed, refused)
	if printed == 0 || refused == 0 {
		t.Errorf("%d printed, %d told to have failed: the storm shows nothing", printed, refused)
	}
}

// paper is what came out of a printer, and how far it was looked at.
type paper struct {
	printer *escpos.Printer
	want    *ticket.Bitmap
	ink     int // rows of a ticket that have any
	seen    int
}

func newPaper(t *testing.T, emulated *escpos.Printer) *paper {
	p := &paper{printer: emulated, want: picture(t)}
	white := string(make([]byte, p.want.Stride))
	for row := range slices.Chunk(p.want.Bits, p.want.Stride) {
		if string(row) != white {
			p.ink++
		}
	}
	return p
}

// tickets counts the whole tickets since the last call.
func (p *paper) tickets(t *testing.T) (n int) {
	t.Helper()
	sheets := p.printer.Sheets()
	for _, s := range sheets[p.seen:] {
		p.seen++
		s := s.Printed()
		switch {
		case s.Bounds() == p.want.Bounds() && differing(s, p.want) == 0:
			n++
		case s.Ink() > p.ink:
			t.Fatalf("sheet %d shows more than a ticket: %v", p.seen, s.Bounds())
		}
	}
	return n
}

// A buffer that holds less than a band only makes it slower, where somebody says
// when it is full.
func TestSmallBuffer(t *testing.T) {
	b := called(t, escpos.Options{Handshake: true, Buffer: 200})
	d, err := b.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	for range 3 {
		if err := d.Print(t.Context(), drivertest.Tickets()["number.vi"]); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.Sheets()); n != 4 {
		t.Errorf("%d sheets, want the white one and three tickets", n)
	}
	if n := b.Hand.Lost(); n > 0 {
		t.Errorf("%d bytes came too fast", n)
	}
}
