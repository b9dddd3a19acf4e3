package supervisor_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"motcua/drivers/supervisor"
)

// devices makes a device folder as the kernel and udev fill it.
func devices(t *testing.T, files []string, links map[string]string) string {
	t.Helper()
	dev := t.TempDir()
	for _, f := range files {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(dev, f)), 0o700))
		must(t, os.WriteFile(filepath.Join(dev, f), nil, 0o600))
	}
	for link, file := range links {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(dev, link)), 0o700))
		must(t, os.Symlink(filepath.Join(dev, file), filepath.Join(dev, link)))
	}
	return dev
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPorts(t *testing.T) {
	dev := devices(t, []string{"ttyUSB0", "ttyACM0", "ttyS0", "usb/lp1", "usb/lp0"}, map[string]string{
		"serial/by-id/usb-1a86_USB_Serial-if00-port0":      "ttyUSB0",
		"serial/by-path/pci-0000:00:14.0-usb-0:1:1.0":      "ttyUSB0",
		"serial/by-path/pci-0000:00:14.0-usbv2-0:2:1.0":    "ttyACM0",
		"serial/by-path/pci-0000:00:14.0-usb-0:2:1.0":      "ttyACM0", // one port, two names
		"serial/by-path/pci-0000:00:14.0-usb-0:3:1.0-gone": "ttyUSB9",
	})
	p := supervisor.NewPorts(dev)
	in := func(names ...string) (all []string) {
		for _, n := range names {
			all = append(all, filepath.Join(dev, n))
		}
		return all
	}
	for _, tt := range []struct {
		what      string
		got, want []string
	}{
		{"serial", p.Serial(), in("serial/by-id/usb-1a86_USB_Serial-if00-port0", "serial/by-path/pci-0000:00:14.0-usb-0:2:1.0",
			"serial/by-path/pci-0000:00:14.0-usb-0:3:1.0-gone")},
		{"printers", p.Printers(), in("usb/lp0", "usb/lp1")},
		{"at", p.At(filepath.Join(dev, "ttyS0"))(), in("ttyS0")},
		{"at nothing", p.At(filepath.Join(dev, "ttyS1"))(), nil},
		{"none", supervisor.NewPorts(t.TempDir()).Serial(), nil},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.what, tt.got, tt.want)
		}
	}
}

// A port that is some device's by name is not looked through.
func TestReserve(t *testing.T) {
	dev := devices(t, []string{"ttyUSB0", "ttyUSB1", "usb/lp0"}, map[string]string{"serial/by-id/a": "ttyUSB0", "serial/by-id/b": "ttyUSB1"})
	p := supervisor.NewPorts(dev)
	p.Reserve(filepath.Join(dev, "ttyUSB0"))
	p.Reserve(filepath.Join(dev, "usb/lp0"))
	if got := p.Serial(); !slices.Equal(got, []string{filepath.Join(dev, "serial/by-id/b")}) || len(p.Printers()) != 0 {
		t.Errorf("got %q and %q", got, p.Printers())
	}
}

// Two names of one port are one port.
func TestClaim(t *testing.T) {
	dev := devices(t, []string{"ttyUSB0"}, map[string]string{"serial/by-id/a": "ttyUSB0", "serial/by-path/b": "ttyUSB0"})
	p := supervisor.NewPorts(dev)
	release, ok := p.Claim(filepath.Join(dev, "serial/by-id/a"))
	if !ok {
		t.Fatal("a free port was not given")
	}
	if _, ok := p.Claim(filepath.Join(dev, "serial/by-path/b")); ok {
		t.Error("a port was given twice")
	}
	release()
	if _, ok := p.Claim(filepath.Join(dev, "ttyUSB0")); !ok {
		t.Error("the port was not given again")
	}
}
