package qr

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// Calls of the kernel's input layer (Linux, input.h), whose numbers hold the size
// of what is passed.
const (
	evIOCGrab   = 0x40044590 // EVIOCGRAB, an int
	evIOCID     = 0x80084502 // EVIOCGID, four words of 16 bits
	evIOCName   = 0x81004506 // EVIOCGNAME of 256 bytes
	evIOCUnique = 0x81004508 // EVIOCGUNIQ of 256 bytes
)

// OpenKeyboard drives the scanner at path, such as a link "...-event-kbd" below
// /dev/input/by-id, as [NewKeyboard] does. What it types reaches nobody else.
func OpenKeyboard(path string) (*Reader, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, keyboardError(path, err)
	}
	info := drivers.Info{Vendor: "any", Model: "keyboard scanner"}
	err = uart.Control(f, func(fd int) error {
		if err := unix.IoctlSetInt(fd, evIOCGrab, 1); err != nil {
			return err
		}
		var id [4]uint16 // bus, vendor, product, version
		if err := evIOC(fd, evIOCID, unsafe.Pointer(&id)); err != nil {
			return err
		}
		info.Vendor = fmt.Sprintf("USB %04x:%04x", id[1], id[2])
		if name := evText(fd, evIOCName); name != "" {
			info.Model = name
		}
		info.Serial = evText(fd, evIOCUnique)
		return nil
	})
	if err != nil {
		_ = f.Close()
		return nil, keyboardError(path, err)
	}
	return NewKeyboard(keyFile{f}, WordSize, info)
}

// keyFile is a device file of the input layer.
type keyFile struct{ *os.File }

func (f keyFile) String() string { return f.Name() }

func evIOC(fd int, call uint, arg unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(call), uintptr(arg)); errno != 0 {
		return errno
	}
	return nil
}

// evText asks for a text, which a device need not have.
func evText(fd int, call uint) string {
	var text [256]byte
	if err := evIOC(fd, call, unsafe.Pointer(&text)); err != nil {
		return ""
	}
	return readableName(unix.ByteSliceToString(text[:]))
}

func keyboardError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO):
		return fmt.Errorf("qr: opening %s: %w: %w", path, drivers.ErrDeviceGone, err)
	case errors.Is(err, unix.EBUSY):
		return fmt.Errorf("qr: opening %s: %w", path, drivers.ErrInUse)
	case errors.Is(err, unix.ENOTTY), errors.Is(err, unix.EINVAL):
		return fmt.Errorf("qr: opening %s: not an input device", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("qr: opening %s: the user is not in the group input: %w", path, err)
	}
	return fmt.Errorf("qr: opening %s: %w", path, err)
}
