package finger

import (
	"cmp"
	"context"
	"fmt"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
)

var (
	_ drivers.FingerReader = (*Waveshare)(nil)
	_ drivers.FingerCamera = (*Waveshare)(nil)
)

// Waveshare is the UART Fingerprint Sensor (C), whose packets are framed by F5.
//
// An enrolment makes a user in the module's flash, who is deleted at once; a
// comparison keeps nothing. Of what is in its memory the received template is
// overwritten; nothing clears the picture and the features of the last finger but
// the next one, or a power cut.
//
// The module waits for a finger by itself and cannot be called off: it is given a
// second at a time. It does not tell whether a finger is poor or another one, nor
// that one was lifted: an enrolment allows time for that, and begins anew when a
// picture fails.
type Waveshare struct {
	module

	serial  uint32
	deaf    bool // whether the module may still wait for a finger
	serials owed // serial numbers
}

// WaveshareOptions are a module's settings. The zero value is a module as its maker
// sends it.
type WaveshareOptions struct {
	Baud int // 0 is 19200, which no command changes
}

const (
	wsShort = 2 * time.Second
	wsGap   = 500 * time.Millisecond

	// wsLooks is how long the module waits for a finger: so many pictures, of 0.2 to
	// 0.3 s each (manual, command 22), and wsFinger is how long the host does.
	wsLooks  = 4
	wsFinger = wsLooks*300*time.Millisecond + 2*time.Second

	wsTemplate = 193
	wsHead     = 3   // before a template: user and permission
	wsSide     = 140 // of a picture, of which the module sends every second pixel
	wsPictures = 3
	// wsLift is the time that a person has to lift the finger.
	wsLift = 1500 * time.Millisecond
)

// OpenWaveshare finds the module at the port and empties it. The port is the
// driver's from then on; it is closed when opening fails.
func OpenWaveshare(ctx context.Context, port periph.Port, o WaveshareOptions) (*Waveshare, error) {
	d := &Waveshare{module: module{name: "waveshare", port: port}}
	d.empty = d.forget
	tune := func(context.Context) error { return d.retune(cmp.Or(o.Baud, 19200)) }
	if err := d.open(ctx, tune, d.settle, d.forget); err != nil {
		return nil, err
	}
	return d, nil
}

// Probe asks the module for its serial number.
func (d *Waveshare) Probe(ctx context.Context) (drivers.Info, error) {
	if err := d.settle(ctx); err != nil {
		return drivers.Info{}, d.fail("probing", err)
	}
	return drivers.Info{
		Class: drivers.ClassFinger, Vendor: "Waveshare", Model: "UART Fingerprint Sensor (C)",
		Serial: fmt.Sprintf("%06X", d.serial), Port: d.line.String(), Trust: drivers.TrustL0,
	}, nil
}

// Purge deletes all users and overwrites the template that was received last.
func (d *Waveshare) Purge(ctx context.Context) error { return d.fail("emptying", d.forget(ctx)) }

func (d *Waveshare) forget(ctx context.Context) error {
	for range 3 {
		p, err := d.ask(ctx, wsShort, wsPacket{Command: wsCount})
		if err != nil {
			return err
		}
		if p.length() == 0 { // of the users
			return d.overwrite(ctx)
		}
		if _, err := d.ask(ctx, wsShort, wsPacket{Command: wsDeleteAll}); err != nil {
			return err
		}
	}
	return fmt.Errorf("there are users after all were deleted: %w", drivers.ErrDeviceFault)
}

// overwrite has a template of zeros compared with a user that does not exist, which
// takes the place of the one that was received before.
func (d *Waveshare) overwrite(ctx context.Context) error {
	blank := make([]byte, wsHead+wsTemplate)
	blank[1] = 1 // the user's number
	_, err := d.give(ctx, wsShort, wsGiven, blank)
	if code, ok := refusal(err); ok && (code == wsFail || code == wsNoUser) {
		return nil
	}
	return err
}

// Close empties the module and closes the port. The module has no light that a
// command puts out.
func (d *Waveshare) Close() error { return d.close(func(context.Context) error { return nil }) }
