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

// codeModel is a kind of code reader and how one is opened.
type codeModel struct {
	name  string
	asked bool // it says who it is, so that it can be told from others
	open  func(port *uart.Port, baud int) (*qr.Reader, error)
}

func codeModels() []codeModel {
	return []codeModel{
		{"gm65", true, func(p *uart.Port, baud int) (*qr.Reader, error) { return qr.NewGM65(p, qr.GM65Options{Baud: baud}) }},
		{"ssi", true, func(p *uart.Port, baud int) (*qr.Reader, error) { return qr.NewSSI(p, qr.SSIOptions{Baud: baud}) }},
		{"newland", true, func(p *uart.Port, baud int) (*qr.Reader, error) {
			return qr.NewNewland(p, qr.NewlandOptions{Baud: baud})
		}},
		{"honeywell", true, func(p *uart.Port, baud int) (*qr.Reader, error) {
			return qr.NewHoneywell(p, qr.HoneywellOptions{Baud: baud})
		}},
		{"serial", false, func(p *uart.Port, baud int) (*qr.Reader, error) { return qr.NewSerial(p, qr.SerialOptions{Baud: baud}) }},
	}
}

// keyboard is the model of a scanner that types: its path is one of the input
// layer, not of a serial port.
const keyboard = "keyboard"

func codeReaders() *devices.Driver[drivers.CodeReader] {
	d := &devices.Driver[drivers.CodeReader]{Open: openCodeReader}
	for _, m := range codeModels() {
		d.Models = append(d.Models, m.name)
	}
	d.Models = append(d.Models, keyboard)
	return d
}

// openCodeReader opens the model that is asked for, or else the first that answers.
func openCodeReader(ctx context.Context, path string, c config.Port) (drivers.CodeReader, error) {
	if c.Model == keyboard {
		return notNil(qr.OpenKeyboard(path))
	}
	var silent []error
	for _, m := range codeModels() {
		if c.Model != m.name && (c.Model != "" || !m.asked) {
			continue
		}
		r, err := openSerialReader(path, m, c.Baud)
		if err != nil || c.Model != "" {
			return notNil(r, err)
		}
		if _, err = r.Probe(ctx); err == nil {
			return r, nil
		}
		silent = append(silent, fmt.Errorf("as %s: %w", m.name, err), r.Close())
	}
	return nil, errors.Join(silent...)
}

func openSerialReader(path string, m codeModel, baud int) (*qr.Reader, error) {
	port, err := uart.Open(path)
	if err != nil {
		return nil, err
	}
	return m.open(port, baud)
}

// notNil is the reader, or the error and nothing else.
func notNil(r *qr.Reader, err error) (drivers.CodeReader, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

func fingerReaders() *devices.Driver[drivers.FingerReader] {
	return &devices.Driver[drivers.FingerReader]{
		Models: []string{"r503"},
		Open: func(ctx context.Context, path string, c config.Port) (drivers.FingerReader, error) {
			port, err := uart.Open(path)
			if err != nil {
				return nil, err
			}
			r, err := finger.OpenR503(ctx, port, finger.R503Options{Baud: c.Baud})
			if err != nil {
				return nil, err
			}
			return r, nil
		},
	}
}

// papers are the models of printers: what they print on, and whether they print
// letters only.
var papers = map[string]printer.Options{
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
		Models: slices.Sorted(maps.Keys(papers)),
		Open: func(ctx context.Context, path string, c config.Port) (drivers.Printer, error) {
			line, err := printerLine(ctx, path, c.Baud)
			if err != nil {
				return nil, err
			}
			o := papers[c.Model]
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
