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
	_ drivers.FingerReader = (*R503)(nil)
	_ drivers.FingerCamera = (*R503)(nil)
)

// R503 is a module that speaks the protocol with the header EF 01: the R503, and
// older ones of its family (ZFM-20, R30x, FPM10A), which are told from it by not
// knowing ReadProdInfo.
//
// Nothing is ever stored in the module's library, and what others have left there
// is deleted. In the R503's memory the template is overwritten and a soft reset
// ends the rest; no manual says what a reset does to the buffers of picture and
// features. The older modules have no reset: their two buffers are overwritten, and
// the picture of the last finger stays until the next one or until their power goes.
type R503 struct {
	module
	o R503Options

	packet  int         // bytes in a data packet
	product r503Product // zero where the module tells none
	resets  bool        // it knows SoftRst
	rings   bool        // it has a ring of light

	numbers  owed // random numbers
	touched  bool // something of a finger may be in the module
	template bool // a template may be
}

// R503Options are a module's settings. The zero value is a module as its maker
// sends it.
type R503Options struct {
	Address  uint32 // 0 stands for FFFFFFFF
	Password uint32
	Baud     int // 0 tries the speeds there are, 57600 first
	Pictures int // in an enrolment, 2 to 6; 0 is 6, and for the older modules 2
	// Width, Height and Template (bytes) are for modules that do not tell theirs; 0
	// is a ZFM-20: 256, 288 and 512.
	Width, Height, Template int
}

// Times. The manual says 0.2 s for a picture and 0.5 s for its features; the rest is
// for a busy host.
const (
	r503Short = 2 * time.Second
	r503Long  = 3 * time.Second
	r503Gap   = 500 * time.Millisecond // within a packet, and between data packets
	r503Boot  = 500 * time.Millisecond // the manual says 50 ms
)

// r503Speeds are tried in this order.
var r503Speeds = []int{57600, 115200, 9600, 38400, 19200}

// OpenR503 finds the module at the port, asks who it is and empties it. The port
// is the driver's from then on; it is closed when opening fails.
func OpenR503(ctx context.Context, port periph.Port, o R503Options) (*R503, error) {
	o.Address = cmp.Or(o.Address, 0xFFFFFFFF)
	d := &R503{module: module{name: "r503", port: port}, o: o}
	d.empty = d.forget
	check := func(context.Context) error { return o.check() }
	if err := d.open(ctx, check, d.connect, d.identify, d.Purge); err != nil {
		return nil, err
	}
	return d, nil
}

func (o R503Options) check() error {
	if o.Pictures < 0 || o.Pictures > 6 || o.Pictures == 1 {
		return fmt.Errorf("an enrolment of %d pictures: want 2 to 6", o.Pictures)
	}
	if min(o.Width, o.Height, o.Template) < 0 || o.Width > maxSide || o.Height > maxSide || o.Template > maxTemplate {
		return fmt.Errorf("a picture of %dx%d pixels and a template of %d bytes", o.Width, o.Height, o.Template)
	}
	return nil
}

// connect finds the module's speed.
func (d *R503) connect(ctx context.Context) error {
	speeds := r503Speeds
	if d.o.Baud != 0 {
		speeds = []int{d.o.Baud}
	}
	return trySpeeds(ctx, speeds, func(baud int) error { return d.at(ctx, baud) })
}

// at connects at one speed.
func (d *R503) at(ctx context.Context, baud int) error {
	if err := d.retune(baud); err != nil {
		return err
	}
	return d.settle(ctx)
}

// identify learns what the module can do.
func (d *R503) identify(ctx context.Context) error {
	parameters, err := d.parameters(ctx)
	if err != nil {
		return err
	}
	d.packet = parameters.Packet
	b, err := d.ask(ctx, r503Short, r503ProductLen, r503ReadProd)
	switch _, refused := errors.AsType[R503Code](err); {
	case err == nil:
		if d.product, err = parseR503Product(b); err != nil {
			return err
		}
		d.resets, d.rings = true, true
		d.o.Pictures = cmp.Or(d.o.Pictures, 6)
		d.o.Width, d.o.Height, d.o.Template = d.product.Width, d.product.Height, d.product.Template
	case refused, errors.Is(err, drivers.ErrNoAnswer):
		d.o.Pictures = min(cmp.Or(d.o.Pictures, 2), 2) // there are two buffers
		d.o.Width, d.o.Height, d.o.Template = cmp.Or(d.o.Width, 256), cmp.Or(d.o.Height, 288), cmp.Or(d.o.Template, 512)
	default:
		return err
	}
	return nil
}

// old tells an older module.
func (d *R503) old() bool { return d.product == r503Product{} }

func (d *R503) parameters(ctx context.Context) (r503Parameters, error) {
	b, err := d.ask(ctx, r503Short, r503ParametersLen, r503ReadSysPara)
	if err != nil {
		return r503Parameters{}, err
	}
	return parseR503Parameters(b)
}

// Probe asks the module for its settings, its name and its sensor's health.
func (d *R503) Probe(ctx context.Context) (drivers.Info, error) {
	info := drivers.Info{Class: drivers.ClassFinger, Vendor: "ZFM", Port: d.line.String(), Trust: drivers.TrustL0}
	p, err := d.parameters(ctx)
	if err != nil {
		return drivers.Info{}, d.fail("probing", err)
	}
	info.Model = fmt.Sprintf("EF01, system %04X", p.System)
	if d.old() {
		return info, nil
	}
	info.Vendor, info.Model, info.Serial = "Grow", d.product.Model, d.product.Serial
	firmware, err := d.ask(ctx, r503Short, 32, r503GetFwVer)
	if err != nil {
		return drivers.Info{}, d.fail("asking for the firmware", err)
	}
	info.Firmware = plain(firmware)
	if _, err := d.ask(ctx, r503Long, 0, r503CheckSensor); errors.Is(err, drivers.ErrDeviceFault) {
		return info, d.fail("checking the sensor", err)
	} else if err != nil {
		return drivers.Info{}, d.fail("checking the sensor", err)
	}
	return info, nil
}

// Close empties the module, puts out its light and closes the port.
func (d *R503) Close() error {
	d.touched, d.template = true, true
	return d.close(func(context.Context) error { return nil })
}
