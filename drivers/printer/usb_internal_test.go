package printer

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
)

// usblp is a device file that reads as the given results, one after the other, and
// then as empty packets for ever.
type usblp struct{ reads []error }

func (u *usblp) Read(b []byte) (int, error) {
	if len(u.reads) == 0 {
		return 0, io.EOF
	}
	err := u.reads[0]
	u.reads = u.reads[1:]
	if err != nil {
		return 0, err
	}
	b[0] = 0x12
	return 1, nil
}

func (u *usblp) Write(b []byte) (int, error)      { return len(b), nil }
func (u *usblp) Close() error                     { return nil }
func (u *usblp) SetReadDeadline(time.Time) error  { return nil }
func (u *usblp) SetWriteDeadline(time.Time) error { return nil }

// Printers send empty packets while they have nothing to say; that is no end.
func TestUSBEmptyPackets(t *testing.T) {
	pulled := &os.PathError{Op: "read", Path: "/dev/usb/lp0", Err: syscall.ENODEV}
	for name, c := range map[string]struct {
		reads []error
		want  error
	}{
		"an answer behind empty packets": {[]error{io.EOF, io.EOF, nil}, nil},
		"no answer":                      {nil, drivers.ErrNoAnswer},
		"pulled":                         {[]error{io.EOF, pulled}, drivers.ErrDeviceGone},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, err := lineOver(&usbPrinter{file: &usblp{c.reads}}, "lp0")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := l.Read(t.Context(), make([]byte, 1), time.Second); !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
			})
		})
	}
}

func TestUSBReadEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, err := lineOver(&usbPrinter{file: &usblp{}}, "lp0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		_, err = l.Read(ctx, make([]byte, 1), time.Minute)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > time.Second+emptyWait {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
	})
}

func TestUSBNotThere(t *testing.T) {
	if _, err := USB("/dev/usb/no-such-printer"); !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("got %v, want gone", err)
	}
}
