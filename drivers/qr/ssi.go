package qr

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// SSIOptions are settings of [NewSSI].
type SSIOptions struct {
	Baud int // 9600 when zero, as engines and modules come
}

// NewSSI drives an engine that speaks the Simple Serial Interface. It takes the
// port.
//
// The protocol: Zebra, Simple Serial Interface Programmer's Guide, 72E-40451-03;
// the long packet of Grow's modules: GM72 manual, page 27, and drivers for the
// GM67.
func NewSSI(p periph.PortCloser, o SSIOptions) (*Reader, error) {
	if o.Baud == 0 {
		o.Baud = 9600
	}
	return connect(p, o.Baud, func(l *uart.Line) module { return &ssi{line: l} })
}

type ssi struct {
	line *uart.Line
	last [sha256.Size]byte // digest of the packet that was taken last
}

const (
	// ssiWake is how long an engine takes to wake up (GM72 manual, page 27).
	ssiWake = 50 * time.Millisecond
	// ssiSession is the longest that parameter 88 knows.
	ssiSession = 9900 * time.Millisecond
	// ssiResend is how long an engine waits for a confirmation before it sends a
	// packet again (default of parameter 9B), and some more.
	ssiResend = 2500 * time.Millisecond
)

// Parameters of an engine, in the order in which they are set.
var ssiParameters = []struct {
	number, value byte
	must          bool // the driver cannot do without
}{
	{0x8A, 0x08, true},  // reads when the host says so
	{0xEE, 0x01, true},  // codes come in packets
	{0xEB, 0x00, false}, // without prefix and suffix
	{0x88, byte(ssiSession / (100 * time.Millisecond)), false}, // how long a session lasts
}

func (s *ssi) identify(ctx context.Context) (drivers.Info, error) {
	info := drivers.Info{Vendor: "Zebra or Grow", Model: "SSI"}
	if err := s.wake(ctx); err != nil {
		return info, err
	}
	p, err := s.ask(ctx, ssiPacket{op: ssiRequestRevision})
	if err != nil {
		return info, err
	}
	if p.op == ssiReplyRevision {
		info.Firmware = strings.Map(printable, string(p.data))
	}
	return info, nil
}

func (s *ssi) prepare(ctx context.Context) error {
	if err := s.wake(ctx); err != nil {
		return err
	}
	// A code from before that was not confirmed would be sent again.
	if err := s.confirmed(ctx, ssiPacket{op: ssiFlushQueue}); err != nil && !errors.Is(err, drivers.ErrRefused) {
		return err
	}
	for _, p := range ssiParameters {
		// status 0: until the power goes; the first byte is a beep code
		err := s.confirmed(ctx, ssiPacket{op: ssiParameterSend, data: []byte{0x00, p.number, p.value}})
		if err != nil && (p.must || !errors.Is(err, drivers.ErrRefused)) {
			return fmt.Errorf("setting parameter %#02x: %w", p.number, err)
		}
	}
	return nil
}

// wake sends the byte that a sleeping engine spends on waking up.
func (s *ssi) wake(ctx context.Context) error {
	if err := s.line.Write(ctx, []byte{0x00}); err != nil {
		return err
	}
	return s.line.Drain(ctx, ssiWake)
}

func (s *ssi) trigger(ctx context.Context) error {
	return s.confirmed(ctx, ssiPacket{op: ssiStartSession})
}

func (s *ssi) release(ctx context.Context) error {
	if err := s.wake(ctx); err != nil {
		return err
	}
	return s.confirmed(ctx, ssiPacket{op: ssiStopSession})
}

// confirmed sends a command that is confirmed, or refused, and nothing else.
func (s *ssi) confirmed(ctx context.Context, command ssiPacket) error {
	_, err := s.ask(ctx, command)
	return err
}

