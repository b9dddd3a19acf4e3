package qr

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	periph "periph.io/x/conn/v3/uart"
	"periph.io/x/host/v3/sysfs"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// Models of [Open].
const (
	ModelGM65      = "gm65"
	ModelSSI       = "ssi"
	ModelNewland   = "newland"
	ModelHoneywell = "honeywell"
	ModelSerial    = "serial"
	ModelKeyboard  = "keyboard"
	ModelTinyCode  = "tiny-code-reader"
)

// Models lists the names that Open knows.
func Models() []string {
	return []string{ModelGM65, ModelSSI, ModelNewland, ModelHoneywell, ModelSerial, ModelKeyboard, ModelTinyCode}
}

// Open opens the reader at a path: a serial port, for a keyboard a file below
// /dev/input, for a Tiny Code Reader a bus such as /dev/i2c-1. Without a model it
// asks who is there; without a speed it takes the model's own.
func Open(ctx context.Context, path, model string, baud int) (drivers.CodeReader, error) {
	switch model {
	case ModelKeyboard:
		return reader(OpenKeyboard(path))
	case ModelTinyCode:
		return openTinyCode(path)
	}
	p, err := uart.Open(path)
	if err != nil {
		return nil, err
	}
	if model == "" {
		found, err := Detect(ctx, p, baud)
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		model, baud = found.Model, found.Baud
	}
	return openSerial(p, model, baud)
}

func openSerial(p periph.PortCloser, model string, baud int) (drivers.CodeReader, error) {
	switch model {
	case ModelGM65:
		return reader(NewGM65(p, GM65Options{Baud: baud, USB: isUSBSerial(p.String())}))
	case ModelSSI:
		return reader(NewSSI(p, SSIOptions{Baud: baud}))
	case ModelNewland:
		return reader(NewNewland(p, NewlandOptions{Baud: baud}))
	case ModelHoneywell:
		return reader(NewHoneywell(p, HoneywellOptions{Baud: baud}))
	case ModelSerial:
		return reader(NewSerial(p, SerialOptions{Baud: baud}))
	}
	err := fmt.Errorf("qr: no driver for a code reader %q; there are %s", model, strings.Join(Models(), ", "))
	return nil, errors.Join(err, p.Close())
}

// isUSBSerial tells whether a path leads to a device that is a USB serial port
// itself (CDC-ACM), and not to a UART behind an adapter.
func isUSBSerial(path string) bool {
	file, err := filepath.EvalSymlinks(path)
	return err == nil && strings.HasPrefix(filepath.Base(file), "ttyACM")
}

// reader makes a *Reader that is nil a drivers.CodeReader that is nil.
func reader(r *Reader, err error) (drivers.CodeReader, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

func openTinyCode(path string) (drivers.CodeReader, error) {
	file, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, fmt.Errorf("qr: opening %s: %w: %w", path, drivers.ErrDeviceGone, err)
	}
	number, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(file), "i2c-"))
	if err != nil || number < 0 {
		return nil, fmt.Errorf("qr: opening %s: not an I2C bus", path)
	}
	bus, err := sysfs.NewI2C(number)
	if err != nil {
		return nil, fmt.Errorf("qr: opening %s: %w", path, busError(err))
	}
	return NewTinyCode(bus), nil
}
