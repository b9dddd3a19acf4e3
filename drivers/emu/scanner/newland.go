package scanner

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"
)

// Newland is a Newland engine that takes the maker's unified commands.
type Newland struct {
	View
	lamp

	// NoTail: the engine does not know the commands for a tail, and adds none.
	NoTail bool
}

// Baud is the engine's speed.
func (n *Newland) Baud() int { return 9600 }

// Run is the engine's firmware. It comes in sense mode, which reads whatever is
// held before it, and says a CR after it.
func (n *Newland) Run(ctx context.Context, wire io.ReadWriter) {
	f := &newlandFirmware{engine: n, mode: 2, readTime: 3 * time.Second, tail: "\r"}
	run(ctx, wire, &n.View, &n.lamp, f)
}

type newlandFirmware struct {
	mouth
	engine    *Newland
	mode      int
	readTime  time.Duration
	tail      string
	triggered bool
	ends      time.Time
	inbox     []byte
}

func (f *newlandFirmware) hear(chunk []byte) {
	f.inbox = append(f.inbox, chunk...)
	for {
		from := bytes.Index(f.inbox, []byte{'~', 1, '0', '0', '0', '0'})
		if from < 0 {
			if len(f.inbox) > 5 {
				f.inbox = f.inbox[len(f.inbox)-5:]
			}
			return
		}
		to := bytes.Index(f.inbox[from:], []byte{';', 3})
		if to < 7 {
			if to >= 0 {
				f.inbox = f.inbox[from+to+2:]
				continue
			}
			return
		}
		command := string(f.inbox[from+1 : from+to])
		f.inbox = f.inbox[from+to+2:]
		// the command comes back with STX in place of ~, and how it went
		text, status := f.obey(command[6:])
		f.say([]byte("\x02" + command + text + string(rune(status)) + ";\x03")...)
	}
}

func (f *newlandFirmware) obey(command string) (text string, status byte) {
	const ack, enq, nak = 6, 5, 21
	if len(command) < 6 {
		return "", enq
	}
	switch name, value := command[:6], command[6:]; name {
	case "QRYSYS":
		return "Product Name: NLS-EM3080-W\r\nFirmware Version: V1.01.024\r\nDecoder Version: 1.4.4\r\nSerial Number: 099EM0001\r\n", ack
	case "SCNMOD":
		mode, err := strconv.Atoi(value)
		if err != nil || mode < 0 || mode > 3 {
			return "", nak
		}
		f.mode, f.triggered = mode, false
	case "ORTSET":
		ms, err := strconv.Atoi(value)
		if err != nil || ms < 0 || ms > 3_600_000 {
			return "", nak
		}
		f.readTime = time.Duration(ms) * time.Millisecond
	case "SCNTRG":
		f.triggered = value == "1" && f.mode == 0
		f.ends = time.Time{}
		if f.readTime > 0 {
			f.ends = time.Now().Add(f.readTime)
		}
	case "TSUENA", "TSUSET":
		if f.engine.NoTail {
			return "", enq
		}
		switch {
		case name == "TSUSET" && value == "0D0A":
			f.tail = "\r\n"
		case name == "TSUSET" && value == "0D":
			f.tail = "\r"
		case name == "TSUENA" && value == "0":
			f.tail = ""
		case name != "TSUENA" || value != "1":
			return "", nak
		}
	default:
		return "", enq
	}
	return "", ack
}

func (f *newlandFirmware) reading() (bool, time.Time) {
	if f.mode == 0 {
		if !f.triggered {
			return false, time.Time{}
		}
		return true, f.ends
	}
	return true, time.Time{}
}

func (f *newlandFirmware) timeout() { f.triggered = false }

func (f *newlandFirmware) look() {
	code, ok := f.engine.read()
	if !ok {
		return
	}
	f.triggered = false
	if f.engine.NoTail {
		f.say(code.Raw...)
		return
	}
	f.say(append(bytes.Clone(code.Raw), f.tail...)...)
}
