//go:build linux

package uart

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
	periph "periph.io/x/conn/v3/uart"
)

// TestTermiosBits holds the flags to termios(3) and ioctl_tty(2).
func TestTermiosBits(t *testing.T) {
	const always = unix.BOTHER | unix.CREAD | unix.CLOCAL
	for _, c := range []struct {
		settings Settings
		text     string
		cflag    uint32
	}{
		{Settings{Baud: 9600}, "9600 8N1", always | unix.CS8},
		{Settings{Baud: 57600, Parity: periph.Even, Bits: 7}, "57600 7E1", always | unix.CS7 | unix.PARENB},
		{Settings{Baud: 115200, Parity: periph.Odd}, "115200 8O1", always | unix.CS8 | unix.PARENB | unix.PARODD},
		{Settings{Baud: 115200, Stop: periph.Two}, "115200 8N2", always | unix.CS8 | unix.CSTOPB},
		{Settings{Baud: 50, Bits: 5, Stop: periph.OneHalf}, "50 5N1.5", always | unix.CS5 | unix.CSTOPB},
		{Settings{Baud: 123456, Bits: 6, Parity: periph.Mark}, "123456 6M1", always | unix.CS6 | unix.PARENB | unix.PARODD | unix.CMSPAR},
		{Settings{Baud: 921600, Parity: periph.Space}, "921600 8S1", always | unix.CS8 | unix.PARENB | unix.CMSPAR},
		{Settings{Baud: 19200, Flow: periph.RTSCTS}, "19200 8N1 RTS/CTS", always | unix.CS8 | unix.CRTSCTS},
	} {
		s := c.settings.filled()
		got := s.termios(unix.Termios{Cflag: ^uint32(0), Iflag: ^uint32(0), Oflag: ^uint32(0), Lflag: ^uint32(0)})
		if got.Cflag != c.cflag || got.Iflag|got.Oflag|got.Lflag != 0 {
			t.Errorf("%s: flags %#x, want %#x, and no others: %+v", s, got.Cflag, c.cflag, got)
		}
		if int(got.Ospeed) != s.Baud || got.Ispeed != got.Ospeed || got.Cc[unix.VMIN] != 1 || got.Cc[unix.VTIME] != 0 {
			t.Errorf("%s: %+v", s, got)
		}
		if s.String() != c.text {
			t.Errorf("settings read %q, want %q", s, c.text)
		}
	}
	xon := Settings{Baud: 9600, Flow: periph.MakeXOnXOffFlow(0x11, 0x13)}.filled().termios(unix.Termios{})
	if xon.Iflag != unix.IXON|unix.IXOFF || xon.Cc[unix.VSTART] != 0x11 || xon.Cc[unix.VSTOP] != 0x13 {
		t.Errorf("XOn/XOff: %+v", xon)
	}
}

// TestTermiosSize: the struct is the one whose size stands in the number of the
// system call, whatever an int is here.
func TestTermiosSize(t *testing.T) {
	if size := unsafe.Sizeof(unix.Termios{}); size != unix.TCSETS2>>16&0x3FFF {
		t.Errorf("termios has %d bytes, the call takes %d", size, unix.TCSETS2>>16&0x3FFF)
	}
}
