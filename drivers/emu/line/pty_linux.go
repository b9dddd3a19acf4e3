package line

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers/uart"
)

// OnPTY is a cable whose port is a pty, reached by a link at path. The link is
// there while the cable is plugged in, and leads to another pty each time.
func OnPTY(path string, d Device, seed uint64) (*Cable, error) {
	return newCable(d, &pty{path: path}, seed)
}

type pty struct {
	path string

	mu     sync.Mutex // guards the rest
	master *os.File   // nil while unplugged
	slave  int        // held open, else the master would read as ended between two openings
	said   *queue     // what the device said, on its way to the master
}

func (p *pty) open() (periph.PortCloser, error) {
	port, err := uart.Open(p.path)
	if err != nil {
		return nil, err
	}
	return port, nil
}

func (p *pty) plug(hear func([]byte)) error {
	master, name, err := openMaster()
	if err != nil {
		return err
	}
	slave, err := openSlave(name)
	if err != nil {
		_ = master.Close()
		return err
	}
	if err := link(name, p.path); err != nil {
		_ = master.Close()
		_ = unix.Close(slave)
		return err
	}
	said := newQueue()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.master, p.slave, p.said = master, slave, said
	go carryOut(master, said)
	go carryIn(master, hear)
	return nil
}

// carryOut brings the host what the device said, chunk by chunk.
func carryOut(master *os.File, said *queue) {
	chunk := make([]byte, capacity)
	for {
		n, err := said.Read(chunk)
		if err != nil {
			return
		}
		if _, err := master.Write(chunk[:n]); err != nil {
			return
		}
	}
}

// carryIn brings the device what the host said.
func carryIn(master *os.File, hear func([]byte)) {
	chunk := make([]byte, 4096)
	for {
		n, err := master.Read(chunk)
		if n > 0 {
			hear(append([]byte(nil), chunk[:n]...))
		}
		if err != nil {
			return
		}
	}
}

func (p *pty) unplug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.master == nil {
		return
	}
	_ = os.Remove(p.path)
	p.said.drop()
	_ = p.master.Close() // hangs up whoever has the slave open
	_ = unix.Close(p.slave)
	p.master = nil
}

func (p *pty) deliver(chunk []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.master != nil {
		p.said.put(chunk)
	}
}

// baud is what the host has set its end to.
func (p *pty) baud() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.master == nil {
		return 0
	}
	t, err := unix.IoctlGetTermios(p.slave, unix.TCGETS2)
	if err != nil {
		return 0
	}
	return int(t.Ospeed)
}

// openMaster makes a pty and gives the path of its other side (pts(4)).
func openMaster() (*os.File, string, error) {
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, "", err
	}
	var number uint32
	raw, err := f.SyscallConn()
	if err == nil {
		ctlErr := raw.Control(func(fd uintptr) {
			if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err == nil {
				number, err = unix.IoctlGetUint32(int(fd), unix.TIOCGPTN)
			}
		})
		if err == nil {
			err = ctlErr
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, "", fmt.Errorf("making a pty: %w", err)
	}
	return f, fmt.Sprintf("/dev/pts/%d", number), nil
}

// openSlave opens the host's side and makes it raw, so that it does not echo what
// the device says before the driver has set it.
func openSlave(name string) (int, error) {
	fd, err := unix.Open(name, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, fmt.Errorf("opening %s: %w", name, err)
	}
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err == nil {
		t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
		err = unix.IoctlSetTermios(fd, unix.TCSETS, t)
	}
	if err != nil {
		_ = unix.Close(fd)
		return 0, fmt.Errorf("setting %s: %w", name, err)
	}
	return fd, nil
}

// link makes path lead to target in one step.
func link(target, path string) error {
	fresh := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	if err := os.Symlink(target, fresh); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		_ = os.Remove(fresh)
		return err
	}
	return nil
}
