package qr

import (
	"context"
	"errors"
	"fmt"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// Found is what [Detect] found on a line.
type Found struct {
	Model string
	Baud  int
}

// bauds are the speeds that are tried, the makers' own first.
var bauds = []int{9600, 115200, 57600, 38400, 19200, 14400, 4800}

// dialects are the protocols that are tried at each speed by a question that
// changes nothing.
var dialects = []struct {
	model   string
	module  func(*uart.Line) module
	silence time.Duration // before the question
	answer  int           // about how long it is in bytes
}{
	{ModelGM65, func(l *uart.Line) module { return &gm65{line: l} }, quiet, 20},
	// An engine takes what comes within 200 ms for parts of one packet.
	{ModelSSI, func(l *uart.Line) module { return &ssi{line: l} }, 250 * time.Millisecond, 60},
	{ModelNewland, func(l *uart.Line) module { return &newland{line: l} }, quiet, 250},
	{ModelHoneywell, func(l *uart.Line) module { return &honeywell{line: l} }, quiet, 400},
}

// reaction is how long a reader may take before it begins to answer.
const reaction = 100 * time.Millisecond

// Detect asks in every protocol and at every speed who is there, or at the given
// one, within 12 seconds. It fails with [drivers.ErrNoAnswer] when nobody answers: a
// scanner that takes no commands has to be named. It leaves the port open.
func Detect(ctx context.Context, p periph.Port, baud int) (Found, error) {
	try := bauds
	if baud != 0 {
		try = []int{baud}
	}
	for _, b := range try {
		line, err := uart.Connect(p, uart.Settings{Baud: b})
		if errors.Is(err, drivers.ErrRefused) {
			continue // the port does not do it
		}
		if err != nil {
			return Found{}, fmt.Errorf("qr: looking for a reader: %w", err)
		}
		model, err := detectAt(ctx, line, b)
		if model != "" || err != nil {
			return Found{model, b}, err
		}
	}
	return Found{}, fmt.Errorf("qr: looking for a reader at %s: %w", p, drivers.ErrNoAnswer)
}

// detectAt asks at one speed.
func detectAt(ctx context.Context, line *uart.Line, baud int) (string, error) {
	for _, d := range dialects {
		wait := d.silence + reaction + ssiWake + time.Duration(10*d.answer)*time.Second/time.Duration(baud)
		within, cancel := context.WithTimeout(ctx, wait)
		err := line.Drain(within, d.silence)
		if err == nil {
			_, err = d.module(line).identify(within)
		}
		cancel()
		switch {
		case err == nil:
			return d.model, nil
		case ctx.Err() != nil:
			return "", ctx.Err()
		case errors.Is(err, drivers.ErrDeviceGone):
			return "", fmt.Errorf("qr: looking for a reader: %w", err)
		}
	}
	return "", nil
}
