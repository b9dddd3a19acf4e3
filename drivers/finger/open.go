package finger

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// Models of [Open].
const (
	ModelR503      = "r503" // and the older modules that speak the same
	ModelGT521     = "gt521"
	ModelWaveshare = "waveshare"
)

// model is a kind of module.
type model struct {
	name  string
	speed int // that it has when its maker sends it
	open  func(ctx context.Context, port *uart.Port, baud int) (drivers.FingerReader, error)
}

// models in the order in which they are looked for.
func models() []model {
	return []model{
		{ModelR503, 57600, func(ctx context.Context, p *uart.Port, baud int) (drivers.FingerReader, error) {
			return reader(OpenR503(ctx, p, R503Options{Baud: baud}))
		}},
		{ModelWaveshare, 19200, func(ctx context.Context, p *uart.Port, baud int) (drivers.FingerReader, error) {
			return reader(OpenWaveshare(ctx, p, WaveshareOptions{Baud: baud}))
		}},
		{ModelGT521, 9600, func(ctx context.Context, p *uart.Port, baud int) (drivers.FingerReader, error) {
			return reader(OpenGT521(ctx, p, GT521Options{Baud: baud}))
		}},
	}
}

// reader keeps a driver that is nil from becoming a reader that is not.
func reader[D drivers.FingerReader](d D, err error) (drivers.FingerReader, error) {
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Models lists the models.
func Models() (names []string) {
	for _, m := range models() {
		names = append(names, m.name)
	}
	return names
}

// Open opens a module at a serial port. Without a model, each protocol is tried at
// its maker's speed and then at the others that it has; without a speed, all that
// the model has.
func Open(ctx context.Context, path, name string, baud int) (drivers.FingerReader, error) {
	all := models()
	if name != "" {
		at := slices.IndexFunc(all, func(m model) bool { return m.name == name })
		if at < 0 {
			return nil, fmt.Errorf("finger: no model %q: %q", name, Models())
		}
		return openAt(ctx, path, all[at], baud)
	}
	var silent []error
	for _, makers := range []bool{true, false} {
		for _, m := range all {
			speed := baud
			if makers && baud == 0 {
				speed = m.speed
			}
			d, err := openAt(ctx, path, m, speed)
			if err == nil || !errors.Is(err, drivers.ErrNoAnswer) && !errors.Is(err, drivers.ErrProtocol) {
				return d, err
			}
			silent = append(silent, err)
		}
		if baud != 0 {
			break
		}
	}
	return nil, fmt.Errorf("finger: %s: none of %q: %w", path, Models(), errors.Join(silent...))
}

func openAt(ctx context.Context, path string, m model, baud int) (drivers.FingerReader, error) {
	port, err := uart.Open(path)
	if err != nil {
		return nil, err
	}
	return m.open(ctx, port, baud)
}
