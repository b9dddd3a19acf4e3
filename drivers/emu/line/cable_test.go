package line_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
	"motcua/drivers/emu/line"
	"motcua/drivers/uart"
)

// parrot says back each line that it hears, and counts how often it was started.
type parrot struct {
	starts atomic.Int32
	baud   atomic.Int64
}

func (p *parrot) Baud() int { return int(p.baud.Load()) }

func (p *parrot) Run(_ context.Context, wire io.ReadWriter) {
	p.starts.Add(1)
	for r := bufio.NewReader(wire); ; {
		said, err := r.ReadBytes('\n')
		if err != nil {
			return
		}
		_, _ = wire.Write(said)
	}
}

// ends makes a cable of each kind.
var ends = []struct {
	name string
	make func(t *testing.T, d line.Device, seed uint64) (*line.Cable, error)
}{
	{"memory", func(_ *testing.T, d line.Device, seed uint64) (*line.Cable, error) { return line.InMemory(d, seed) }},
	{"pty", func(t *testing.T, d line.Device, seed uint64) (*line.Cable, error) {
		return line.OnPTY(filepath.Join(t.TempDir(), "device"), d, seed)
	}},
}

func onEach(t *testing.T, tell func(t *testing.T, c *line.Cable, p *parrot)) {
	for _, end := range ends {
		t.Run(end.name, func(t *testing.T) {
			p := &parrot{}
			p.baud.Store(9600)
			c, err := end.make(t, p, 7)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			tell(t, c, p)
		})
	}
}

func connect(t *testing.T, c *line.Cable, baud int) *uart.Line {
	t.Helper()
	port, err := c.Open()
	if err != nil {
		t.Fatal(err)
	}
	l, err := uart.Connect(port, uart.Settings{Baud: baud})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// ask says a line and reads as many bytes as the answer should have.
func ask(t *testing.T, l *uart.Line, text string, n int) (string, error) {
	t.Helper()
	if err := l.Write(t.Context(), []byte(text)); err != nil {
		return "", err
	}
	got := make([]byte, n)
	err := l.ReadFull(t.Context(), got, wait)
	return string(got), err
}

// wait is for what comes; short is for what does not.
const (
	wait  = 5 * time.Second
	short = 100 * time.Millisecond
)

func wants(t *testing.T, l *uart.Line, say, want string) {
	t.Helper()
	if got, err := ask(t, l, say, len(want)); err != nil || got != want {
		t.Fatalf("got %q, %v, want %q", got, err, want)
	}
}

func quiet(t *testing.T, l *uart.Line) {
	t.Helper()
	got := make([]byte, 100)
	if n, err := l.Read(t.Context(), got, short); !errors.Is(err, drivers.ErrNoAnswer) {
		t.Fatalf("got %q, %v, want silence", got[:n], err)
	}
}

func TestPulledAndPluggedIn(t *testing.T) {
	onEach(t, func(t *testing.T, c *line.Cable, p *parrot) {
		l := connect(t, c, 9600)
		wants(t, l, "one\n", "one\n")
		if _, err := c.Open(); !errors.Is(err, drivers.ErrInUse) {
			t.Errorf("opened twice: %v", err)
		}
		if err := c.Plug(); err == nil {
			t.Error("plugged in twice")
		}
		c.Unplug()
		c.Unplug()
		if _, err := ask(t, l, "two\n", 4); !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("pulled: %v", err)
		}
		if _, err := c.Open(); !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("opened while pulled: %v", err)
		}
		_ = l.Close()
		if err := c.Plug(); err != nil {
			t.Fatal(err)
		}
		wants(t, connect(t, c, 9600), "three\n", "three\n")
		if n := p.starts.Load(); n != 2 {
			t.Errorf("the device had power %d times, want twice", n)
		}
	})
}

func TestRestarted(t *testing.T) {
	onEach(t, func(t *testing.T, c *line.Cable, p *parrot) {
		l := connect(t, c, 9600)
		wants(t, l, "one\n", "one\n")
		if err := l.Write(t.Context(), []byte("forgot")); err != nil {
			t.Fatal(err)
		}
		quiet(t, l)
		c.Restart()
		wants(t, l, "ten\n", "ten\n")
		if n := p.starts.Load(); n != 2 {
			t.Errorf("the device had power %d times, want twice", n)
		}
	})
}

func TestClosedAndOpenedAnew(t *testing.T) {
	onEach(t, func(t *testing.T, c *line.Cable, _ *parrot) {
		l := connect(t, c, 9600)
		if err := l.Write(t.Context(), []byte("nobody reads the answer\n")); err != nil {
			t.Fatal(err)
		}
		quietly := connectAfter(t, c, l)
		wants(t, quietly, "new\n", "new\n")
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if err := c.Plug(); err == nil {
			t.Error("plugged in after its end")
		}
	})
}

// connectAfter reads the first byte of an answer, closes, and connects anew.
func connectAfter(t *testing.T, c *line.Cable, l *uart.Line) *uart.Line {
	t.Helper()
	if _, err := l.Read(t.Context(), make([]byte, 1), wait); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return connect(t, c, 9600)
}

