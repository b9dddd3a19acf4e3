package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"

	"motcua/daemon/config"
	"motcua/daemon/devices"
	"motcua/daemon/metrics"
	"motcua/daemon/seal"
	"motcua/daemon/session"
	"motcua/drivers"
	"motcua/drivers/board"
	"motcua/drivers/supervisor"
)

// deviceDrivers are the drivers that this program has.
func deviceDrivers(log *slog.Logger) devices.Drivers {
	lines := sync.OnceValues(func() (board.Lines, error) { return board.System(log) })
	return devices.Drivers{
		CodeReader:   codeReaders(),
		FingerReader: fingerReaders(),
		Printer:      printers(),
		Board: func(pins board.Pins) (drivers.Board, error) {
			l, err := lines()
			if err != nil {
				return nil, err
			}
			return board.Open(l, pins)
		},
	}
}

// paper is the session's way to the printer. The devices need the session first.
type paper struct{ devices *devices.Devices }

func (p *paper) Print(ctx context.Context, t drivers.Ticket) error { return p.devices.Print(ctx, t) }

// configured is nil where the kiosk is to have no printer.
func (p *paper) configured(c config.Devices) session.Printer {
	if c.Printer == nil {
		return nil
	}
	return p
}

// hand is the session's way to the finger reader.
type hand struct{ devices *devices.Devices }

func (h *hand) Compare(ctx context.Context, t drivers.Template) (drivers.FingerMatch, error) {
	return h.devices.Fingers().Compare(ctx, t)
}

func (h *hand) Enrol(ctx context.Context, progress func(drivers.EnrolStep)) (drivers.Template, error) {
	return h.devices.Fingers().Enrol(ctx, progress)
}

func (h *hand) Lifted(ctx context.Context) error { return h.devices.Fingers().Lifted(ctx) }

// configured is nil where the kiosk is to have no finger reader.
func (h *hand) configured(c config.Devices) session.Fingers {
	if c.FingerReader == nil {
		return nil
	}
	return h
}

// openSeal opens what is remembered of the case.
func openSeal(file string, log *slog.Logger) *seal.Seal {
	s, err := seal.Open(file)
	if err != nil {
		log.Error("the case counts as opened", "err", err)
	}
	return s
}

// newDevices prepares the devices that are configured.
func newDevices(c config.Devices, have devices.Drivers, s *session.Session, figures *metrics.Kiosk, log *slog.Logger) (*devices.Devices, error) {
	return devices.New(devices.Options{
		Config:  c,
		Drivers: have,
		Ports:   supervisor.NewPorts("/dev"),
		Host:    s,
		Show:    s.SetDevices,
		Fault:   figures.DeviceFault,
		Jitter:  rand.Float64,
		Log:     log,
	})
}
