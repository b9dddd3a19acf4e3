package uart

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"periph.io/x/conn/v3"

	"motcua/drivers"
)

// Stream is what the connection of a port must be beside a conn.Conn, so that a
// [Line] can speak over it. A deadline that has passed ends a read or write under
// way with an error that is os.ErrDeadlineExceeded; the zero time is none.
type Stream interface {
	io.ReadWriter
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

var (
	_ conn.Conn = (*Conn)(nil)
	_ Stream    = (*Conn)(nil)
)

// Conn is a configured [Port].
type Conn struct{ port *Port }

// String is the port's path.
func (c *Conn) String() string { return c.port.path }

// Duplex says that both directions work at once.
func (c *Conn) Duplex() conn.Duplex { return conn.Full }

// Read reads at least one byte. It fails with [drivers.ErrDeviceGone] when the
// line has ended.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.port.file.Read(p)
	return n, lineError(err)
}

// Write hands all of p to the port, which sends it in its own time.
func (c *Conn) Write(p []byte) (int, error) {
	n, err := c.port.file.Write(p)
	return n, lineError(err)
}

// SetReadDeadline bounds reads, Tx included.
func (c *Conn) SetReadDeadline(t time.Time) error {
	return deadlineError(c.port.file.SetReadDeadline(t))
}

// SetWriteDeadline bounds writes, Tx included.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	return deadlineError(c.port.file.SetWriteDeadline(t))
}

// Tx writes all of w, then reads until r is full, up to the deadlines. Unlike on
// a bus the two may differ in length.
func (c *Conn) Tx(w, r []byte) error {
	if _, err := c.Write(w); err != nil {
		return err
	}
	_, err := io.ReadFull(c, r)
	return lineError(err)
}

// deadlineError tells a closed file from one that has no deadlines: package os
// reports it here by an error that is not fs.ErrClosed.
func deadlineError(err error) error {
	if err == nil || errors.Is(err, os.ErrNoDeadline) {
		return err
	}
	return fmt.Errorf("%w: %w", drivers.ErrDeviceGone, err)
}
