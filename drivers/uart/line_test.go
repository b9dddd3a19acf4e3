package uart_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/physic"
	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/uart"
)

// pipePort is a port over one end of a net.Pipe.
type pipePort struct{ net.Conn }

func (p pipePort) String() string { return "pipe" }
func (p pipePort) Connect(physic.Frequency, periph.Stop, periph.Parity, periph.Flow, int) (conn.Conn, error) {
	return pipeConn(p), nil
}

type pipeConn struct{ net.Conn }

func (pipeConn) String() string       { return "pipe" }
func (pipeConn) Duplex() conn.Duplex  { return conn.Full }
func (pipeConn) Tx(_, _ []byte) error { return errors.New("not used") }

// onPipe tells a story of a line in a bubble of its own time; far is its other end.
func onPipe(t *testing.T, tell func(t *testing.T, l *uart.Line, far net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer func() { _ = far.Close() }()
		l := connect(t, pipePort{near}, 9600)
		defer func() { _ = l.Close() }()
		tell(t, l, far)
	})
}

func say(far io.Writer, chunks ...string) {
	go func() {
		for _, c := range chunks {
			_, _ = io.WriteString(far, c)
		}
	}()
}

func TestLineWaits(t *testing.T) {
	onPipe(t, func(t *testing.T, l *uart.Line, far net.Conn) {
		start := time.Now()
		if _, err := l.Read(t.Context(), make([]byte, 1), time.Second); !errors.Is(err, drivers.ErrNoAnswer) || time.Since(start) != time.Second {
			t.Errorf("got %v after %v, want no answer after a second", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start = time.Now()
		if _, err := l.Read(ctx, make([]byte, 1), 0); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, drivers.ErrNoAnswer) || time.Since(start) != time.Minute {
			t.Errorf("got %v after %v, want the context's error after a minute", err, time.Since(start))
		}
		if err := l.Write(ctx, []byte("x")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("writing after that: %v", err)
		}
		say(far, "late")
		synctest.Wait()
		got := make([]byte, 8)
		if n, err := l.Read(t.Context(), got, time.Second); err != nil || string(got[:n]) != "late" {
			t.Errorf("read %q, %v", got[:n], err)
		}
	})
}

func TestLineCancelled(t *testing.T) {
	onPipe(t, func(t *testing.T, l *uart.Line, far net.Conn) {
		for range 100 { // a cancel from before must not cut the next read short
			ctx, cancel := context.WithCancel(t.Context())
			go cancel()
			if _, err := l.Read(ctx, make([]byte, 1), time.Minute); !errors.Is(err, context.Canceled) {
				t.Fatalf("got %v, want cancelled", err)
			}
			say(far, "x")
			if _, err := l.Read(t.Context(), make([]byte, 1), time.Minute); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestLineReadFull(t *testing.T) {
	onPipe(t, func(t *testing.T, l *uart.Line, far net.Conn) {
		say(far, "a", "bcd", "efgh")
		for _, want := range []string{"ab", "cdef", "gh"} {
			got := make([]byte, len(want))
			if err := l.ReadFull(t.Context(), got, time.Second); err != nil || string(got) != want {
				t.Fatalf("read %q, %v, want %q", got, err, want)
			}
		}
		say(far, "broken")
		start := time.Now()
		if err := l.ReadFull(t.Context(), make([]byte, 10), time.Second); !errors.Is(err, drivers.ErrNoAnswer) || time.Since(start) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

func TestLineWriteIsBounded(t *testing.T) {
	onPipe(t, func(t *testing.T, l *uart.Line, _ net.Conn) {
		start := time.Now()
		if err := l.Write(t.Context(), make([]byte, 960)); !errors.Is(err, drivers.ErrNoAnswer) {
			t.Errorf("got %v, want no answer", err)
		}
		if took := time.Since(start); took < time.Second || took > 5*time.Second {
			t.Errorf("gave up after %v", took)
		}
	})
}

func TestLineEnds(t *testing.T) {
	onPipe(t, func(t *testing.T, l *uart.Line, far net.Conn) {
		_ = far.Close()
		for range 2 {
			if _, err := l.Read(t.Context(), make([]byte, 1), 0); !errors.Is(err, drivers.ErrDeviceGone) {
				t.Errorf("read: %v, want gone", err)
			}
		}
		if err := l.Write(t.Context(), []byte("x")); !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("write: %v, want gone", err)
		}
		if err := l.Drain(t.Context(), time.Second); !errors.Is(err, drivers.ErrDeviceGone) {
			t.Errorf("drain: %v, want gone", err)
		}
	})
}

func TestLineDrain(t *testing.T) {
	onPipe(t, func(t *testing.T, l *uart.Line, far net.Conn) {
		say(far, "old", "older")
		if err := l.Drain(t.Context(), 50*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		say(far, "new")
		got := make([]byte, 3)
		if err := l.ReadFull(t.Context(), got, time.Second); err != nil || string(got) != "new" {
			t.Errorf("read %q, %v", got, err)
		}
		stop := babble(far, 10*time.Millisecond, noise) // never silent for so long
		start := time.Now()
		if err := l.Drain(t.Context(), 50*time.Millisecond); !errors.Is(err, drivers.ErrProtocol) || time.Since(start) > 15*time.Second {
			t.Errorf("got %v after %v from a line that never falls silent", err, time.Since(start))
		}
		stop()
		stop = babble(far, 0, noise) // and never gives time a chance to pass
		if err := l.Drain(t.Context(), 50*time.Millisecond); !errors.Is(err, drivers.ErrProtocol) {
			t.Errorf("got %v from a line that is never silent", err)
		}
		stop()
	})
}

const (
	second = time.Second
	noise  = "\xAA\x55 not a frame"
)

// babble talks until it is stopped.
func babble(far net.Conn, pause time.Duration, what string) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			_, _ = io.WriteString(far, what)
			time.Sleep(pause)
		}
	}()
	return func() {
		cancel()
		_ = far.SetWriteDeadline(time.Unix(1, 0))
		<-done
		_ = far.SetWriteDeadline(time.Time{})
	}
}

// bracketed finds "[...]"; at a silence an unclosed one counts too, if it says so
// with "~".
func bracketed(data []byte, silent bool) (int, []byte, error) {
	start := bytes.IndexByte(data, '[')
	if start < 0 {
		return len(data), nil, nil
	}
	if start > 0 {
		return start, nil, nil
	}
	if bytes.HasPrefix(data, []byte("[!")) {
		return 2, nil, drivers.ErrRefused
	}
	if end := bytes.IndexByte(data, ']'); end > 0 {
		return end + 1, data[1:end], nil
	}
	if silent && bytes.HasPrefix(data, []byte("[~")) {
		return len(data), data[2:], nil
	}
	return 0, nil, nil
}

func TestLineFrames(t *testing.T) {
	for _, c := range []struct {
		name   string
		chunks []string
		want   []string // frames, then errors by their text
	}{
		{"one", []string{"[a]"}, []string{"a", "no answer"}},
		{"byte by byte", []string{"[", "a", "b", "]"}, []string{"ab", "no answer"}},
		{"two at once", []string{"[a][b]"}, []string{"a", "b", "no answer"}},
		{"noise around", []string{"xx", "y[a]z", "[b]"}, []string{"a", "b", "no answer"}},
		{"empty", []string{"[]"}, []string{"", "no answer"}},
		{"broken off", []string{"[abc"}, []string{"protocol", "no answer"}},
		{"ended by silence", []string{"[~ab", "c"}, []string{"abc", "no answer"}},
		{"refused, the next stays", []string{"[![b]"}, []string{"refused", "b"}},
		{"too long", []string{"[", string(make([]byte, 9000))}, []string{"protocol", "no answer"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			onPipe(t, func(t *testing.T, l *uart.Line, far net.Conn) {
				say(far, c.chunks...)
				for _, want := range c.want {
					frame, err := l.Frame(t.Context(), second, 80*time.Millisecond, bracketed)
					if got := told(frame, err); got != want {
						t.Errorf("got %q (%v), want %q", got, err, want)
					}
				}
			})
		})
	}
}

func told(frame []byte, err error) string {
	switch {
	case errors.Is(err, drivers.ErrNoAnswer):
		return "no answer"
	case errors.Is(err, drivers.ErrProtocol):
		return "protocol"
	case errors.Is(err, drivers.ErrRefused):
		return "refused"
	case err != nil:
		return err.Error()
	}
	return string(frame)
}

// TestLineFrameIsBounded: neither noise nor a frame that drips in holds a call for
// ever.
func TestLineFrameIsBounded(t *testing.T) {
	onPipe(t, func(t *testing.T, l *uart.Line, far net.Conn) {
		stop := babble(far, 0, noise)
		if _, err := l.Frame(t.Context(), 0, 0, bracketed); !errors.Is(err, drivers.ErrProtocol) {
			t.Errorf("noise: %v", err)
		}
		stop()
		if err := l.Drain(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		stop = babble(far, 10*time.Millisecond, noise)
		start := time.Now()
		if _, err := l.Frame(t.Context(), 200*time.Millisecond, 0, bracketed); !errors.Is(err, drivers.ErrNoAnswer) || time.Since(start) > second {
			t.Errorf("noise in place of an answer: %v after %v", err, time.Since(start))
		}
		stop()
	})
	onPipe(t, func(t *testing.T, l *uart.Line, far net.Conn) {
		say(far, "[")
		stop := babble(far, 70*time.Millisecond, "a")
		defer stop()
		start := time.Now()
		if _, err := l.Frame(t.Context(), second, 80*time.Millisecond, bracketed); !errors.Is(err, drivers.ErrProtocol) || time.Since(start) > time.Minute {
			t.Errorf("dripping frame: %v after %v", err, time.Since(start))
		}
	})
}

var _ bufio.SplitFunc = bracketed

// deaf is a port whose connection has no deadlines.
type deaf struct{ pipePort }

func (deaf) Connect(physic.Frequency, periph.Stop, periph.Parity, periph.Flow, int) (conn.Conn, error) {
	return struct{ conn.Conn }{}, nil
}

func TestLineNeedsDeadlines(t *testing.T) {
	if _, err := uart.Connect(deaf{}, uart.Settings{Baud: 9600}); err == nil {
		t.Error("a line without deadlines was taken")
	}
}
