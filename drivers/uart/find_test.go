package uart_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"periph.io/x/conn/v3/uart/uartreg"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// tree is a machine's /sys and /dev with one USB adapter, one scanner, one UART
// of the board and much that is no serial port.
func tree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"ttyUSB0", "ttyACM0", "ttyAMA0", "ttyS0", "ttyS1", "tty1"} {
		class := filepath.Join(root, "sys/class/tty", name)
		mkdir(t, class)
		if name != "tty1" {
			mkdir(t, filepath.Join(class, "device"))
		}
		write(t, filepath.Join(root, "dev", name), "")
	}
	write(t, filepath.Join(root, "sys/class/tty/ttyS0/type"), "4\n")
	write(t, filepath.Join(root, "sys/class/tty/ttyS1/type"), "0\n") // the board has none
	mkdir(t, filepath.Join(root, "sys/class/tty/ttyUSB7/device"))    // pulled: no node
	link(t, root, "dev/serial/by-id/usb-Maker_Adapter_0001-if00-port0", "ttyUSB0")
	link(t, root, "dev/serial/by-id/usb-Maker_Scanner_A:1-if00", "ttyACM0")
	link(t, root, "dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0", "ttyUSB0")
	link(t, root, "dev/serial/by-path/pci-0000:00:14.0-usb-0:9:1.0-port0", "ttyUSB7")
	return root
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	mkdir(t, filepath.Dir(name))
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, root, name, tty string) {
	t.Helper()
	mkdir(t, filepath.Join(root, filepath.Dir(name)))
	if err := os.Symlink("../../"+tty, filepath.Join(root, name)); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	root := tree(t)
	found, err := uart.Find(root)
	if err != nil {
		t.Fatal(err)
	}
	port := func(name string, aliases ...string) uart.Found {
		return uart.Found{Name: name, Path: filepath.Join(root, "dev", name), Aliases: aliases}
	}
	want := []uart.Found{
		port("ttyACM0", "usb-Maker_Scanner_A_1-if00"),
		port("ttyAMA0"),
		port("ttyS0"),
		port("ttyUSB0", "usb-Maker_Adapter_0001-if00-port0", "pci-0000_00_14.0-usb-0_1_1.0-port0"),
	}
	if d := cmp.Diff(want, found); d != "" {
		t.Error(d)
	}
	if none, err := uart.Find(t.TempDir()); err != nil || len(none) != 0 {
		t.Errorf("an empty machine has %v, %v", none, err)
	}
}

func TestRegister(t *testing.T) {
	root := tree(t)
	found, err := uart.Find(root)
	if err != nil {
		t.Fatal(err)
	}
	r, err := uart.Register(found)
	if err != nil {
		t.Fatal(err)
	}
	if got := registered(); !slices.Equal(got, []string{"ttyACM0", "ttyAMA0", "ttyS0", "ttyUSB0"}) {
		t.Errorf("registered %v", got)
	}
	// The opener is the real one: what stands there is a file and no tty.
	if _, err := uartreg.Open("usb-Maker_Scanner_A_1-if00"); err == nil || errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("opening by alias: %v", err)
	}

	// The scanner is pulled, and the adapter appears under another number.
	found[3].Name, found[3].Path = "ttyUSB1", filepath.Join(root, "dev/ttyUSB1")
	if err := r.Update(found[1:]); err != nil {
		t.Fatal(err)
	}
	if got := registered(); !slices.Equal(got, []string{"ttyAMA0", "ttyS0", "ttyUSB1"}) {
		t.Errorf("registered %v", got)
	}
	if p, err := uartreg.Open("usb-Maker_Adapter_0001-if00-port0"); p != nil || !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("opening a port that is gone: %v, %v", p, err)
	}
	if _, err := uart.Register(found[1:2]); err == nil {
		t.Error("a name was registered twice")
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if got := registered(); len(got) != 0 {
		t.Errorf("left behind %v", got)
	}
}

func registered() (names []string) {
	for _, ref := range uartreg.All() {
		names = append(names, ref.Name)
	}
	return names
}
