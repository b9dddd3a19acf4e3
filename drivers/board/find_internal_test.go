package board

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"motcua/drivers"
)

func TestFind(t *testing.T) {
	places := []place{
		{"gpiochip0", "pinctrl-bcm2711", 17, "GPIO17"},
		{"gpiochip0", "pinctrl-bcm2711", 18, "gpiochip0-GPIO18"}, // another driver of periph's had the name first
		{"gpiochip1", "pcf8574:20", 0, "LAMP"},
		{"gpiochip2", "pcf8574:21", 0, "LAMP"},
		{"gpiochip2", "pcf8574:21", 3, ""},
		{"gpiochip3", "cp2112", 7, "7"},
	}
	for _, tt := range []struct {
		name string
		want int // -1: none, -2: several
	}{
		{"GPIO17", 0},
		{"GPIO18", 1},
		{"gpiochip0:GPIO18", 1},
		{"gpiochip0:17", 0},
		{"pinctrl-bcm2711:18", 1},
		{"LAMP", -2},
		{"gpiochip1:LAMP", 2},
		{"pcf8574:21:LAMP", 3},
		{"pcf8574:21:3", 4},
		{"gpiochip3:7", 5},
		{"7", 5},
		{"GPIO19", -1},
		{"gpiochip9:17", -1},
		{"gpiochip0:", -1},
		{"", -1},
	} {
		got, err := find(tt.name, places)
		switch {
		case err != nil && !errors.Is(err, drivers.ErrNoDevice):
			t.Errorf("%q: %v", tt.name, err)
		case err != nil && errors.Is(err, errAmbiguous):
			got = -2
		case err != nil:
			got = -1
		}
		if got != tt.want {
			t.Errorf("%q: %d, want %d (%v)", tt.name, got, tt.want, err)
		}
	}
}

// What gpioioctl makes of the kernel's numbers is understood all the same.
func TestCause(t *testing.T) {
	for _, tt := range []struct{ err, want error }{
		{nil, nil},
		{fmt.Errorf("line_request ioctl: %w", errors.New(syscall.EBUSY.Error())), drivers.ErrInUse},
		{errors.New(syscall.ENODEV.Error()), drivers.ErrDeviceGone},
		{errors.New(syscall.EIO.Error()), drivers.ErrDeviceFault},
	} {
		if got := cause(tt.err); !errors.Is(got, tt.want) {
			t.Errorf("%v: %v", tt.err, got)
		}
	}
}
