package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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

// fingerOpeners open finger readers by their models. Without a model they are tried
// in the order of their names.
var fingerOpeners = map[string]func(ctx context.Context, p *uart.Port, baud int) (drivers.FingerReader, error){
	"gt521": func(ctx context.Context, p *uart.Port, baud int) (drivers.FingerReader, error) {
		r, err := finger.OpenGT521(ctx, p, finger.GT521Options{Baud: baud})
		if err != nil {
			return nil, err
		}
		return r, nil
	},
	"r503": func(ctx context.Context, p *uart.Port, baud int) (drivers.FingerReader, error) {
		r, err := finger.OpenR503(ctx, p, finger.R503Options{Baud: baud})
		if err != nil {
			return nil, err
		}
		return r, nil
	},
}

func fingerReaders() *devices.Driver[drivers.FingerReader] {
	return &devices.Driver[drivers.FingerReader]{
		Models: slices.Sorted(maps.Keys(fingerOpeners)),
		Open:   openFingerReader,
	}
}

// openFingerReader opens the model that is asked for, or else the first that
// answers.
func openFingerReader(ctx context.Context, path string, c config.Port) (drivers.FingerReader, error) {
	models := slices.Sorted(maps.Keys(fingerOpeners))
	if c.Model != "" {
		models = []string{c.Model}
	}
	var failed []error
	for _, model := range models {
		port, err := uart.Open(path)
		if err != nil {
			return nil, err
		}
		r, err := fingerOpeners[model](ctx, port, c.Baud)
		if err == nil {
			return r, nil
		}
		failed = append(failed, fmt.Errorf("as %s: %w", model, err))
	}
	return nil, errors.Join(failed...)
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
