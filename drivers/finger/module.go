package finger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// clearTime is how long a module may take to be emptied after a call, also one whose
// context has ended.
const clearTime = 15 * time.Second

// module is what the drivers of this package have in common.
type module struct {
	name  string // of the driver, in errors
	port  periph.Port
	line  *uart.Line
	empty func(context.Context) error // empties the module

	out    []byte // memory for what is sent
	unsure bool   // whether what comes next answers what is sent next
	closed bool
}

// open runs the steps of opening, and closes the port if one fails.
func (m *module) open(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		err := step(ctx)
		if err == nil {
			continue
		}
		if c, ok := m.port.(io.Closer); ok {
			_ = c.Close() // what went wrong before is told
		}
		return fmt.Errorf("%s: %s: %w", m.name, m.port, err)
	}
	return nil
}

// fail says what was being done.
func (m *module) fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %s: %w", m.name, doing, err)
}

// end is how every call ends that may have had something of a person in the module:
// that goes, also when the call's context has ended. A call that failed, or whose
// traces stay, has no result.
func (m *module) end(ctx context.Context, doing string, err *error, wipe func()) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), clearTime)
	defer cancel()
	if e := m.empty(ctx); e != nil {
		*err = errors.Join(*err, fmt.Errorf("emptying the module: %w", e))
	}
	if *err = m.fail(doing, *err); *err != nil {
		wipe()
	}
}

// close empties the module as far as it still answers, takes a last step, and closes
// the port.
func (m *module) close(last func(context.Context) error) error {
	if m.closed {
		return nil
	}
	m.closed = true
	ctx, cancel := context.WithTimeout(context.Background(), clearTime)
	defer cancel()
	err := m.empty(ctx)
	if err == nil {
		err = last(ctx)
	}
	if errors.Is(err, drivers.ErrDeviceGone) {
		err = nil // there is nothing left to empty
	}
	return m.fail("closing", errors.Join(err, m.line.Close()))
}

// write sends packets, which were appended to out, and leaves no copy of them behind.
func (m *module) write(ctx context.Context, packets []byte) error {
	m.out = packets
	defer clear(m.out)
	return m.line.Write(ctx, m.out)
}

// retune connects the line at a speed, unless it has that.
func (m *module) retune(baud int) error {
	if m.line != nil && m.line.Settings().Baud == baud {
		return nil
	}
	line, err := uart.Connect(m.port, uart.Settings{Baud: baud})
	if err != nil {
		return err
	}
	m.line = line
	return nil
}

// trySpeeds connects at one speed after the other until the module answers. What no
// other speed can mend ends it.
func trySpeeds(ctx context.Context, speeds []int, connect func(baud int) error) (err error) {
	for _, baud := range speeds {
		err = connect(baud)
		if err == nil || ctx.Err() != nil || errors.Is(err, drivers.ErrDeviceGone) || errors.Is(err, drivers.ErrRefused) {
			return err
		}
	}
	return err
}

// receive fills a packet of size bytes that begins with head and comes behind an
// answer, in twice the time that it takes, and some. check judges it.
func (m *module) receive(ctx context.Context, head []byte, size int, check func([]byte) error) (packet []byte, err error) {
	packet = append(make([]byte, 0, size), head...)[:size]
	defer func() {
		if err != nil {
			clear(packet)
			packet = nil
		}
	}()
	const bits = 10 // of a character
	wire := time.Duration(size) * bits * time.Second / time.Duration(m.line.Settings().Baud)
	if err := m.line.ReadFull(ctx, packet[len(head):], time.Second+2*wire); err != nil {
		return packet, err
	}
	return packet, check(packet)
}

// fits tells whether a template is of the kind and size that a module takes.
func fits(t drivers.Template, kind string, size int) error {
	if t.Kind != kind || len(t.Data) != size {
		return fmt.Errorf("%w: kind %q with %d bytes, want %q with %d", drivers.ErrTemplate, t.Kind, len(t.Data), kind, size)
	}
	return nil
}

// meaning is what a module's code says, in our words, and what it means to a caller.
type meaning struct {
	Text  string
	Means error
}

// meant is the meaning of a code; one that the maker does not name breaks the
// protocol.
func meant[C comparable](codes map[C]meaning, code C) meaning {
	if m, ok := codes[code]; ok {
		return m
	}
	return meaning{"code that its maker does not name", drivers.ErrProtocol}
}

// spread makes bytes of nibbles, the high one first.
func spread(packed []byte) []byte {
	grey := make([]byte, 0, 2*len(packed))
	for _, b := range packed {
		grey = append(grey, b>>4*17, b&0x0F*17)
	}
	return grey
}
