package qr

import (
	"context"
	"fmt"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// GM65Options are settings of [NewGM65].
type GM65Options struct {
	Baud int  // 9600 when zero, as the modules come
	Mute bool // no beep after a code
	// USB: the port is the module's own USB serial port, not its UART. Codes have to be
	// sent there.
	USB bool
}

// NewGM65 drives a module of the GM65 family over its UART. It takes the port.
//
// The protocol: GM65 Bar Code Reader Module User Manual V1.3, Hangzhou Grow;
// where modules differ from it, cryptoadvance/specter-diy src/hosts/qr.py, which
// runs on several. The Newland NLS-EM3095 answers alike (its manual, page 19).
func NewGM65(p periph.PortCloser, o GM65Options) (*Reader, error) {
	if o.Baud == 0 {
		o.Baud = 9600
	}
	return connect(p, o.Baud, func(l *uart.Line) module { return &gm65{line: l, mute: o.Mute, usb: o.USB} })
}

type gm65 struct {
	line    *uart.Line
	mute    bool
	usb     bool
	turn    int  // of questions
	asked   bool // for the software version
	version byte // of the module's software
}

// Zones of the module's memory that are used here.
const (
	zoneMode      = 0x0000 // light, beep and mode of reading
	zoneTrigger   = 0x0002
	zoneReadTime  = 0x0006 // how long a trigger lasts, in 0.1 s
	zoneOutput    = 0x000D // where codes go
	zoneSameCode  = 0x0013 // delay before the same code is read again
	zoneFormat    = 0x0060 // tail, prefix and the like
	zoneRaw       = 0x00BC // of software 0x69, undocumented
	zoneVersions  = 0x00E1 // hardware, software, year of software
	versionRawBug = 0x69   // reads binary codes wrong unless zoneRaw is rawOn
	rawOn         = 0x08
)

// gm65Tail is what the module is set to add to a code.
const gm65Tail = "\r\n"

// gm65Zone is a setting that the driver needs.
type gm65Zone struct {
	address uint16
	want    func(old byte) byte
}

func (g *gm65) zones() []gm65Zone {
	mode := byte(0xD5) // flash after a code, beep, aim and light while reading, read when told
	if g.mute {
		mode &^= 0x40
	}
	output := byte(0x00) // the UART
	if g.usb {
		output = 0x03 // USB serial; by the manual's list of zones, not tried on a module
	}
	zones := []gm65Zone{
		{zoneMode, func(byte) byte { return mode }},
		{zoneReadTime, func(byte) byte { return byte(window / (100 * time.Millisecond)) }},
		{zoneOutput, func(old byte) byte { return old&^0x03 | output }},
		{zoneSameCode, func(old byte) byte { return old &^ 0x80 }}, // no delay
		// tail CR LF (bits 6-5 = 01) and allowed (bit 0); no word when nothing was read, no
		// prefix, kind or suffix (bits 4-1)
		{zoneFormat, func(old byte) byte { return old&^0x7E | 0x21 }},
	}
	if g.version == versionRawBug {
		zones = append(zones, gm65Zone{zoneRaw, func(byte) byte { return rawOn }})
	}
	return zones
}

func (g *gm65) identify(ctx context.Context) (drivers.Info, error) {
	v, err := g.read(ctx, zoneVersions, 3)
	if err != nil {
		return drivers.Info{}, err
	}
	g.asked, g.version = true, v[1]
	return drivers.Info{
		Vendor: "Grow", Model: "GM65",
		Firmware: fmt.Sprintf("hardware %#02x, software %#02x of %#02x", v[0], v[1], v[2]),
	}, nil
}

func (g *gm65) prepare(ctx context.Context) error {
	if !g.asked {
		if _, err := g.identify(ctx); err != nil {
			return err
		}
	}
	for _, z := range g.zones() {
		if err := g.set(ctx, z); err != nil {
			return err
		}
	}
	return nil
}

// set writes a zone that is not as it should be, and looks again: some software
// confirms the first write after power-on and forgets it.
func (g *gm65) set(ctx context.Context, z gm65Zone) error {
	for range tries {
		old, err := g.read(ctx, z.address, 1)
		if err != nil {
			return err
		}
		want := z.want(old[0])
		if old[0] == want {
			return nil
		}
		if err := g.write(ctx, z.address, want); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: zone %#04x does not stay as it is set", drivers.ErrRefused, z.address)
}

func (g *gm65) trigger(ctx context.Context) error { return g.write(ctx, zoneTrigger, 1) }
func (g *gm65) release(ctx context.Context) error { return g.write(ctx, zoneTrigger, 0) }

func (g *gm65) code(ctx context.Context) (drivers.Scan, error) {
	return readText(ctx, g.line, window+time.Second, silenced(gm65Tail))
}

// read reads at least n zones. Answers do not say what they answer; so every
// question asks for another number of zones than the one before, and for more than
// the one byte that confirms a write. An answer of another length is an old one.
func (g *gm65) read(ctx context.Context, address uint16, n int) ([]byte, error) {
	g.turn = g.turn%5 + 1
	n += g.turn
	return exchange(ctx, g.line, gm65Command(gm65Read, address, byte(n)), gm65Answers(n))
}

func (g *gm65) write(ctx context.Context, address uint16, value byte) error {
	_, err := exchange(ctx, g.line, gm65Command(gm65Write, address, value), gm65Answers(1))
	return err
}
