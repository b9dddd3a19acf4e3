package uart

import (
	"fmt"

	"golang.org/x/sys/unix"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
)

// take makes the tty this program's own. TIOCEXCL keeps out other users but not
// root, and the lock keeps out root where it asks for one, as we do.
func take(fd int) error {
	if _, err := unix.IoctlGetTermios(fd, unix.TCGETS); err != nil {
		return err
	}
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return err
	}
	return unix.IoctlSetInt(fd, unix.TIOCEXCL, 0)
}

// letGo undoes TIOCEXCL, which would outlast us on a tty that somebody else,
// such as the emulator of a pty, has open too.
func letGo(fd int) error {
	_ = unix.IoctlSetInt(fd, unix.TIOCNXCL, 0) // fails on a line that has ended
	return nil
}

// apply sets the tty and checks what it made of it: Linux takes a speed or frame
// that the hardware cannot do without an error and uses another.
func (s Settings) apply(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS2)
	if err != nil {
		return err
	}
	want := s.termios(*t)
	if err := unix.IoctlSetTermios(fd, unix.TCSETS2, &want); err != nil {
		return err
	}
	got, err := unix.IoctlGetTermios(fd, unix.TCGETS2)
	if err != nil {
		return err
	}
	const frame = unix.CSIZE | unix.PARENB | unix.PARODD | unix.CMSPAR | unix.CSTOPB | unix.CRTSCTS
	if got.Cflag&frame != want.Cflag&frame {
		return fmt.Errorf("%w: the port does not do this frame", drivers.ErrRefused)
	}
	if off := int64(got.Ospeed) - int64(s.Baud); max(off, -off)*100 > int64(s.Baud)*3 {
		return fmt.Errorf("%w: the port does %d baud instead", drivers.ErrRefused, got.Ospeed)
	}
	return unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIOFLUSH)
}

// termios is the raw line: no echo, no signals, no characters replaced. The
// struct is the kernel's termios2, of the same 44 bytes on every processor.
func (s Settings) termios(t unix.Termios) unix.Termios {
	t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
	// BOTHER takes the speed as a number.
	t.Cflag = unix.BOTHER | unix.CREAD | unix.CLOCAL
	t.Ispeed, t.Ospeed = uint32(s.Baud), uint32(s.Baud)
	// A read waits for one byte: with VMIN 0 a quiet line would read as ended.
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	t.Cflag |= [...]uint32{5: unix.CS5, 6: unix.CS6, 7: unix.CS7, 8: unix.CS8}[s.Bits]
	if s.Stop != periph.One {
		t.Cflag |= unix.CSTOPB
	}
	switch s.Parity {
	case periph.Odd:
		t.Cflag |= unix.PARENB | unix.PARODD
	case periph.Even:
		t.Cflag |= unix.PARENB
	case periph.Mark:
		t.Cflag |= unix.PARENB | unix.CMSPAR | unix.PARODD
	case periph.Space:
		t.Cflag |= unix.PARENB | unix.CMSPAR
	}
	switch s.Flow {
	case periph.NoFlow:
	case periph.RTSCTS:
		t.Cflag |= unix.CRTSCTS
	default: // XOn/XOff
		t.Iflag |= unix.IXON | unix.IXOFF
		t.Cc[unix.VSTART], t.Cc[unix.VSTOP] = byte(s.Flow>>8), byte(s.Flow)
	}
	return t
}
