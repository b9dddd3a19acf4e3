package finger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
)

var (
	_ drivers.FingerReader = (*GT521)(nil)
	_ drivers.FingerCamera = (*GT521)(nil)
)

// GT521 is a module of the GT-521F or GT-511C series, with the headers 55 AA and
// 5A A5.
//
// It compares a finger with a template in its library only. So Verify puts the
// template there, which is in flash, and deletes it afterwards; were the power to
// fail between, it is deleted when the module is opened next. Nothing clears the
// picture of the last finger and the parts of the last enrolment from its memory
// but the next ones, or a power cut.
//
// A poor finger is told from another one in an enrolment, not in Verify.
type GT521 struct {
	module
	o    GT521Options
	info gt521Info

	place uint32 // in the library, of the next template
	infos owed   // device information
}

// GT521Options are a module's settings. The zero value is a module as its maker
// sends it.
type GT521Options struct {
	Baud int // that it listens at; 0 tries the speeds there are, 9600 first
	// Speed is what it is switched to once found: 9600 to 115200, 0 is 57600. It
	// listens at Baud again after a power cut.
	Speed    int
	Template int // bytes; 0 is 498
}

const (
	gt521Short = 2 * time.Second
	gt521Long  = 3 * time.Second // capture and comparison; the datasheet says 1.5 s
	gt521Gap   = 500 * time.Millisecond

	// The picture (datasheet V1.1, 5.23) comes column by column.
	gt521Width, gt521Height = 258, 202
	gt521DPI                = 450

	gt521Pictures = 3
	// gt521Spread is over how many places of the library templates are spread, which
	// spares the flash. Each module has as many.
	gt521Spread = 200
)

var gt521Speeds = []int{9600, 57600, 115200, 38400, 19200}

// OpenGT521 finds the module at the port, asks who it is and empties it. The port
// is the driver's from then on; it is closed when opening fails.
func OpenGT521(ctx context.Context, port periph.Port, o GT521Options) (*GT521, error) {
	o.Template, o.Speed = cmp.Or(o.Template, 498), cmp.Or(o.Speed, 57600)
	d := &GT521{module: module{name: "gt521", port: port}, o: o}
	d.empty = d.forget
	if err := d.open(ctx, d.connect, d.hasten, d.forget); err != nil {
		return nil, err
	}
	return d, nil
}

// connect finds the module's speed.
func (d *GT521) connect(ctx context.Context) error {
	speeds := gt521Speeds
	if d.o.Baud != 0 {
		speeds = []int{d.o.Baud, d.o.Speed} // it may have kept its power
	}
	return trySpeeds(ctx, speeds, func(baud int) error { return d.at(ctx, baud) })
}

// at connects at one speed.
func (d *GT521) at(ctx context.Context, baud int) error {
	if err := d.retune(baud); err != nil {
		return err
	}
	return d.settle(ctx)
}

// hasten switches both ends to the greater speed.
func (d *GT521) hasten(ctx context.Context) error {
	if d.line.Settings().Baud == d.o.Speed {
		return nil
	}
	if _, err := d.ask(ctx, gt521Short, gt521ChangeBaudrate, uint32(d.o.Speed)); err != nil {
		return err
	}
	return d.at(ctx, d.o.Speed)
}

// resume brings a line back into step. A module whose power failed meanwhile
// listens at its first speed.
func (d *GT521) resume(ctx context.Context) error {
	now, other := d.line.Settings().Baud, d.first()
	if now == other {
		other = d.o.Speed
	}
	if err := trySpeeds(ctx, []int{now, other}, func(baud int) error { return d.at(ctx, baud) }); err != nil {
		return err
	}
	return d.hasten(ctx)
}

// Probe opens the module once more, which is how it tells what it is.
func (d *GT521) Probe(ctx context.Context) (drivers.Info, error) {
	if err := d.resume(ctx); err != nil {
		return drivers.Info{}, d.fail("probing", err)
	}
	return drivers.Info{
		Class: drivers.ClassFinger, Vendor: "ADH-Tech", Model: "GT-511/521", Serial: fmt.Sprintf("%X", d.info.Serial),
		Firmware: fmt.Sprintf("%08X", d.info.Firmware), Port: d.line.String(), Trust: drivers.TrustL0,
	}, nil
}

// Purge empties the library.
func (d *GT521) Purge(ctx context.Context) error { return d.fail("emptying", d.forget(ctx)) }

// forget empties the library and puts out the light.
func (d *GT521) forget(ctx context.Context) error {
	if err := d.shine(ctx, false); err != nil {
		return err
	}
	for range 3 {
		n, err := d.ask(ctx, gt521Short, gt521GetEnrollCount, 0)
		if err != nil || n == 0 {
			return err
		}
		if _, err := d.ask(ctx, gt521Long, gt521DeleteAll, 0); err != nil && !errors.Is(err, gt521EmptyLib) {
			return err
		}
	}
	return fmt.Errorf("the library is not empty after it was emptied: %w", drivers.ErrDeviceFault)
}

// shine switches the light, without which the sensor sees nothing.
func (d *GT521) shine(ctx context.Context, on bool) error {
	p := uint32(0)
	if on {
		p = 1
	}
	_, err := d.ask(ctx, gt521Short, gt521CmosLed, p)
	return err
}

// Close empties the module, puts out its light, switches it back to its first speed
// and closes the port.
func (d *GT521) Close() error {
	return d.close(func(ctx context.Context) error {
		_, err := d.ask(ctx, gt521Short, gt521ChangeBaudrate, uint32(d.first()))
		return err
	})
}

// first is the speed that the module has after a power cut.
func (d *GT521) first() int { return cmp.Or(d.o.Baud, gt521Speeds[0]) }
