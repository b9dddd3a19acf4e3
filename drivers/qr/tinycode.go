package qr

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"periph.io/x/conn/v3/i2c"

	"motcua/drivers"
)

// TinyCodeMax is the longest code that a Tiny Code Reader is trusted with: its
// answer has room for 254 bytes, and one that fills it may have been cut. The code
// of an identity card (120 to 200 bytes) fits, those of an insurance card (270 to
// 400) and of a vaccination certificate (500) do not.
const TinyCodeMax = tinyCodeRoom - 1

const (
	tinyCodeAddress = 0x0C
	tinyCodeRoom    = 254
	tinyCodeLED     = 0x01 // register
	// tinyCodeFrame is how long the module's answer stays the same: it looks five times
	// a second (developer guide). It is asked twice in that time, so that none is missed.
	tinyCodeFrame = 200 * time.Millisecond
	tinyCodePoll  = tinyCodeFrame / 2
	// tinyCodeWatch is how long a transfer may take before the bus counts as stuck;
	// 257 bytes take 24 ms at 100 kHz.
	tinyCodeWatch = time.Second
)

var _ drivers.CodeReader = (*TinyCode)(nil)

// TinyCode is a Tiny Code Reader of Useful Sensors on I2C. It looks all the time;
// what can be switched is its LED.
//
// The protocol: Tiny Code Reader Developer Guide, usfl.ink/tcr_dev.
type TinyCode struct {
	dev    i2c.Dev
	port   string
	stuck  chan error // of a transfer that was given up; nil: there is none
	closed bool
	bus    i2c.BusCloser
}

// NewTinyCode drives the module on bus, which it takes.
func NewTinyCode(bus i2c.BusCloser) *TinyCode {
	return &TinyCode{dev: i2c.Dev{Bus: bus, Addr: tinyCodeAddress}, port: bus.String(), bus: bus}
}

// Probe looks whether the module is there. It has no name to tell.
func (r *TinyCode) Probe(ctx context.Context) (drivers.Info, error) {
	if _, err := r.look(ctx); err != nil && !errors.Is(err, drivers.ErrProtocol) {
		return drivers.Info{}, fmt.Errorf("qr: asking the reader at %s who it is: %w", r.port, err)
	}
	if err := r.led(ctx, false); err != nil {
		return drivers.Info{}, fmt.Errorf("qr: asking the reader at %s who it is: %w", r.port, err)
	}
	return drivers.Info{
		Class: drivers.ClassCode, Vendor: "Useful Sensors", Model: "Tiny Code Reader", Port: r.port, Trust: drivers.TrustL0,
	}, nil
}

// Scan looks until a code is there.
func (r *TinyCode) Scan(ctx context.Context) (drivers.Scan, error) {
	if r.closed {
		return drivers.Scan{}, fmt.Errorf("qr: %s was closed: %w", r.port, drivers.ErrDeviceGone)
	}
	code, err := r.scan(ctx)
	if err == nil {
		return drivers.Scan{Raw: code, Symbology: drivers.SymbologyQR}, nil
	}
	if ctx.Err() != nil {
		return drivers.Scan{}, ctx.Err()
	}
	return drivers.Scan{}, fmt.Errorf("qr: reading a code at %s: %w", r.port, err)
}

func (r *TinyCode) scan(ctx context.Context) ([]byte, error) {
	// What the module saw last may be of a moment before the call.
	if err := pause(ctx, tinyCodeFrame+tinyCodePoll/2); err != nil {
		return nil, err
	}
	defer r.darken(ctx)
	if err := r.led(ctx, true); err != nil {
		return nil, err
	}
	for {
		if err := pause(ctx, tinyCodePoll); err != nil {
			return nil, err
		}
		if code, err := r.look(ctx); len(code) > 0 || err != nil {
			return code, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// darken ends the light after ctx has.
func (r *TinyCode) darken(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tinyCodeWatch)
	defer cancel()
	_ = r.led(ctx, false)
}

// Close puts the LED out and lets go of the bus.
func (r *TinyCode) Close() error {
	if r.closed {
		return nil
	}
	r.darken(context.Background())
	r.closed = true
	return r.bus.Close()
}

func (r *TinyCode) led(ctx context.Context, on bool) error {
	state := byte(0)
	if on {
		state = 1
	}
	return r.transfer(ctx, []byte{tinyCodeLED, state}, nil)
}

// look gives the code that the module saw last, or nothing.
func (r *TinyCode) look(ctx context.Context) ([]byte, error) {
	answer := make([]byte, 2+tinyCodeRoom)
	defer clear(answer)
	if err := r.transfer(ctx, nil, answer); err != nil {
		return nil, err
	}
	return decodeTinyCode(answer)
}

// decodeTinyCode takes an answer apart: the length in 16 bits, least byte first,
// and 254 bytes for the code.
func decodeTinyCode(answer []byte) ([]byte, error) {
	if len(answer) != 2+tinyCodeRoom {
		return nil, fmt.Errorf("%w: an answer of %d bytes", drivers.ErrProtocol, len(answer))
	}
	n := int(binary.LittleEndian.Uint16(answer))
	switch {
	case n > tinyCodeRoom:
		return nil, fmt.Errorf("%w: a code of %d bytes in a room for %d", drivers.ErrProtocol, n, tinyCodeRoom)
	case n > TinyCodeMax:
		return nil, fmt.Errorf("%w: a code that may have been cut to %d bytes", drivers.ErrProtocol, n)
	}
	return bytes.Clone(answer[2 : 2+n]), nil
}

// transfer writes to and reads from the module. The kernel does not give a transfer
// up; one that outlasts ctx goes on alone, and the bus counts as stuck until it ends.
func (r *TinyCode) transfer(ctx context.Context, w, answer []byte) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case r.closed:
		return fmt.Errorf("closed: %w", drivers.ErrDeviceGone)
	case r.stuck != nil:
		select {
		case <-r.stuck:
			r.stuck = nil
		default:
			return fmt.Errorf("%w: the bus is stuck", drivers.ErrNoAnswer)
		}
	}
	done := make(chan error, 1)
	buffer := make([]byte, len(answer))
	go func() { done <- r.dev.Tx(w, buffer) }()
	watch := time.NewTimer(tinyCodeWatch)
	defer watch.Stop()
	select {
	case err := <-done:
		copy(answer, buffer)
		clear(buffer)
		return busError(err)
	case <-ctx.Done():
		r.stuck = done
		return ctx.Err()
	case <-watch.C:
		r.stuck = done
		return fmt.Errorf("%w: the bus is stuck", drivers.ErrNoAnswer)
	}
}

// busErrors are what periph's Linux driver says, which passes on the texts of errno
// but not their numbers.
var busErrors = []struct {
	text string
	is   error
}{
	{"remote I/O error", drivers.ErrDeviceGone},          // nobody at this address, on most buses
	{"no such device or address", drivers.ErrDeviceGone}, // and on the others
	{"no such device", drivers.ErrDeviceGone},            // the bus itself was pulled
	{"file already closed", drivers.ErrDeviceGone},
	{"connection timed out", drivers.ErrNoAnswer},
	{"input/output error", drivers.ErrNoAnswer},
	{"resource temporarily unavailable", drivers.ErrNoAnswer}, // somebody else has the bus
}

func busError(err error) error {
	if err == nil {
		return nil
	}
	for _, e := range busErrors {
		if strings.Contains(err.Error(), e.text) {
			return fmt.Errorf("%w: %w", e.is, err)
		}
	}
	return err
}
