//go:build linux

package uart_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/physic"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/emu/line"
	"motcua/drivers/uart"
)

// echo says what it hears, at one speed.
type echo struct{ baud atomic.Int64 }

func (e *echo) Baud() int { return int(e.baud.Load()) }

func (e *echo) Run(_ context.Context, wire io.ReadWriter) {
	_, _ = io.Copy(struct{ io.Writer }{wire}, struct{ io.Reader }{wire})
}

func cable(t *testing.T, baud int64) (*line.Cable, string, *echo) {
	t.Helper()
	e := &echo{}
	e.baud.Store(baud)
	path := filepath.Join(t.TempDir(), "scanner")
	c, err := line.OnPTY(path, e, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, path, e
}

func open(t *testing.T, path string) *uart.Port {
	t.Helper()
	p, err := uart.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func connect(t *testing.T, p periph.Port, baud int) *uart.Line {
	t.Helper()
	l, err := uart.Connect(p, uart.Settings{Baud: baud})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func says(t *testing.T, l *uart.Line, text string) {
	t.Helper()
	if err := l.Write(t.Context(), []byte(text)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(text))
	if err := l.ReadFull(t.Context(), got, 5*time.Second); err != nil || string(got) != text {
		t.Fatalf("read %q, %v, want %q", got, err, text)
	}
}

// TestPtyAnySpeed speaks at usual speeds and at one that no table has, over one
// open port, as who looks for a device's speed does.
func TestPtyAnySpeed(t *testing.T) {
	_, path, e := cable(t, 0)
	p := open(t, path)
	for _, baud := range []int{1200, 9600, 57600, 115200, 123456, 921600} {
		e.baud.Store(int64(baud))
		says(t, connect(t, p, baud), "at any speed")
	}
	// one that is not the device's: something comes, but not what was said
	l := connect(t, p, 9600)
	if err := l.Write(t.Context(), []byte("hello")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 64)
	if n, err := l.Read(t.Context(), got, 5*time.Second); err != nil || bytes.Contains(got[:n], []byte("hello")) {
		t.Fatalf("read %q, %v at another speed", got[:n], err)
	}
}

func TestPtyLimitSpeed(t *testing.T) {
	_, path, _ := cable(t, 19200)
	p := open(t, path)
	if err := p.LimitSpeed(0); err == nil {
		t.Error("a limit of no speed was taken")
	}
	if err := p.LimitSpeed(19200 * physic.Hertz); err != nil {
		t.Fatal(err)
	}
	says(t, connect(t, p, 115200), "no faster than the wires carry")
}

// TestPtyRefuses: a pty has no parity bit and says so only to who reads its
// settings back.
func TestPtyRefuses(t *testing.T) {
	_, path, _ := cable(t, 9600)
	p := open(t, path)
	for _, s := range []uart.Settings{{Baud: 9600, Parity: periph.Even}, {Baud: 9600, Bits: 7}} {
		if _, err := uart.Connect(p, s); !errors.Is(err, drivers.ErrRefused) {
			t.Errorf("%s: got %v, want refused", s, err)
		}
	}
	for _, s := range []uart.Settings{
		{},
		{Baud: -1},
		{Baud: 1 << 30},
		{Baud: 9600, Bits: 9},
		{Baud: 9600, Stop: 3},
		{Baud: 9600, Stop: periph.OneHalf},
		{Baud: 9600, Bits: 5, Stop: periph.Two},
		{Baud: 9600, Parity: 'X'},
		{Baud: 9600, Flow: 1},
	} {
		if _, err := uart.Connect(p, s); err == nil {
			t.Errorf("%+v was taken", s)
		}
	}
	says(t, connect(t, p, 9600), "still works")
}

func TestPtyForOneProgram(t *testing.T) {
	_, path, _ := cable(t, 9600)
	p := open(t, path)
	if _, err := uart.Open(path); !errors.Is(err, drivers.ErrInUse) {
		t.Fatalf("second opening: %v, want in use", err)
	}
	if !exclusive(t, path) {
		t.Error("other users could open the port")
	}
	for range 2 {
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if exclusive(t, path) {
		t.Error("the closed port keeps others out")
	}
	says(t, connect(t, open(t, path), 9600), "again")
}

// exclusive asks the tty whether TIOCEXCL is on; only root may open it then.
func exclusive(t *testing.T, path string) bool {
	t.Helper()
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY, 0)
	if errors.Is(err, unix.EBUSY) {
		return true
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	on, err := unix.IoctlGetUint32(fd, unix.TIOCGEXCL)
	if err != nil {
		t.Fatal(err)
	}
	return on != 0
}

func TestPtyUnplugged(t *testing.T) {
	c, path, _ := cable(t, 9600)
	p := open(t, path)
	l := connect(t, p, 9600)
	failed := make(chan error, 1)
	go func() {
		_, err := l.Read(t.Context(), make([]byte, 1), 0)
		failed <- err
	}()
	c.Unplug()
	if err := <-failed; !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("waiting read: %v, want gone", err)
	}
	if err := l.Write(t.Context(), []byte("x")); !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("write: %v, want gone", err)
	}
	if _, err := uart.Connect(p, uart.Settings{Baud: 9600}); !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("connect: %v, want gone", err)
	}
	if _, err := uart.Open(path); !errors.Is(err, drivers.ErrDeviceGone) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("open: %v, want gone", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Plug(); err != nil {
		t.Fatal(err)
	}
	says(t, connect(t, open(t, path), 9600), "back")
}

func TestPtyClosedWhileReading(t *testing.T) {
	_, path, _ := cable(t, 9600)
	p := open(t, path)
	l := connect(t, p, 9600)
	failed := make(chan error, 1)
	go func() {
		_, err := l.Read(t.Context(), make([]byte, 1), 0)
		failed <- err
	}()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("waiting read: %v, want gone", err)
	}
	if _, err := uart.Connect(p, uart.Settings{Baud: 9600}); !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("connecting after that: %v, want gone", err)
	}
}

func TestPtyTx(t *testing.T) {
	_, path, _ := cable(t, 9600)
	c, err := open(t, path).Connect(9600*physic.Hertz, periph.One, periph.NoParity, periph.NoFlow, 8)
	if err != nil {
		t.Fatal(err)
	}
	if c.String() != path {
		t.Errorf("the connection is called %q", c)
	}
	answer := make([]byte, 4)
	if err := c.Tx([]byte("ping"), answer); err != nil || string(answer) != "ping" {
		t.Fatalf("got %q, %v", answer, err)
	}
	if err := c.(uart.Stream).SetReadDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := c.Tx(nil, answer); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("past the deadline: %v", err)
	}
}

func TestOpenWhatIsNoPort(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, "/dev/null", filepath.Dir(file)} {
		if p, err := uart.Open(path); err == nil {
			t.Errorf("%s was opened as %s", path, p)
		} else if errors.Is(err, drivers.ErrDeviceGone) || errors.Is(err, drivers.ErrInUse) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
