package qr

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// NewlandOptions are settings of [NewNewland].
type NewlandOptions struct {
	Baud int // 9600 when zero, as the engines come
}

// NewNewland drives a Newland engine or scanner that takes the maker's unified
// serial commands. It takes the port.
//
// The protocol: NLS-HR52 User Manual, "Use of Programming Command" (page 35) and
// the examples on page 234; FM530 User Manual, page 141. Commands that read and
// name the device: Newland's SDK for Android, NLDevice.
func NewNewland(p periph.PortCloser, o NewlandOptions) (*Reader, error) {
	if o.Baud == 0 {
		o.Baud = 9600
	}
	return connect(p, o.Baud, func(l *uart.Line) module { return &newland{line: l} })
}

type newland struct {
	line *uart.Line
	// untailed: the reader does not know how to be set to a tail.
	untailed bool
}

// newlandTail is what the reader is set to add to a code.
const newlandTail = "\r\n"

func (n *newland) identify(ctx context.Context) (drivers.Info, error) {
	answer, err := n.ask(ctx, "QRYSYS")
	if err != nil {
		return drivers.Info{}, err
	}
	facts := factsOf(answer)
	return drivers.Info{
		Vendor: "Newland", Model: facts.or("product name", "Newland"),
		Serial: facts.or("serial number", ""), Firmware: facts.or("firmware version", ""),
	}, nil
}

func (n *newland) prepare(ctx context.Context) error {
	for _, setting := range []string{
		"SCNMOD0", // reads when it is triggered
		fmt.Sprintf("ORTSET%d", window/time.Millisecond), // for so long
	} {
		if _, err := n.ask(ctx, setting); err != nil {
			return fmt.Errorf("setting %s: %w", setting, err)
		}
	}
	n.untailed = false
	for _, setting := range []string{"TSUENA1", "TSUSET0D0A"} { // adds a tail: CR LF
		_, err := n.ask(ctx, setting)
		if errors.Is(err, drivers.ErrRefused) {
			n.untailed = true
		} else if err != nil {
			return fmt.Errorf("setting %s: %w", setting, err)
		}
	}
	return nil
}

func (n *newland) trigger(ctx context.Context) error {
	_, err := n.ask(ctx, "SCNTRG1")
	return err
}

func (n *newland) release(ctx context.Context) error {
	_, err := n.ask(ctx, "SCNTRG0")
	return err
}

func (n *newland) code(ctx context.Context) (drivers.Scan, error) {
	split := silenced(newlandTail)
	if n.untailed {
		split = silencedAnyTail
	}
	return readText(ctx, n.line, window+time.Second, behindAnswers(split))
}

// behindAnswers drops answers that stand before a code: a command that was repeated
// because its answer was late is answered twice.
func behindAnswers(split bufio.SplitFunc) bufio.SplitFunc {
	head, tail := []byte("\x02\x010000#"), []byte(";\x03")
	return func(data []byte, silent bool) (int, []byte, error) {
		if bytes.HasPrefix(data, head) {
			if end := bytes.Index(data, tail); end >= 0 {
				return end + len(tail), nil, nil
			}
		}
		return split(data, silent)
	}
}

// ask sends a command and gives what the reader says to it.
func (n *newland) ask(ctx context.Context, command string) ([]byte, error) {
	return exchange(ctx, n.line, newlandCommand(command), newlandAnswer(command))
}

// newlandCommand is "~ SOH 0000 # command ; ETX": # until the power goes, where @
// would be for good.
func newlandCommand(command string) []byte {
	return []byte("~\x010000#" + command + ";\x03")
}

// newlandAnswer finds "STX SOH 0000 # command text status ; ETX", and gives text.
// The status is ACK, NAK (a value out of its range) or ENQ (no such command).
func newlandAnswer(command string) bufio.SplitFunc {
	head, tail := []byte("\x02\x010000#"+command), []byte(";\x03")
	return func(data []byte, _ bool) (int, []byte, error) {
		start := bytes.Index(data, head)
		if start < 0 {
			return max(0, len(data)-len(head)+1), nil, nil
		}
		rest := data[start+len(head):]
		end := bytes.Index(rest, tail)
		if end < 0 {
			return start, nil, nil
		}
		n := start + len(head) + end + len(tail)
		if end == 0 {
			return n, nil, nil // no status: not an answer
		}
		return n, rest[: end-1 : end-1], statusError(rest[end-1])
	}
}

// The characters by which Newland's and Honeywell's readers tell how a command went.
const (
	statusACK = 0x06
	statusENQ = 0x05
	statusNAK = 0x15
)

func statusError(status byte) error {
	switch status {
	case statusACK:
		return nil
	case statusENQ:
		return fmt.Errorf("%w: it does not know it", drivers.ErrRefused)
	case statusNAK:
		return fmt.Errorf("%w: the value is out of its range", drivers.ErrRefused)
	}
	return fmt.Errorf("%w: status %#02x", drivers.ErrProtocol, status)
}
