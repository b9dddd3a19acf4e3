package scanner

import (
	"context"
	"io"
	"maps"
	"sync"
	"time"
)

// GM65 is a module of the GM65 family.
type GM65 struct {
	View
	lamp

	// Software is what zone 00E2 tells. 0x69 spoils bytes beyond ASCII unless zone
	// 00BC is 08.
	Software byte
	// Forgetful: the first write to zone 00BC after power-on is confirmed and lost.
	Forgetful bool

	mu    sync.Mutex // guards the rest
	flash map[int]byte
	zones map[int]byte // in use while there is power
	baud  int
}

// gm65Factory is how the module comes (manual V1.3): manual mode, codes on the
// serial line at 9600 baud, 5 s for a read, no tail.
var gm65Factory = map[int]byte{
	0x00: 0xD4, 0x05: 0x0A, 0x06: 0x32, 0x0D: 0xA0, 0x13: 0x85, 0x2A: 0x39, 0x2B: 0x01, 0x60: 0x60, 0xE1: 0x64, 0xE3: 0x13,
}

// Keep puts settings into the module's flash, by zone, as somebody did before.
func (g *GM65) Keep(zones map[int]byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.boot()
	maps.Copy(g.flash, zones)
}

// Kept is a setting in flash.
func (g *GM65) Kept(zone int) byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.boot()
	return g.flash[zone]
}

// Zone is a setting in use.
func (g *GM65) Zone(zone int) byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.zones[zone]
}

// boot fills the flash of a new module. Callers hold the lock.
func (g *GM65) boot() {
	if g.flash == nil {
		g.flash = maps.Clone(gm65Factory)
	}
	g.speed(g.flash)
}

// speed sets the module's speed from the zones with the divisor, if it is one of
// the common ones. Callers hold the lock.
func (g *GM65) speed(zones map[int]byte) {
	divisor := int(zones[0x2B])<<8 | int(zones[0x2A])
	for _, baud := range []int{1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200} {
		if divisor == 3_000_000/baud || divisor == (3_000_000+baud/2)/baud {
			g.baud = baud
		}
	}
}

// Baud is the module's speed now.
func (g *GM65) Baud() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.baud == 0 {
		g.boot()
	}
	return g.baud
}

// Run is the module's firmware.
func (g *GM65) Run(ctx context.Context, wire io.ReadWriter) {
	g.mu.Lock()
	g.boot()
	f := &gm65Firmware{module: g, zone: maps.Clone(g.flash)}
	g.zones = maps.Clone(g.flash)
	g.mu.Unlock()
	run(ctx, wire, &g.View, &g.lamp, f)
}

// gm65Firmware is what the module forgets without power.
type gm65Firmware struct {
	mouth
	module *GM65
	zone   map[int]byte
	inbox  []byte
	ends   time.Time // of the trigger
	asked  bool      // zone 00BC was written
}

// tell shows a test the zones in use.
func (f *gm65Firmware) tell() {
	f.module.mu.Lock()
	defer f.module.mu.Unlock()
	f.module.zones = maps.Clone(f.zone)
}

func (f *gm65Firmware) setBaud() {
	f.module.mu.Lock()
	defer f.module.mu.Unlock()
	f.module.speed(f.zone)
}

// hear collects "7E 00 type length addrH addrL data.. crcH crcL".
func (f *gm65Firmware) hear(chunk []byte) {
	f.inbox = append(f.inbox, chunk...)
	for len(f.inbox) >= 2 {
		if f.inbox[0] != 0x7E || f.inbox[1] != 0 {
			f.inbox = f.inbox[1:]
			continue
		}
		if len(f.inbox) < 6 || len(f.inbox) < 8+int(f.inbox[3]) {
			return
		}
		n := 8 + int(f.inbox[3])
		f.command(f.inbox[2:n-2], int(f.inbox[n-2])<<8|int(f.inbox[n-1]))
		f.inbox = f.inbox[n:]
	}
}

