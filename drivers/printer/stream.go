package printer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/physic"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// netSpeed stands for the speed of what is no serial port, where the time that
// bytes may take is reckoned from it.
const netSpeed = 1_000_000

// streamCloser is a connection or a device file.
type streamCloser interface {
	uart.Stream
	io.Closer
}

// lineOver is a line over what is no serial port.
func lineOver(s streamCloser, name string) (*uart.Line, error) {
	l, err := uart.Connect(&streamPort{s, name}, uart.Settings{Baud: netSpeed})
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return l, nil
}

// streamPort has the form of a serial port. It has no speed to set.
type streamPort struct {
	streamCloser
	name string
}

var _ periph.Port = (*streamPort)(nil)

func (p *streamPort) String() string      { return p.name }
func (p *streamPort) Duplex() conn.Duplex { return conn.Full }

func (p *streamPort) Connect(physic.Frequency, periph.Stop, periph.Parity, periph.Flow, int) (conn.Conn, error) {
	return p, nil
}

func (p *streamPort) Read(b []byte) (int, error) {
	n, err := p.streamCloser.Read(b)
	return n, gone(err)
}

func (p *streamPort) Write(b []byte) (int, error) {
	n, err := p.streamCloser.Write(b)
	return n, gone(err)
}

// Close may be called twice.
func (p *streamPort) Close() error {
	if err := p.streamCloser.Close(); err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}

// Tx is a write and a read of a given length.
func (p *streamPort) Tx(w, r []byte) error {
	if _, err := p.Write(w); err != nil {
		return err
	}
	_, err := io.ReadFull(p, r)
	return err
}

func (p *streamPort) SetReadDeadline(t time.Time) error {
	return gone(p.streamCloser.SetReadDeadline(t))
}

func (p *streamPort) SetWriteDeadline(t time.Time) error {
	return gone(p.streamCloser.SetWriteDeadline(t))
}

// gone says that whatever ends a connection, but a deadline, ends it for good.
func gone(err error) error {
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, os.ErrNoDeadline) {
		return err
	}
	return fmt.Errorf("%w: %w", drivers.ErrDeviceGone, err)
}
