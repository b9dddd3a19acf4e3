package main

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"

	"motcua/drivers"
	"motcua/drivers/emu/escpos"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/r503"
	"motcua/drivers/emu/scanner"
	"motcua/protocol/code/bhyt"
)

// stand is what stands beside the card reader: a code reader, a finger reader and a
// printer, each at the end of a cable that leads to a port in one folder.
type stand struct {
	scanner scanner.GM65
	finger  *r503.Module
	printer *escpos.Printer
	cables  map[string]*line.Cable
}

// The ports' names in the folder.
const (
	scannerPort = "scanner"
	fingerPort  = "finger"
	printerPort = "printer"
)

// openStand plugs everything in. The folder is made when it is not there.
func openStand(folder string) (*stand, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the ports' folder: %w", err)
	}
	b := &stand{
		finger:  r503.New(r503.R503),
		printer: escpos.New(escpos.Options{Handshake: true}),
		cables:  map[string]*line.Cable{},
	}
	for i, d := range []struct {
		name   string
		device line.Device
	}{{scannerPort, &b.scanner}, {fingerPort, b.finger}, {printerPort, b.printer}} {
		cable, err := line.OnPTY(filepath.Join(folder, d.name), d.device, uint64(i+1))
		if err != nil {
			return nil, errors.Join(err, b.close())
		}
		b.cables[d.name] = cable
	}
	return b, nil
}

func (b *stand) close() error {
	var errs []error
	for _, c := range b.cables {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// cable finds a device's cable.
func (b *stand) cable(name string) (*line.Cable, error) {
	c, ok := b.cables[name]
	if !ok {
		return nil, fmt.Errorf("no device %q; there are %s, %s and %s", name, scannerPort, fingerPort, printerPort)
	}
	return c, nil
}

// show holds a code before the scanner until it was read.
func (b *stand) show(ctx context.Context, text string) error {
	b.scanner.Show(drivers.Scan{Raw: []byte(text)})
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := b.scanner.AllRead(ctx); err != nil {
		b.scanner.Away()
		return fmt.Errorf("nobody reads the code: %w", err)
	}
	return nil
}

// insuranceCard is the code of an invented insurance card with a number.
func insuranceCard(number string) (string, error) {
	if !bhyt.IsNumber(number) {
		return "", fmt.Errorf("%q is no number of an insurance card", number)
	}
	return number + "|4e677579e1bb856e2056c4836e204de1baab75|01/01/1990|1|-|79 - 000|01/01/2026|-|01/01/2026|00000000000000|-|4|01/01/2029|0123456789abcdef-0000|-|-|$", nil
}

// keep writes what the printer has printed, one picture a slip, and tells how many
// there are.
func (b *stand) keep(ctx context.Context, folder string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout/2)
	defer cancel()
	if err := b.printer.Settle(ctx); err != nil {
		return 0, fmt.Errorf("waiting for the printer: %w", err)
	}
	sheets := slices.DeleteFunc(b.printer.Sheets(), func(s *escpos.Sheet) bool { return s.Ink() == 0 }) // a stub that was cut off
	for i, s := range sheets {
		if err := writeSheet(filepath.Join(folder, fmt.Sprintf("slip-%d.png", i+1)), s); err != nil {
			return 0, err
		}
	}
	return len(sheets), nil
}

func writeSheet(name string, s *escpos.Sheet) error {
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("keeping a slip: %w", err)
	}
	if err := errors.Join(png.Encode(f, s), f.Close()); err != nil {
		return fmt.Errorf("keeping a slip: %w", err)
	}
	return nil
}
