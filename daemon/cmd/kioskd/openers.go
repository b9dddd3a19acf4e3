package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"motcua/daemon/config"
	"motcua/daemon/devices"
	"motcua/drivers"
	"motcua/drivers/finger"
	"motcua/drivers/printer"
	"motcua/drivers/printer/ticket"
	"motcua/drivers/qr"
	"motcua/drivers/uart"
)

func codeReaders() *devices.Driver[drivers.CodeReader] {
	return &devices.Driver[drivers.CodeReader]{
		Models: qr.Models(),
		Open: func(ctx context.Context, path string, c config.Port) (drivers.CodeReader, error) {
			return qr.Open(ctx, path, c.Model, c.Baud)
		},
	}
}

func fingerReaders() *devices.Driver[drivers.FingerReader] {
	return &devices.Driver[drivers.FingerReader]{
		Models: finger.Models(),
		Open: func(ctx context.Context, path string, c config.Port) (drivers.FingerReader, error) {
			return finger.Open(ctx, path, c.Model, c.Baud)
		},
	}
}

// printerModels are the models of printers: what they print on, and whether they print
// letters only.
var printerModels = map[string]printer.Options{
	"escpos-80":      {Paper: ticket.Paper80},
	"escpos-58":      {Paper: ticket.Paper58},
	"escpos-80-text": {Paper: ticket.Paper80, Text: true},
	"escpos-58-text": {Paper: ticket.Paper58, Text: true},
}

// printerBaud is what a printer on a serial line is set to unless the configuration
// says otherwise.
const printerBaud = 115_200

// printers remember from one connection to the next what hangs out of the printer.
func printers() *devices.Driver[drivers.Printer] {
	memory := &printer.Memory{}
	return &devices.Driver[drivers.Printer]{
		Models: slices.Sorted(maps.Keys(printerModels)),
		Open: func(ctx context.Context, path string, c config.Port) (drivers.Printer, error) {
			line, err := printerLine(ctx, path, c.Baud)
			if err != nil {
				return nil, err
			}
			o := printerModels[c.Model]
			o.Memory = memory
			d, err := printer.New(line, o)
			if err != nil {
				return nil, errors.Join(err, line.Close())
			}
			return d, nil
		},
	}
}

// printerLine reaches a printer over the network, as one of the USB class, or at a
// serial port, without handshake: no more is sent ahead than its buffer takes.
func printerLine(ctx context.Context, path string, baud int) (*uart.Line, error) {
	if address, ok := strings.CutPrefix(path, "tcp://"); ok {
		return printer.TCP(ctx, address)
	}
	if file, err := filepath.EvalSymlinks(path); err == nil && strings.HasPrefix(filepath.Base(file), "lp") {
		return printer.USB(path)
	}
	return printer.Serial(path, uart.Settings{Baud: cmp.Or(baud, printerBaud)})
}