// ask sends a command and gives the answer, which is never a refusal.
func (s *ssi) ask(ctx context.Context, command ssiPacket) (ssiPacket, error) {
	frame, err := exchange(ctx, s.line, command.encode(), splitSSIAnswer)
	if err != nil {
		return ssiPacket{}, err
	}
	p := decodeSSI(frame)
	if p.op != ssiNAK {
		return p, nil
	}
	cause := byte(0)
	if len(p.data) > 0 {
		cause = p.data[0]
	}
	if cause == ssiNAKResend {
		return ssiPacket{}, fmt.Errorf("%w: the command was damaged on its way", drivers.ErrProtocol)
	}
	return ssiPacket{}, fmt.Errorf("%w (cause %d)", drivers.ErrRefused, cause)
}

// code puts a code together from its packets. One that is too long is taken to its
// end, so that the engine does not send it again.
func (s *ssi) code(ctx context.Context) (drivers.Scan, error) {
	var raw []byte
	kind := -1
	for wait := ssiSession + time.Second; ; wait = ssiResend {
		p, err := s.packet(ctx, wait)
		if err != nil {
			if kind >= 0 && errors.Is(err, drivers.ErrNoAnswer) {
				err = errCutShort
			}
			return drivers.Scan{}, err
		}
		if len(p.data) == 0 {
			continue
		}
		if kind < 0 {
			kind = int(p.data[0])
		}
		// The packets that follow repeat the kind, or do not; in ASCII and UTF-8 none begins
		// with it by chance.
		if int(p.data[0]) == kind {
			p.data = p.data[1:]
		}
		if len(raw) <= drivers.MaxCode {
			raw = append(raw, p.data...)
		}
		if p.status&ssiContinued != 0 {
			continue
		}
		if len(raw) > drivers.MaxCode {
			return drivers.Scan{}, errTooLong
		}
		return drivers.Scan{Raw: raw, Symbology: ssiSymbology(kind)}, nil
	}
}

// packet waits for a packet of a code and confirms it. One that was damaged is
// asked for again, one that was taken already is passed over.
func (s *ssi) packet(ctx context.Context, wait time.Duration) (ssiPacket, error) {
	for damaged := 0; ; {
		frame, err := s.line.Frame(ctx, wait, gap, splitSSI)
		switch {
		case err == nil && !ssiIsCode(frame[0]):
			continue // answers nothing that was asked just now
		case err == nil:
			p := decodeSSI(frame)
			if err := s.say(ctx, ssiPacket{op: ssiACK}); err != nil || !s.repeated(p) {
				return p, err
			}
		case errors.Is(err, errTooLong):
			if err := s.line.Drain(ctx, gap); err != nil {
				return ssiPacket{}, err
			}
			return ssiPacket{}, errors.Join(err, s.say(ctx, ssiPacket{op: ssiACK}))
		case errors.Is(err, drivers.ErrProtocol) && damaged < tries-1:
			damaged++
			if err := s.line.Drain(ctx, quiet); err != nil { // the rest of it
				return ssiPacket{}, err
			}
			if err := s.say(ctx, ssiPacket{op: ssiNAK, data: []byte{ssiNAKResend}}); err != nil {
				return ssiPacket{}, err
			}
		default:
			return ssiPacket{}, err
		}
		wait = ssiResend
	}
}

func (s *ssi) say(ctx context.Context, p ssiPacket) error { return s.line.Write(ctx, p.encode()) }

// repeated tells whether the engine sent a packet again that was taken already,
// because it did not hear so. Only a digest of a packet is kept.
func (s *ssi) repeated(p ssiPacket) bool {
	sum := sha256.Sum256(p.data)
	again := p.status&ssiRetransmit != 0 && sum == s.last
	s.last = sum
	return again
}

// ssiSymbology knows the numbers of Zebra's table (guide, code types) and of
// Grow's (GM67), which have no number in common for another kind.
func ssiSymbology(kind int) drivers.Symbology {
	switch kind {
	case 0x1C, 0xF1:
		return drivers.SymbologyQR
	case 0x11, 0xF0:
		return drivers.SymbologyPDF417
	case 0x03:
		return drivers.SymbologyCode128
	}
	return drivers.SymbologyOther
}
