package line

import (
	"fmt"
	"io"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/physic"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// InMemory is a cable whose port is in this program's memory, for tests in a
// synctest bubble.
func InMemory(d Device, seed uint64) (*Cable, error) { return newCable(d, &memory{}, seed) }

type memory struct {
	speed atomic.Int64

	mu   sync.Mutex // guards the rest
	hear func([]byte)
	port *memoryPort // that is open
}

func (m *memory) plug(hear func([]byte)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hear = hear
	return nil
}

func (m *memory) unplug() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.port != nil {
		m.port.said.drop()
	}
	m.hear, m.port = nil, nil
	m.speed.Store(0)
}

func (m *memory) baud() int { return int(m.speed.Load()) }

func (m *memory) deliver(chunk []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.port != nil {
		m.port.said.put(chunk)
	}
}

func (m *memory) open() (periph.PortCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.hear == nil:
		return nil, fmt.Errorf("line: opening the port: %w: %w", drivers.ErrDeviceGone, fs.ErrNotExist)
	case m.port != nil:
		return nil, fmt.Errorf("line: opening the port: %w", drivers.ErrInUse)
	}
	m.port = &memoryPort{memory: m, said: newQueue(), hear: m.hear}
	return m.port, nil
}

// memoryPort is a port as long as it is open and the cable plugged in.
type memoryPort struct {
	memory *memory
	said   *queue // what the device said
	hear   func([]byte)

	mu    sync.Mutex // guards limit
	limit physic.Frequency
}

func (p *memoryPort) String() string { return "emulated line" }

func (p *memoryPort) LimitSpeed(f physic.Frequency) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = f
	return nil
}

// Connect takes any frame: there is nothing here that could not do it.
func (p *memoryPort) Connect(f physic.Frequency, _ periph.Stop, _ periph.Parity, _ periph.Flow, _ int) (conn.Conn, error) {
	p.mu.Lock()
	if p.limit > 0 {
		f = min(f, p.limit)
	}
	p.mu.Unlock()
	if p.said.isClosed() {
		return nil, fmt.Errorf("line: connecting: %w", drivers.ErrDeviceGone)
	}
	p.memory.speed.Store(int64(f / physic.Hertz))
	p.said.flush()
	return memoryConn{p}, nil
}

func (p *memoryPort) Close() error {
	p.said.drop()
	p.memory.mu.Lock()
	defer p.memory.mu.Unlock()
	if p.memory.port == p {
		p.memory.port = nil
	}
	return nil
}

var _ uart.Stream = memoryConn{}

// memoryConn is a connected port. Its writes never wait.
type memoryConn struct{ port *memoryPort }

func (c memoryConn) String() string                    { return c.port.String() }
func (c memoryConn) Duplex() conn.Duplex               { return conn.Full }
func (c memoryConn) SetReadDeadline(t time.Time) error { c.port.said.setDeadline(t); return nil }
func (c memoryConn) SetWriteDeadline(time.Time) error  { return nil }
func (c memoryConn) Read(p []byte) (int, error)        { return c.port.said.Read(p) }

func (c memoryConn) Write(p []byte) (int, error) {
	if c.port.said.isClosed() {
		return 0, io.ErrClosedPipe
	}
	c.port.hear(append([]byte(nil), p...))
	return len(p), nil
}

func (c memoryConn) Tx(w, r []byte) error {
	if _, err := c.Write(w); err != nil {
		return err
	}
	_, err := io.ReadFull(c, r)
	return err
}
