package printer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// USB opens a printer of the USB class: /dev/usb/lp0, or a link that udev made to
// it. The kernel lets one program have it.
func USB(path string) (*uart.Line, error) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO):
		return nil, fmt.Errorf("printer: %w: %w", drivers.ErrDeviceGone, err)
	case errors.Is(err, syscall.EBUSY):
		return nil, fmt.Errorf("printer: %w: %w", drivers.ErrInUse, err)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("printer: the user is not in the device's group, mostly lp: %w", err)
	case err != nil:
		return nil, fmt.Errorf("printer: %w", err)
	}
	return lineOver(&usbPrinter{file: f}, path)
}

// emptyWait is how long to wait after an empty packet.
const emptyWait = 10 * time.Millisecond

// usbPrinter is a device of usblp. Many printers send empty packets while they
// have nothing to say, which read like an end of the file; one that was pulled
// reads as ENODEV.
type usbPrinter struct {
	file streamCloser

	mu       sync.Mutex // guards deadline
	deadline time.Time
}

func (u *usbPrinter) Read(b []byte) (int, error) {
	for {
		n, err := u.file.Read(b)
		if n > 0 || err != nil && !errors.Is(err, io.EOF) {
			return n, err
		}
		if u.late() {
			return 0, os.ErrDeadlineExceeded
		}
		time.Sleep(emptyWait)
	}
}

func (u *usbPrinter) late() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return !u.deadline.IsZero() && !time.Now().Before(u.deadline)
}

func (u *usbPrinter) Write(b []byte) (int, error) { return u.file.Write(b) }
func (u *usbPrinter) Close() error                { return u.file.Close() }

func (u *usbPrinter) SetReadDeadline(t time.Time) error {
	u.mu.Lock()
	u.deadline = t
	u.mu.Unlock()
	return u.file.SetReadDeadline(t)
}

func (u *usbPrinter) SetWriteDeadline(t time.Time) error { return u.file.SetWriteDeadline(t) }
