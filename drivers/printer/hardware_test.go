package printer_test

import (
	"context"
	"errors"
	"flag"
	"testing"
	"time"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/printer"
)

var hw = flag.String("hw", "", "`PATH,MODEL` of a real printer to tell the stories to; says on the terminal what to do")

// TestHardware tells those stories of a printer to a real one that need no look at
// its paper by the program, and has a person look at the rest:
//
//	go test ./drivers/printer -run TestHardware -v -timeout 1h -hw /dev/usb/lp0,escpos-80
//
// It begins with paper in the printer and the cover closed.
func TestHardware(t *testing.T) {
	path, model := drivertest.Hardware(t, *hw)
	p := atPrinter{t: t, memory: &printer.Memory{}, path: path, model: model}
	t.Run("says who it is", p.probed)
	t.Run("prints one ticket after the other", p.prints)
	t.Run("cover open", p.cover)
	t.Run("no paper", p.paper)
	t.Run("given up in a ticket", p.givenUp)
	t.Run("unplugged", p.unplugged)
}

// atPrinter is a person at a printer.
type atPrinter struct {
	t           *testing.T
	memory      *printer.Memory
	path, model string
}

func (p atPrinter) open(t *testing.T) *printer.Dev {
	t.Helper()
	d, err := printer.Open(t.Context(), p.path, p.model, 0, p.memory)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() }) // one story pulls it
	return d
}

func (p atPrinter) probed(t *testing.T) {
	info, err := p.open(t).Probe(t.Context())
	if err != nil || info.Class != drivers.ClassPrinter || info.Port == "" {
		t.Fatalf("%+v, %v", info, err)
	}
	t.Logf("%+v", info)
}

func (p atPrinter) prints(t *testing.T) {
	d := p.open(t)
	for range 3 {
		if err := d.Print(t.Context(), slip()); err != nil && !errors.Is(err, drivers.ErrPaperLow) {
			t.Fatal(err)
		}
	}
	drivertest.Ask("There should be three tickets, cut off, like drivers/printer/ticket/testdata shows one: A012, all letters with their marks, and nothing hanging out. Stop the test if not.")
}

// troubled checks a state and that no ticket is begun in it, and that one comes
// once it is over.
func (p atPrinter) troubled(t *testing.T, do, undo string, want error, is func(drivers.PrinterStatus) bool) {
	d := p.open(t)
	drivertest.Ask(do)
	if s, err := d.Status(t.Context()); err != nil || !is(s) {
		t.Errorf("status %+v, %v", s, err)
	}
	if err := d.Print(t.Context(), slip()); !errors.Is(err, want) {
		t.Errorf("printing: %v, want %v", err, want)
	}
	drivertest.Ask(undo)
	if err := d.Print(t.Context(), slip()); err != nil && !errors.Is(err, drivers.ErrPaperLow) {
		t.Errorf("and then: %v", err)
	}
	drivertest.Ask("One whole ticket should have come. Stop the test if it was none, or two.")
}

func (p atPrinter) cover(t *testing.T) {
	p.troubled(t, "Open the cover.", "Close the cover.", drivers.ErrCoverOpen, func(s drivers.PrinterStatus) bool { return s.CoverOpen })
}

func (p atPrinter) paper(t *testing.T) {
	p.troubled(t, "Take the paper out and close the cover.", "Put the paper in and close the cover.", drivers.ErrPaperOut,
		func(s drivers.PrinterStatus) bool { return s.PaperOut })
}

func (p atPrinter) givenUp(t *testing.T) {
	d := p.open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := d.Print(ctx, slip()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a ticket with 0.3 seconds: %v", err)
	}
	if err := d.Print(t.Context(), slip()); err != nil && !errors.Is(err, drivers.ErrPaperLow) {
		t.Errorf("the next ticket: %v", err)
	}
	drivertest.Ask("There should be a stub, cut off, and a whole ticket. Stop the test if a part of the first hangs on the second.")
}

func (p atPrinter) unplugged(t *testing.T) {
	d := p.open(t)
	drivertest.Ask("Pull the printer's cable.")
	if err := d.Print(t.Context(), slip()); !errors.Is(err, drivers.ErrDeviceGone) && !errors.Is(err, drivers.ErrNoAnswer) {
		t.Errorf("printing: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	drivertest.Ask("Plug it in again.")
	if err := p.open(t).Print(t.Context(), slip()); err != nil && !errors.Is(err, drivers.ErrPaperLow) {
		t.Errorf("and then: %v", err)
	}
}

// TestModels: a printer is opened by the name of its model, and no other.
func TestModels(t *testing.T) {
	if _, err := printer.Open(t.Context(), "tcp://127.0.0.1:1", "laser", 0, nil); err == nil || errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("a model that is none: %v", err)
	}
	for _, m := range append(printer.Models(), "") {
		if _, err := printer.Open(t.Context(), t.TempDir()+"/none", m, 0, nil); !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("%q at a path that is not there: %v", m, err)
		}
	}
}
