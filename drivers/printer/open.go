package printer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// Serial opens the printer at a serial port. Its speed and flow control are those
// of its own settings; 115200 with RTS/CTS is what a kiosk should have.
func Serial(path string, s uart.Settings) (*uart.Line, error) {
	p, err := uart.Open(path)
	if err != nil {
		return nil, err
	}
	l, err := uart.Connect(p, s)
	if err != nil {
		_ = p.Close()
		return nil, err
	}
	return l, nil
}

// dialTime is how long a printer in the same building may take to answer a call.
const dialTime = 5 * time.Second

// TCP calls a printer on the network; address is host and port, which is 9100 on
// nearly all. Nothing of what is sent is encrypted or authenticated: it belongs on
// a wire of its own.
func TCP(ctx context.Context, address string) (*uart.Line, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("printer: calling %s: %w", address, goneUnlessCancelled(ctx, err))
	}
	return lineOver(c, address)
}

// goneUnlessCancelled says that nobody is there, or that the caller did not wait.
func goneUnlessCancelled(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", drivers.ErrDeviceGone, err)
}
