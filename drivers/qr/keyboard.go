package qr

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/physic"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// ErrKeyboard: a scanner that works as a keyboard typed something that is no key
// of a US keyboard. Such a scanner cannot say the letters of an identity card's
// code: it leaves them out, or types numbers with Alt held down. Probe tells it, too,
// until a whole code comes. Permanent until somebody sets the scanner to work as a
// serial port (USB CDC) and the kiosk to use that.
var ErrKeyboard = fmt.Errorf("%w: the scanner works as a keyboard, which has no letters beyond ASCII; set it to USB serial", drivers.ErrRefused)

// Keys is where a keyboard's events come from: a device file of the kernel's input
// layer, or an emulated one.
type Keys interface {
	io.ReadCloser
	SetReadDeadline(time.Time) error
	fmt.Stringer
}

// NewKeyboard drives a scanner that types codes and Enter, as a last resort: it
// carries codes of printable ASCII only, which an identity card's is not, and of
// what it cannot carry some scanners type nothing at all, unnoticed. What is known
// to be missing is told as [ErrKeyboard].
//
// It takes the keys. wordSize is that of the kernel's events, in bytes: 8 where the
// program is of 64 bits and 4 where it is of 32 ([WordSize]).
func NewKeyboard(k Keys, wordSize int, info drivers.Info) (*Reader, error) {
	port := &keyPort{keys: k, decoder: keyDecoder{word: wordSize}}
	r, err := connect(port, 9600, func(l *uart.Line) module { return &typist{line: l, info: info} })
	if err != nil {
		return nil, err
	}
	r.quiet = keyQuiet
	return r, nil
}

const (
	// keyGap is the longest pause between two keys of a code: scanners may be set to
	// type slowly, for slow programs. A whole code ends with Enter and waits for none.
	keyGap = time.Second
	// keyQuiet without a key means that nothing is being typed.
	keyQuiet = 200 * time.Millisecond
)

// typist is a scanner that types.
type typist struct {
	line    *uart.Line
	info    drivers.Info
	foreign bool // the last code had something that is no key
}

func (t *typist) identify(context.Context) (drivers.Info, error) {
	if t.foreign {
		return drivers.Info{}, ErrKeyboard
	}
	return t.info, nil
}

func (*typist) prepare(context.Context) error { return nil }
func (*typist) trigger(context.Context) error { return nil }
func (*typist) release(context.Context) error { return nil }

func (t *typist) code(ctx context.Context) (drivers.Scan, error) {
	const forever time.Duration = 0
	code, err := t.line.Frame(ctx, forever, keyGap, tailed("\n"))
	if err != nil {
		return drivers.Scan{}, err
	}
	if t.foreign = bytes.IndexByte(code, noKey) >= 0; t.foreign {
		return drivers.Scan{}, ErrKeyboard
	}
	return drivers.Scan{Raw: code}, nil
}

// keyPort makes the keys' characters a serial line, so that they are read as all
// others are.
type keyPort struct {
	keys    Keys
	decoder keyDecoder
}

func (p *keyPort) String() string                    { return p.keys.String() }
func (p *keyPort) Close() error                      { return p.keys.Close() }
func (p *keyPort) LimitSpeed(physic.Frequency) error { return nil }
func (p *keyPort) Duplex() conn.Duplex               { return conn.Half }
func (p *keyPort) SetReadDeadline(t time.Time) error { return p.keys.SetReadDeadline(t) }
func (p *keyPort) SetWriteDeadline(time.Time) error  { return nil }
func (p *keyPort) Write([]byte) (int, error)         { return 0, errNothingToSay }
func (p *keyPort) Tx(_, _ []byte) error              { return errNothingToSay }

// Connect has nothing to set.
func (p *keyPort) Connect(physic.Frequency, periph.Stop, periph.Parity, periph.Flow, int) (conn.Conn, error) {
	return p, nil
}

var errNothingToSay = fmt.Errorf("%w: a keyboard is only read", drivers.ErrRefused)

// Read reads events until they make a character.
func (p *keyPort) Read(b []byte) (int, error) {
	events := make([]byte, 64*(2*p.decoder.word+8))
	defer clear(events)
	for {
		if text := p.decoder.take(len(b)); text != "" {
			return copy(b, text), nil
		}
		n, err := p.keys.Read(events)
		if n == 0 && err != nil {
			return 0, err
		}
		p.decoder.put(events[:n])
	}
}

// readableName makes a name out of what a device calls itself.
func readableName(name string) string {
	name = strings.TrimSpace(strings.Map(printable, name))
	return name[:min(len(name), maxFact)]
}
