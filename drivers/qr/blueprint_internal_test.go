package qr

// This file is the blueprint of a driver: copy it to a file named for the maker's
// protocol, and drivers/emu/scanner/blueprint.go beside the other emulators. The
// protocol is invented, and as small as one can be:
//
//	host                  reader
//	?                     !model,serial,firmware
//	T20                   OK      a trigger lasts for 20 seconds
//	R                     OK      read one code, then say it
//	                      C length(2) bytes sum(1)
//	X                     OK      stop reading
//
// Commands and answers end with CR.
//
// What else a new reader needs: a name and a case in open.go, a row in detect.go if
// it takes a question that changes nothing, its bytes with their source in
// vectors_internal_test.go, a fuzz target, a row in bench_internal_test.go, a tape,
// and a line in docs/devices.md.

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/scanner"
	"motcua/drivers/uart"
)

// newBlueprint is the constructor: it takes the port, says nothing yet, and names
// the manual and its edition.
func newBlueprint(p periph.PortCloser) (*Reader, error) {
	return connect(p, 9600, func(l *uart.Line) module { return &blueprint{line: l} })
}

// blueprint is what the Reader needs of a protocol, and no more.
type blueprint struct{ line *uart.Line }

// identify changes nothing, so that Detect can use it.
func (b *blueprint) identify(ctx context.Context) (drivers.Info, error) {
	answer, err := b.ask(ctx, "?")
	if err != nil {
		return drivers.Info{}, err
	}
	parts := bytes.Split(answer, []byte(","))
	if len(parts) != 3 || parts[0][0] != '!' {
		return drivers.Info{}, fmt.Errorf("%w: it does not say who it is", drivers.ErrProtocol)
	}
	return drivers.Info{Vendor: "Nobody", Model: string(parts[0][1:]), Serial: string(parts[1]), Firmware: string(parts[2])}, nil
}

// prepare is called before every trigger: a reader that has lost its settings gets
// them again. It writes to memory, never to flash.
func (b *blueprint) prepare(ctx context.Context) error {
	_, err := b.ask(ctx, fmt.Sprintf("T%d", window/time.Second))
	return err
}

func (b *blueprint) trigger(ctx context.Context) error {
	_, err := b.ask(ctx, "R")
	return err
}

func (b *blueprint) release(ctx context.Context) error {
	_, err := b.ask(ctx, "X")
	return err
}

// code waits a little longer than the trigger lasts; ErrNoAnswer then renews it.
func (b *blueprint) code(ctx context.Context) (drivers.Scan, error) {
	return readText(ctx, b.line, window+time.Second, splitBlueprint)
}

// ask uses exchange, which sends again what is not answered, and throws away what
// came too late.
func (b *blueprint) ask(ctx context.Context, command string) ([]byte, error) {
	return exchange(ctx, b.line, []byte(command+"\r"), splitBlueprintAnswer)
}

// The codecs are pure: bytes in, a frame or nothing out. They skip what is no frame
// and trust no length.

// splitBlueprint finds a code.
func splitBlueprint(data []byte, silent bool) (int, []byte, error) {
	start := bytes.IndexByte(data, 'C')
	if start < 0 {
		return len(data), nil, nil
	}
	frame := data[start:]
	if len(frame) < 3 {
		return start, nil, nil
	}
	n := int(frame[1])<<8 | int(frame[2])
	switch {
	case n > drivers.MaxCode:
		return len(data), nil, errTooLong
	case len(frame) < n+4 && silent:
		return len(data), nil, errCutShort
	case len(frame) < n+4:
		return start, nil, nil
	case sumOf(frame[3:3+n]) != frame[3+n]:
		return len(data), nil, fmt.Errorf("%w: wrong sum", drivers.ErrProtocol)
	}
	return start + n + 4, frame[3 : 3+n], nil
}

func sumOf(data []byte) (sum byte) {
	for _, c := range data {
		sum += c
	}
	return sum
}

// splitBlueprintAnswer finds "OK" or "!...".
func splitBlueprintAnswer(data []byte, _ bool) (int, []byte, error) {
	start := bytes.IndexAny(data, "O!")
	if start < 0 {
		return len(data), nil, nil
	}
	end := bytes.IndexByte(data[start:], '\r')
	if end < 0 {
		return start, nil, nil
	}
	answer := data[start : start+end]
	if string(answer) != "OK" && answer[0] != '!' {
		return start + end + 1, nil, nil
	}
	return start + end + 1, answer, nil
}

var _ = []bufio.SplitFunc{splitBlueprint, splitBlueprintAnswer}

// TestBlueprint tells the stories of every code reader to the driver and its
// emulator, with all that goes wrong on a line. See gm65_test.go for how a real
// reader's test is told on a pty too.
func TestBlueprint(t *testing.T) {
	drivertest.TestCodeReader(t, synctest.Test, func(t *testing.T) *drivertest.CodeBench {
		d := &scanner.Blueprint{}
		c, err := line.InMemory(d, 1)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return &drivertest.CodeBench{
			Open: func() (drivers.CodeReader, error) {
				p, err := c.Open()
				if err != nil {
					return nil, err
				}
				return reader(newBlueprint(p))
			},
			Show: d.Show, Away: d.Away, AllRead: d.AllRead, Lit: d.Lit,
			Unplug: c.Unplug, Restart: c.Restart,
			Plug:       func() { c.Unplug(); _ = c.Plug() },
			Faults:     blueprintFaults(c),
			CodeTraits: drivertest.CodeTraits{Max: drivers.MaxCode, Triggered: true, Patient: true},
		}
	})
}

func blueprintFaults(c *line.Cable) (all []drivertest.CodeFault) {
	for _, f := range line.Faults() {
		all = append(all, drivertest.CodeFault{
			Name: f.String(), Harmless: slices.Contains([]line.Fault{line.OneByte, line.Split}, f), Gone: f == line.Unplugged,
			// One byte of sum lets some noise pass.
			Wrong:  f == line.Noise || f == line.Garbage,
			Inject: func() { c.Inject(f) }, Release: func() { c.Calm(); c.Release() },
		})
	}
	return all
}

func FuzzBlueprint(f *testing.F) {
	f.Add([]byte("C\x00\x02hi\xd1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if n, code, err := splitBlueprint(data, true); n < 0 || n > len(data) || err == nil && len(code) > n {
			t.Fatalf("%q of %d bytes, %v", code, n, err)
		}
		pieces(t, splitBlueprintAnswer, data)
	})
}
