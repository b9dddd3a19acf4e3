package uart

import (
	"fmt"
	"os"
	"sync"
	"syscall"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/physic"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
)

var _ periph.PortCloser = (*Port)(nil)

// Port is an open serial port, taken for this program alone.
type Port struct {
	path string
	file *os.File

	mu    sync.Mutex // guards limit
	limit physic.Frequency
}

// Open takes the tty at path, which may be a link such as those below
// /dev/serial/by-id. It fails with [drivers.ErrDeviceGone] when there is none and
// with [drivers.ErrInUse] when another program has it.
func Open(path string) (*Port, error) {
	// O_NONBLOCK: do not wait for a carrier, and let the runtime's poller carry
	// the deadlines. File.Fd would undo it and is never called here.
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, openError(path, err)
	}
	if err := Control(f, take); err != nil {
		_ = f.Close()
		return nil, openError(path, err)
	}
	return &Port{path: path, file: f}, nil
}

// String is the path that was opened.
func (p *Port) String() string { return p.path }

// Close lets go of the port. It may be called twice and while a read waits, which
// then fails.
func (p *Port) Close() error {
	if err := Control(p.file, letGo); err != nil {
		return nil // closed before
	}
	if err := p.file.Close(); err != nil {
		return fmt.Errorf("uart: closing %s: %w", p.path, err)
	}
	return nil
}

// LimitSpeed sets the most that Connect uses, for wires that do not carry more.
func (p *Port) LimitSpeed(f physic.Frequency) error {
	if f < physic.Hertz {
		return fmt.Errorf("uart: %s: no speed: %s", p.path, f)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = f
	return nil
}

// Connect sets speed and frame, throws away what is on its way in either
// direction, and returns a [*Conn]. It may be called again to change them, which
// is how a device's speed is found; connections from before then speak as the
// new one does.
//
// It fails with [drivers.ErrRefused] when the port cannot do what is asked: a
// speed that is more than 3 % off, or a frame that it does not know.
func (p *Port) Connect(f physic.Frequency, stop periph.Stop, parity periph.Parity, flow periph.Flow, bits int) (conn.Conn, error) {
	p.mu.Lock()
	if p.limit != 0 {
		f = min(f, p.limit)
	}
	p.mu.Unlock()
	s, err := settingsOf(f, stop, parity, flow, bits)
	if err != nil {
		return nil, fmt.Errorf("uart: %s: %w", p.path, err)
	}
	if err := Control(p.file, s.apply); err != nil {
		return nil, fmt.Errorf("uart: setting %s to %s: %w", p.path, s, lineError(err))
	}
	return &Conn{port: p}, nil
}

// Control runs do on a file's descriptor, which stays the poller's: the file keeps
// its deadlines. It fails with [drivers.ErrDeviceGone] when the file is closed.
func Control(f *os.File, do func(fd int) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := raw.Control(func(fd uintptr) { inner = do(int(fd)) }); err != nil {
		return fmt.Errorf("%w: %w", drivers.ErrDeviceGone, err) // closed
	}
	return inner
}
