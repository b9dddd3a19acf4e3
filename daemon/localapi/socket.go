package localapi

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"syscall"

	"motcua/protocol/fault"
)

// mode lets the kiosk's user in by its group and nobody else.
const mode = 0o660

// Listen opens the socket at path. A lock file beside it tells a running kioskd
// from a socket that a killed one left behind: the first is refused with
// [fault.SocketInUse], the second replaced. The socket gets its mode before it
// gets its name, so that there is no moment in which anybody may connect.
func Listen(path string) (net.Listener, error) {
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	l, err := bind(path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the local socket: %w", err), lock.Close())
	}
	return &listener{Listener: l, path: path, lock: lock}, nil
}

// lockFile takes the lock that this process keeps while it serves the socket.
func lockFile(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the local socket's lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(fault.Wrap(fault.SocketInUse, fmt.Errorf("%s is held", name)), f.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", name, err), f.Close())
	}
	return f, nil
}

func bind(path string) (net.Listener, error) {
	if err := onlySocket(path); err != nil {
		return nil, err
	}
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: fresh, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false) // it has another name by then
	err = os.Chmod(fresh, mode)
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close(), os.Remove(fresh))
	}
	return l, nil
}

// onlySocket refuses to replace anything but a socket.
func onlySocket(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && info.Mode()&fs.ModeSocket == 0 {
		err = fmt.Errorf("%s is there and is no socket", path)
	}
	return err
}

// listener removes the socket and lets go of the lock when it is closed.
type listener struct {
	net.Listener
	path string
	lock *os.File
	once sync.Once
	err  error
}

func (l *listener) Close() error {
	l.once.Do(func() {
		l.err = errors.Join(os.Remove(l.path), l.Listener.Close(), l.lock.Close())
	})
	return l.err
}