func (f *gm65Firmware) command(body []byte, sum int) {
	if sum != 0xABCD && sum != crcBits(body) { // AB CD: not to be looked at
		f.answer(1, 0)
		return
	}
	address, data := int(body[2])<<8|int(body[3]), body[4:]
	if len(data) == 0 {
		f.answer(3, 0)
		return
	}
	switch body[0] {
	case 7:
		n := int(data[0])
		if n == 0 {
			n = 256
		}
		values := make([]byte, n)
		for i := range values {
			values[i] = f.get(address + i)
		}
		f.answer(0, values...)
	case 8:
		f.answer(0, 0)
		for i, v := range data {
			f.set(address+i, v)
		}
	case 9:
		f.keep(data)
		f.answer(0, 0)
	case 10: // heartbeat: a word of its own before the answer
		f.say(0x03, 0x00, 0x00, 0x01, 0x00, 0x33, 0x31)
	default:
		f.answer(3, 0)
	}
}

func (f *gm65Firmware) get(address int) byte {
	if address == 0xE2 {
		return f.module.Software
	}
	return f.zone[address]
}

func (f *gm65Firmware) set(address int, v byte) {
	switch address {
	case 0xBC:
		first := !f.asked
		f.asked = true
		if first && f.module.Forgetful {
			return
		}
	case 0xD9: // 0x50: all zones as they came
		if v == 0x50 {
			f.zone = maps.Clone(gm65Factory)
		}
		return
	}
	f.zone[address] = v
	f.tell()
	switch address {
	case 0x02:
		f.ends = time.Time{}
		if t := f.zone[0x06]; v&1 == 1 && t != 0 {
			f.ends = time.Now().Add(time.Duration(t) * time.Second / 10)
		}
	case 0x2A, 0x2B:
		f.setBaud()
	}
}

// keep is "save to flash" (00) or "back to how it came" (02).
func (f *gm65Firmware) keep(data []byte) {
	f.module.mu.Lock()
	defer f.module.mu.Unlock()
	if len(data) == 1 && data[0] == 2 {
		maps.Copy(f.zone, gm65Factory)
		return
	}
	maps.Copy(f.module.flash, f.zone)
}

func (f *gm65Firmware) answer(kind byte, data ...byte) {
	body := append([]byte{kind, byte(len(data))}, data...)
	sum := crcBits(body)
	f.say(append(append([]byte{0x02, 0x00}, body...), byte(sum>>8), byte(sum))...)
}

// reading: command mode (01) while triggered; continuous (10) and induction (11)
// always; manual (00) waits for a button that a kiosk has not.
func (f *gm65Firmware) reading() (bool, time.Time) {
	switch f.zone[0] & 3 {
	case 1:
		if f.zone[2]&1 == 1 {
			return true, f.ends
		}
	case 2, 3:
		return true, time.Time{}
	}
	return false, time.Time{}
}

func (f *gm65Firmware) timeout() { f.zone[2] &^= 1 }

func (f *gm65Firmware) look() {
	code, ok := f.module.read()
	if !ok {
		return
	}
	f.zone[2] &^= 1
	if f.zone[0x0D]&3 != 0 {
		return // it goes to the USB side
	}
	var out []byte
	spoilt := f.module.Software == 0x69 && f.zone[0xBC] != 8
	for _, b := range code.Raw {
		if !spoilt || b < 0x80 {
			out = append(out, b)
		}
	}
	format := f.zone[0x60]
	if format&1 == 1 {
		out = append(out, [...]string{"\r", "\r\n", "\t", ""}[format>>5&3]...)
	}
	f.say(out...)
}

// crcBits is the manual's own way: bit by bit, through a register of 17 bits.
func crcBits(data []byte) int {
	crc := 0
	for _, b := range data {
		for i := 0x80; i != 0; i /= 2 {
			crc *= 2
			if crc&0x10000 != 0 {
				crc ^= 0x11021
			}
			if int(b)&i != 0 {
				crc ^= 0x1021
			}
		}
	}
	return crc
}
