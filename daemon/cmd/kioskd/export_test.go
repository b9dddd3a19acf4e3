package main

import (
	"context"
	"io"
	"log/slog"

	"motcua/daemon/devices"
)

// Run is the program, with a test's own word on its drivers.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer, alter func(*devices.Drivers)) int {
	return run(ctx, args, stdout, stderr, func(log *slog.Logger) devices.Drivers {
		have := deviceDrivers(log)
		alter(&have)
		return have
	})
}
