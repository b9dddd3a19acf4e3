package main

import (
	"context"

	"motcua/daemon/config"
	"motcua/daemon/devices"
	"motcua/drivers"
	"motcua/drivers/finger"
	"motcua/drivers/printer"
	"motcua/drivers/qr"
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

// printers remember from one connection to the next what hangs out of the printer.
func printers() *devices.Driver[drivers.Printer] {
	memory := &printer.Memory{}
	return &devices.Driver[drivers.Printer]{
		Models: printer.Models(),
		Open: func(ctx context.Context, path string, c config.Port) (drivers.Printer, error) {
			d, err := printer.Open(ctx, path, c.Model, c.Baud, memory)
			if err != nil {
				return nil, err // and no driver that is nil
			}
			return d, nil
		},
	}
}
