package scanner

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"time"
)

// Honeywell is a Honeywell engine that takes menu commands.
type Honeywell struct {
	View
	lamp
}

// Baud is the engine's speed.
func (h *Honeywell) Baud() int { return 115200 }

// Run is the engine's firmware. It comes in presentation mode, which reads
// whatever is held before it, and says a CR after it.
func (h *Honeywell) Run(ctx context.Context, wire io.ReadWriter) {
	f := &honeywellFirmware{engine: h, presentation: true, readTime: 30 * time.Second, suffix: "\r"}
	run(ctx, wire, &h.View, &h.lamp, f)
}

type honeywellFirmware struct {
	mouth
	engine       *Honeywell
	presentation bool
	readTime     time.Duration
	suffix       string
	triggered    bool
	ends         time.Time
	inbox        []byte
}

// hear takes SYN, a letter, CR; after the letter M comes a menu command, which a
// full stop or an exclamation mark ends.
func (f *honeywellFirmware) hear(chunk []byte) {
	f.inbox = append(f.inbox, chunk...)
	for {
		from := bytes.IndexByte(f.inbox, 0x16)
		if from < 0 {
			f.inbox = nil
			return
		}
		f.inbox = f.inbox[from:]
		if len(f.inbox) < 3 {
			return
		}
		switch {
		case f.inbox[2] != '\r':
			f.inbox = f.inbox[1:]
		case f.inbox[1] == 'T':
			if !f.presentation {
				f.triggered, f.ends = true, time.Now().Add(f.readTime)
			}
			f.inbox = f.inbox[3:]
		case f.inbox[1] == 'U':
			f.triggered = false
			f.inbox = f.inbox[3:]
		case f.inbox[1] == 'M':
			end := bytes.IndexAny(f.inbox, ".!")
			if end < 0 {
				return
			}
			f.menu(string(f.inbox[3:end]), f.inbox[end])
			f.inbox = f.inbox[end+1:]
		default:
			f.inbox = f.inbox[3:]
		}
	}
}

func (f *honeywellFirmware) menu(command string, store byte) {
	const ack, enq, nak = "\x06", "\x05", "\x15"
	text, status := "", ack
	value := ""
	if len(command) > 6 {
		value = command[6:]
	}
	switch {
	case command == "REVINF":
		text = "Product Name: N6603\r\nBoot Revision: 8992\r\nSoftware Part Number: CW000082BBA\r\n" +
			"Software Revision: $ProjectRevision: 16345\r\nSerial Number: 099HW00001\r\nSupported IF: RS232\r\n"
	case command == "PAPHHF":
		f.presentation = false
	case strings.HasPrefix(command, "TRGSTO"):
		ms, err := strconv.Atoi(value)
		if err != nil || ms < 0 || ms > 300_000 {
			status = nak
			break
		}
		f.readTime = time.Duration(ms) * time.Millisecond
	case command == "SUFCA2":
		f.suffix = ""
	case command == "PRECA2":
	case strings.HasPrefix(command, "SUFBK2"):
		bytes, err := hex.DecodeString(value)
		if err != nil || len(bytes) < 2 || bytes[0] != 0x99 {
			status = nak
			break
		}
		f.suffix += string(bytes[1:])
	default:
		status = enq
	}
	f.say([]byte(text + command + status + string(rune(store)))...)
}

func (f *honeywellFirmware) reading() (bool, time.Time) {
	if f.triggered {
		return true, f.ends
	}
	return f.presentation, time.Time{}
}

func (f *honeywellFirmware) timeout() { f.triggered = false }

func (f *honeywellFirmware) look() {
	code, ok := f.engine.read()
	if ok {
		f.triggered = false
		f.say(append(bytes.Clone(code.Raw), f.suffix...)...)
	}
}