// TestFaults lets each fault befall an answer and looks at what arrives, then at
// the next answer, which none befalls.
func TestFaults(t *testing.T) {
	onEach(t, func(t *testing.T, c *line.Cable, _ *parrot) {
		l := connect(t, c, 9600)
		for _, f := range []struct {
			fault line.Fault
			n     int // bytes that arrive; 0 none
			check func(got string) bool
		}{
			{line.OneByte, 6, func(s string) bool { return s == "hello\n" }},
			{line.Split, 6, func(s string) bool { return s == "hello\n" }},
			{line.Ready, 7, func(s string) bool { return s == "\x55hello\n" }},
			{line.Twice, 12, func(s string) bool { return s == "hello\nhello\n" }},
			{line.Flipped, 6, func(s string) bool { return bits(s, "hello\n") == 1 }},
			{line.Noise, 6, func(s string) bool { return s != "hello\n" }},
			{line.Merged, 0, nil},
			{line.Late, 0, nil},
		} {
			c.Inject(f.fault)
			if f.n == 0 {
				if err := l.Write(t.Context(), []byte("hello\n")); err != nil {
					t.Fatal(err)
				}
				quiet(t, l)
				wants(t, l, "bye\n", "hello\nbye\n")
			} else if got, err := ask(t, l, "hello\n", f.n); err != nil || !f.check(got) {
				t.Errorf("%s: got %q, %v", f.fault, got, err)
			}
			if n := c.Pending(); n != 0 {
				t.Errorf("%s did not befall anything", f.fault)
			}
			wants(t, l, "next\n", "next\n")
		}
	})
}

// bits counts those that differ.
func bits(a, b string) (n int) {
	for i := range min(len(a), len(b)) {
		for x := a[i] ^ b[i]; x != 0; x &= x - 1 {
			n++
		}
	}
	return n
}

// TestFaultsThatShortenOrEnd: what arrives is a beginning of the frame, or noise
// and the frame.
func TestFaultsThatShortenOrEnd(t *testing.T) {
	onEach(t, func(t *testing.T, c *line.Cable, p *parrot) {
		l := connect(t, c, 9600)
		c.Inject(line.Garbage)
		if got := all(t, l, "hello\n"); !strings.HasSuffix(got, "hello\n") || len(got) == 6 {
			t.Errorf("garbage: %q", got)
		}
		c.Inject(line.Truncated)
		if got := all(t, l, "hello\n"); !strings.HasPrefix("hello\n", got) || len(got) == 6 {
			t.Errorf("truncated: %q", got)
		}
		c.Inject(line.Reset)
		if got := all(t, l, "hello\n"); !strings.HasPrefix("hello\n", got) || len(got) == 6 {
			t.Errorf("reset: %q", got)
		}
		wants(t, l, "again\n", "again\n")
		if n := p.starts.Load(); n != 2 {
			t.Errorf("the device had power %d times, want twice", n)
		}
		c.Inject(line.Unplugged)
		if _, err := ask(t, l, "hello\n", 6); !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("unplugged: %v", err)
		}
		_ = l.Close()
		if err := c.Plug(); err != nil {
			t.Fatal(err)
		}
		wants(t, connect(t, c, 9600), "back\n", "back\n")
	})
}

// all is what comes until it is quiet.
func all(t *testing.T, l *uart.Line, say string) (got string) {
	t.Helper()
	if err := l.Write(t.Context(), []byte(say)); err != nil {
		t.Fatal(err)
	}
	for buf := make([]byte, 100); ; {
		n, err := l.Read(t.Context(), buf, short)
		if errors.Is(err, drivers.ErrNoAnswer) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		got += string(buf[:n])
	}
}

func TestLateIsReleased(t *testing.T) {
	onEach(t, func(t *testing.T, c *line.Cable, _ *parrot) {
		l := connect(t, c, 9600)
		c.Inject(line.Late)
		if err := l.Write(t.Context(), []byte("slow\n")); err != nil {
			t.Fatal(err)
		}
		quiet(t, l)
		c.Release()
		wants(t, l, "", "slow\n")
	})
}

func TestAnotherSpeed(t *testing.T) {
	onEach(t, func(t *testing.T, c *line.Cable, p *parrot) {
		l := connect(t, c, 115200)
		if got := all(t, l, "hello, hello, hello\n"); strings.Contains(got, "hello") {
			t.Errorf("understood at another speed: %q", got)
		}
		p.baud.Store(115200)
		if got := all(t, l, "\nhello\n"); !strings.HasSuffix(got, "\nhello\n") {
			t.Errorf("got %q at the device's speed", got)
		}
	})
}

// TestChanceIsSeeded plays the same storm twice in memory: with one seed the host
// reads the same bytes, with another it does not.
func TestChanceIsSeeded(t *testing.T) {
	var seen []string
	for _, seed := range []uint64{1, 1, 2} {
		synctest.Test(t, func(t *testing.T) { seen = append(seen, storm(t, seed)) })
	}
	if seen[0] != seen[1] {
		t.Error("one seed, two storms")
	}
	if seen[0] == seen[2] {
		t.Error("two seeds, one storm")
	}
}

func storm(t *testing.T, seed uint64) string {
	p := &parrot{}
	p.baud.Store(9600)
	c, err := line.InMemory(p, seed)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	l := connect(t, c, 9600)
	c.Storm(0.5, line.Garbage, line.Flipped, line.Truncated, line.Twice, line.Noise, line.Split, line.Merged)
	var said, heard strings.Builder
	for i := range 50 {
		frame := fmt.Sprintf("frame %d\n", i)
		said.WriteString(frame)
		heard.WriteString(all(t, l, frame))
	}
	if heard.String() == said.String() {
		t.Error("no storm")
	}
	return heard.String()
}

// TestNobodyReads: the device never waits for the host, and what exceeds a port's
// memory is lost, be it what is asked last.
func TestNobodyReads(t *testing.T) {
	onEach(t, func(t *testing.T, c *line.Cable, _ *parrot) {
		l := connect(t, c, 9600)
		for range 400 {
			if err := l.Write(t.Context(), []byte(strings.Repeat("x", 499)+"\n")); err != nil {
				t.Fatal(err)
			}
		}
		for range 50 {
			if strings.HasSuffix(all(t, l, "still there\n"), "still there\n") {
				return
			}
		}
		t.Error("it does not answer any more")
	})
}
