package qr

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// HoneywellOptions are settings of [NewHoneywell].
type HoneywellOptions struct {
	Baud int // 115200 when zero, as the engines come
}

// NewHoneywell drives a Honeywell engine or scanner that takes menu commands. It
// takes the port.
//
// The protocol: N86XX Decoded Engine User's Guide, chapter 10, and N431X User's
// Guide, chapter 9, "Serial Programming Commands" and "Trigger Commands".
func NewHoneywell(p periph.PortCloser, o HoneywellOptions) (*Reader, error) {
	if o.Baud == 0 {
		o.Baud = 115200
	}
	return connect(p, o.Baud, func(l *uart.Line) module { return &honeywell{line: l} })
}

type honeywell struct{ line *uart.Line }

// honeywellTail is what the reader is set to add to a code.
const honeywellTail = "\r\n"

// Commands that are not answered.
var (
	honeywellTrigger = []byte("\x16T\r")
	honeywellRelease = []byte("\x16U\r")
)

func (h *honeywell) identify(ctx context.Context) (drivers.Info, error) {
	answer, err := h.ask(ctx, "REVINF", '.')
	if err != nil {
		return drivers.Info{}, err
	}
	facts := factsOf(answer)
	return drivers.Info{
		Vendor: "Honeywell", Model: facts.or("product name", "Honeywell"),
		Serial: facts.or("serial number", ""), Firmware: facts.or("software revision", ""),
	}, nil
}

func (h *honeywell) prepare(ctx context.Context) error {
	for _, setting := range []string{
		"PAPHHF", // reads when it is triggered
		fmt.Sprintf("TRGSTO%d", window/time.Millisecond), // for so long
		"PRECA2",       // no prefix
		"SUFCA2",       // no suffix
		"SUFBK2990D0A", // but CR LF, for every kind of code
	} {
		if _, err := h.ask(ctx, setting, untilPowerOff); err != nil {
			return fmt.Errorf("setting %s: %w", setting, err)
		}
	}
	return nil
}

func (h *honeywell) trigger(ctx context.Context) error { return h.line.Write(ctx, honeywellTrigger) }
func (h *honeywell) release(ctx context.Context) error { return h.line.Write(ctx, honeywellRelease) }

func (h *honeywell) code(ctx context.Context) (drivers.Scan, error) {
	return readText(ctx, h.line, window+time.Second, silenced(honeywellTail))
}

// untilPowerOff ends a menu command that changes a setting in the reader's memory
// only; a full stop would keep it.
const untilPowerOff = '!'

// ask sends a menu command and gives what the reader says before it repeats it.
func (h *honeywell) ask(ctx context.Context, command string, end byte) ([]byte, error) {
	return exchange(ctx, h.line, honeywellCommand(command, end), honeywellAnswer(command, end))
}

// honeywellCommand is "SYN M CR command end".
func honeywellCommand(command string, end byte) []byte {
	return append([]byte("\x16M\r"+command), end)
}

// honeywellAnswer finds "text command status end", and gives text.
func honeywellAnswer(command string, end byte) bufio.SplitFunc {
	return func(data []byte, _ bool) (int, []byte, error) {
		for from := 0; ; {
			at := bytes.Index(data[from:], []byte(command))
			if at < 0 {
				return 0, nil, nil
			}
			status := from + at + len(command)
			if len(data) < status+2 {
				return 0, nil, nil
			}
			if data[status+1] == end {
				text := data[: from+at : from+at]
				return status + 2, text, statusError(data[status])
			}
			from = status
		}
	}
}
