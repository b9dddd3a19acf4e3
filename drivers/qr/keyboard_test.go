package qr_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"periph.io/x/conn/v3/physic"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/scanner"
	"motcua/drivers/qr"
	"motcua/drivers/uart"
)

// keys takes the bytes of an emulated line for those of an input device.
type keys struct {
	uart.Stream
	io.Closer
}

func (keys) String() string { return "emulated keyboard" }

func TestKeyboard(t *testing.T) {
	for _, word := range []int{4, 8} {
		t.Run(fmt.Sprintf("%d bits", 8*word), func(t *testing.T) {
			kind{
				open: func(p periph.PortCloser) (*qr.Reader, error) { return openKeys(p, word) },
				device: func() (device, *scanner.View) {
					k := &scanner.Keyboard{Word: word, AltCodes: true}
					return k, &k.View
				},
				traits: drivertest.CodeTraits{Max: drivers.MaxCode, Deaf: time.Second, ASCII: true, Ends: []string{"\n"}},
				// The kernel tells of whole events; USB has checksums of its own.
				faults:   []line.Fault{line.Unplugged},
				inMemory: word != qr.WordSize,
			}.conforms(t)
		})
	}
}

func openKeys(p periph.PortCloser, word int) (*qr.Reader, error) {
	c, err := p.Connect(9600*physic.Hertz, periph.One, periph.NoParity, periph.NoFlow, 8)
	if err != nil {
		return nil, err
	}
	return qr.NewKeyboard(keys{c.(uart.Stream), p}, word, drivers.Info{Vendor: "any", Model: "keyboard scanner"})
}

func TestOpenKeyboard(t *testing.T) {
	if _, err := qr.OpenKeyboard(filepath.Join(t.TempDir(), "none")); !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("no such device: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, "/dev/null"} {
		if r, err := qr.OpenKeyboard(path); err == nil || r != nil {
			t.Errorf("%s was opened as a keyboard", path)
		}
	}
}
