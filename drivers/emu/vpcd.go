package emu

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// DefaultVPCD is where Debian's vpcd waits for the card of its first reader.
const DefaultVPCD = "127.0.0.1:35963"

// redial is how long a card waits before it tries the reader again.
const redial = 200 * time.Millisecond

// The reader's control messages, one byte each (vsmartcard, vpcd.h).
const (
	vpcdOff byte = iota
	vpcdOn
	vpcdReset
	_
	vpcdATR
)

// ErrVPCD is wrapped by errors about a far end that does not speak vpcd.
var ErrVPCD = errors.New("not the vpcd protocol")

// VPCD is the card's end of vpcd, the driver that gives pcscd a virtual reader:
// the card dials, being connected is lying on the reader.
type VPCD struct {
	Addr string // host:port; DefaultVPCD if empty
	Card CardSide
	Link Link
	// Placed, if set, is told whenever the card comes to lie on the reader.
	Placed func()
	// Lifted, if set, is told when the card was taken off by the end of Serve's
	// context; the chip may still be busy with a command.
	Lifted func()
}

// ServeVPCD lays a chip on the reader at addr until ctx ends, and returns ctx's
// error. It waits for a reader that is not there yet and comes back after pcscd
// was restarted.
func ServeVPCD(ctx context.Context, addr string, chip *Chip) error {
	return VPCD{Addr: addr, Card: chip}.Serve(ctx)
}

// Serve is [ServeVPCD] with the options of v. Any other error than ctx's is
// permanent.
func (v VPCD) Serve(ctx context.Context) error {
	for {
		err := v.once(ctx)
		if ctx.Err() != nil {
			return fmt.Errorf("serving the card: %w", ctx.Err())
		}
		if errors.Is(err, ErrVPCD) {
			return err
		}
		timer := time.NewTimer(redial)
		select {
		case <-ctx.Done():
			timer.Stop()
		case <-timer.C:
		}
	}
}

// once lies on the reader until the connection ends.
func (v VPCD) once(ctx context.Context) error {
	addr := v.Addr
	if addr == "" {
		addr = DefaultVPCD
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("placing the card on the reader at %s: %w", addr, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() {
		_ = conn.Close() // wakes a read that waits
		if v.Lifted != nil {
			v.Lifted()
		}
	})
	defer stop()
	defer v.Card.Power(PowerOff)
	if v.Placed != nil {
		v.Placed()
	}
	return v.exchange(ctx, conn)
}

func (v VPCD) exchange(ctx context.Context, conn net.Conn) error {
	for {
		message, err := readFrame(conn)
		if err != nil {
			return err
		}
		answer, answers := v.react(message)
		if !answers {
			continue
		}
		if err := pause(ctx, v.delay(message, answer)); err != nil {
			return err
		}
		if err := writeFrame(conn, answer); err != nil {
			return err
		}
	}
}

// react does what the reader says; only commands and the question for the answer
// to reset are answered.
func (v VPCD) react(message []byte) (answer []byte, answers bool) {
	if len(message) > 1 {
		return v.Card.Transmit(message), true
	}
	switch message[0] {
	case vpcdOff:
		v.Card.Power(PowerOff)
	case vpcdOn:
		v.Card.Power(PowerOn)
	case vpcdReset:
		v.Card.Power(Reset)
	case vpcdATR:
		return v.Card.ATR(), true
	}
	return nil, false
}

func (v VPCD) delay(message, answer []byte) time.Duration {
	if len(message) <= 1 {
		return 0
	}
	return v.Link.Takes(len(message), len(answer)) + thought(v.Card)
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("carrying an answer: %w", ctx.Err())
	case <-timer.C:
		return nil
	}
}

// readFrame reads one message: two bytes of length, then so many bytes.
func readFrame(conn net.Conn) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return nil, fmt.Errorf("reading from the reader: %w", err)
	}
	quickACK(conn)
	n := int(binary.BigEndian.Uint16(head[:]))
	if n == 0 {
		return nil, fmt.Errorf("%w: message without a byte", ErrVPCD)
	}
	message := make([]byte, n)
	if _, err := io.ReadFull(conn, message); err != nil {
		return nil, fmt.Errorf("reading from the reader: %w", err)
	}
	return message, nil
}

// writeFrame sends one message in one write. An answer that no frame can carry
// is left out, which the reader takes for a mute card.
func writeFrame(conn net.Conn, answer []byte) error {
	if len(answer) > 0xFFFF {
		answer = nil
	}
	frame := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(answer)), uint16(len(answer)))
	if _, err := conn.Write(append(frame, answer...)); err != nil {
		return fmt.Errorf("writing to the reader: %w", err)
	}
	return nil
}
