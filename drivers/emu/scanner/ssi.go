package scanner

import (
	"context"
	"io"
	"time"

	"motcua/drivers"
)

// SSI is an engine that speaks the Simple Serial Interface.
type SSI struct {
	View
	lamp

	// Long: codes of more than 250 bytes come in one packet with a length of 16 bits,
	// as Grow's modules send them, and not in several.
	Long bool
}

// ssiNumbers are the kinds of codes: Zebra's, and Grow's.
var ssiNumbers = map[drivers.Symbology][2]byte{
	drivers.SymbologyQR: {0x1C, 0xF1}, drivers.SymbologyPDF417: {0x11, 0xF0}, drivers.SymbologyCode128: {0x03, 0x03},
	drivers.SymbologyOther: {0x0B, 0x0B}, // EAN-13
}

// Baud is the engine's speed.
func (s *SSI) Baud() int { return 9600 }

// Run is the engine's firmware.
func (s *SSI) Run(ctx context.Context, wire io.ReadWriter) {
	f := &ssiFirmware{engine: s, set: map[byte]byte{0x8A: 0x00, 0xEE: 0x00, 0xEB: 0x00, 0x88: 30}, woken: time.Now().Add(-time.Hour)}
	run(ctx, wire, &s.View, &s.lamp, f)
}

type ssiFirmware struct {
	mouth
	engine *SSI
	set    map[byte]byte // parameters
	inbox  []byte
	woken  time.Time // when it last heard something
	ends   time.Time // of the session; zero: there is none

	queue   [][]byte  // packets that wait to be sent; the first was, and waits for its ACK
	sent    int       // how often the first was sent
	resends time.Time // when it is sent again
}

const (
	sleepy = time.Second            // how long an engine stays awake that hears nothing
	apart  = 200 * time.Millisecond // between two characters, that are then of two packets
)

// hear: an asleep engine loses all but the wake-up byte, which is 00.
func (f *ssiFirmware) hear(chunk []byte) {
	now := time.Now()
	if now.Sub(f.woken) > apart {
		f.inbox = nil
	}
	for _, b := range chunk {
		if now.Sub(f.woken) > sleepy && f.ends.IsZero() && len(f.queue) == 0 {
			if b != 0 {
				continue
			}
		}
		f.woken = now
		if b == 0 && len(f.inbox) == 0 {
			continue
		}
		f.inbox = append(f.inbox, b)
	}
	for len(f.inbox) > 0 {
		n := int(f.inbox[0])
		if n < 4 {
			f.inbox = f.inbox[1:]
			continue
		}
		if len(f.inbox) < n+2 {
			return
		}
		packet := f.inbox[:n+2]
		f.inbox = append([]byte(nil), f.inbox[n+2:]...)
		f.packet(packet)
	}
}

func (f *ssiFirmware) packet(p []byte) {
	total := 0
	for _, b := range p[:len(p)-2] {
		total += int(b)
	}
	total += int(p[len(p)-2])<<8 | int(p[len(p)-1])
	if total&0xFFFF != 0 || p[2] != 4 {
		f.refuse(1)
		return
	}
	data := p[4 : len(p)-2]
	switch p[1] {
	case 0xA3:
		f.send(0xA4, 0, []byte("NBRPUAAM-001 ENGINE 7 CLASS 2"))
	case 0xC6:
		for i := 1; i+1 < len(data); i += 2 {
			f.set[data[i]] = data[i+1]
		}
		f.accept()
	case 0xD0:
		f.confirmed()
	case 0xD1:
		if len(f.queue) > 0 {
			f.again()
		}
	case 0xD2:
		f.queue, f.sent = nil, 0
		f.accept()
	case 0xE4:
		if f.set[0x8A] != 8 {
			f.refuse(6)
			return
		}
		f.ends = time.Now().Add(time.Duration(f.set[0x88]) * time.Second / 10)
		f.accept()
	case 0xE5:
		f.ends = time.Time{}
		f.accept()
	default:
		f.refuse(2)
	}
}

func (f *ssiFirmware) accept()           { f.send(0xD0, 0, nil) }
func (f *ssiFirmware) refuse(cause byte) { f.send(0xD1, 0, []byte{cause}) }

func (f *ssiFirmware) send(op, status byte, data []byte) {
	f.say(ssiSeal(append([]byte{byte(len(data) + 4), op, 0, status}, data...))...)
}

// ssiSeal adds what makes the sum of all bytes and the last word zero.
func ssiSeal(p []byte) []byte {
	total := 0
	for _, b := range p {
		total += int(b)
	}
	total = -total
	return append(p, byte(total>>8), byte(total))
}

func (f *ssiFirmware) reading() (bool, time.Time) {
	if f.sent > 0 {
		return false, f.resends
	}
	return !f.ends.IsZero(), f.ends
}

func (f *ssiFirmware) timeout() {
	if f.sent > 0 {
		f.again()
		return
	}
	f.ends = time.Time{}
}

// look reads a code, which ends the session.
func (f *ssiFirmware) look() {
	code, ok := f.engine.read()
	if !ok {
		return
	}
	f.ends = time.Time{}
	if f.set[0xEE] != 1 { // plain characters
		f.say(code.Raw...)
		return
	}
	grow := 0
	if f.engine.Long {
		grow = 1
	}
	kind := ssiNumbers[code.Symbology][grow]
	if f.engine.Long && len(code.Raw) > 250 {
		n := len(code.Raw) + 8
		f.queue = append(f.queue, append([]byte{0xFF, 0xF4, byte(n >> 8), byte(n), 0xF4, 0, 0, kind}, code.Raw...))
	} else {
		for rest := code.Raw; len(rest) > 0; {
			part := rest[:min(len(rest), 250)]
			rest = rest[len(part):]
			status := byte(0)
			if len(rest) > 0 {
				status = 2
			}
			f.queue = append(f.queue, append([]byte{byte(len(part) + 5), 0xF3, 0, status, kind}, part...))
		}
	}
	f.again()
}

// again sends the first packet that is not confirmed; the third time is the last.
func (f *ssiFirmware) again() {
	if f.sent == 3 {
		f.queue, f.sent = nil, 0
		return
	}
	p := append([]byte(nil), f.queue[0]...)
	if f.sent > 0 {
		status := 3
		if p[0] == 0xFF && p[1] == 0xF4 {
			status = 6
		}
		p[status] |= 1
	}
	f.sent++
	f.resends = time.Now().Add(2 * time.Second)
	f.say(ssiSeal(p)...)
}

func (f *ssiFirmware) confirmed() {
	if f.sent == 0 {
		return
	}
	f.queue, f.sent = f.queue[1:], 0
	if len(f.queue) > 0 {
		f.again()
	}
}
