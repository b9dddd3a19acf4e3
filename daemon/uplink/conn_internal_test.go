package uplink

import (
	"bytes"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"golang.org/x/sys/unix"
)

// wireTap counts what reaches the operating system, or the TLS layer, and holds
// writes back while gate is shut.
type wireTap struct {
	net.Conn
	gate          chan struct{} // nil: open
	mu            sync.Mutex
	reads, writes int
	out           bytes.Buffer
	in            io.Reader
	deadline      time.Time
	closed        chan struct{}
}

func (w *wireTap) Read(p []byte) (int, error) {
	w.mu.Lock()
	w.reads++
	w.mu.Unlock()
	return w.in.Read(p)
}

func (w *wireTap) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.writes++
	late := time.NewTimer(time.Until(w.deadline))
	w.mu.Unlock()
	defer late.Stop()
	if w.gate != nil {
		select {
		case <-w.gate:
		case <-late.C:
			return 0, errors.New("too late")
		case <-w.closed:
			return 0, net.ErrClosed
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

func (w *wireTap) SetWriteDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deadline = t
	return nil
}

func (w *wireTap) Close() error {
	select {
	case <-w.closed:
	default:
		close(w.closed)
	}
	return nil
}

func publishPacket(n, size int) []byte {
	m := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	m.TopicName, m.Qos, m.MessageID, m.Payload = "k1/99/h001/k/up/req", 1, uint16(n+1), bytes.Repeat([]byte{byte(n)}, size)
	var b bytes.Buffer
	_ = m.Write(&b) // into memory
	return b.Bytes()
}

// TestReadsAreBlocks: the library reads each packet in three calls; the
// connection is read in few.
func TestReadsAreBlocks(t *testing.T) {
	var stream []byte
	for n := range 100 {
		stream = append(stream, publishPacket(n, 1000)...)
	}
	tap := &wireTap{in: bytes.NewReader(stream), closed: make(chan struct{})}
	g := guard(tap)
	defer g.Close()
	for n := range 100 {
		p, err := packets.ReadPacket(g)
		if err != nil || p.(*packets.PublishPacket).MessageID != uint16(n+1) {
			t.Fatalf("packet %d: %v", n, err)
		}
	}
	if most := len(stream)/(16<<10) + 2; tap.reads > most {
		t.Errorf("%d reads for 100 packets, want %d at most", tap.reads, most)
	}
}

// TestWritesGather: what is written while a write is under way goes out in one.
func TestWritesGather(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tap := &wireTap{gate: make(chan struct{}), closed: make(chan struct{})}
		g := guard(tap)
		var want []byte
		for n := range 51 {
			b := publishPacket(n, 200)
			want = append(want, b...)
			if _, err := g.Write(b); err != nil {
				t.Fatal(err)
			}
			b[20] ^= 0xff // the library may use its buffer again
			if n == 0 {
				synctest.Wait() // the first write is under way
			}
		}
		close(tap.gate)
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(tap.out.Bytes(), want) || tap.writes != 2 {
			t.Errorf("%d of %d bytes in %d writes, want 2", tap.out.Len(), len(want), tap.writes)
		}
	})
}

// TestBoundedMemory: a peer that reads nothing does not fill the memory, and is
// noticed within the time for a write.
func TestBoundedMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tap := &wireTap{gate: make(chan struct{}), closed: make(chan struct{})}
		g := guard(tap)
		begun, taken := time.Now(), 0
		var err error
		for err == nil {
			if _, err = g.Write(publishPacket(0, 10_000)); err == nil {
				taken++
			}
		}
		if took := time.Since(begun); took > writeTimeout || taken > 2*maxGathered/10_000 {
			t.Errorf("%d packets taken, noticed after %v: %v", taken, took, err)
		}
		<-tap.closed // so that the reader learns of it
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestClosingTakesAMoment: a goodbye that nobody reads does not keep anybody.
func TestClosingTakesAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tap := &wireTap{gate: make(chan struct{}), closed: make(chan struct{})}
		g := guard(tap)
		_, _ = g.Write([]byte{0xe0, 0})
		begun := time.Now()
		for range 2 {
			if err := g.Close(); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(begun); took > 2*quiesce {
			t.Errorf("took %v", took)
		}
		if _, err := g.Write([]byte{1}); err == nil {
			t.Error("writes after its end")
		}
	})
}

// TestSocketOptions: the kernel watches for a peer that is half gone, and a bearer
// that is not there is told as that.
func TestSocketOptions(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dial := func(w Way) (net.Conn, error) {
		return (&net.Dialer{Control: w.prepare}).DialContext(t.Context(), "tcp", l.Addr().String())
	}
	for _, bearer := range []string{"", "lo"} {
		c, err := dial(Way{Bearer: bearer})
		if err != nil {
			t.Fatalf("over %q: %v", bearer, err)
		}
		raw, err := c.(*net.TCPConn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		err = raw.Control(func(fd uintptr) {
			ms, err := unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT)
			if err != nil || ms != int(ackTimeout.Milliseconds()) {
				t.Errorf("the kernel waits %d ms, %v", ms, err)
			}
			name, err := unix.GetsockoptString(int(fd), unix.SOL_SOCKET, unix.SO_BINDTODEVICE)
			if err != nil || name != bearer {
				t.Errorf("bound to %q, %v; want %q", name, err, bearer)
			}
		})
		if err = errors.Join(err, c.Close()); err != nil {
			t.Error(err)
		}
	}
	_, err = dial(Way{Bearer: "wwan9"})
	if why := troubleOf(err, "tls://b:1 over wwan9"); !strings.Contains(why.text, "centre.bearers") {
		t.Errorf("told as %q", why.text)
	}
}

// TestOrderOfWays: a bearer is left only when no broker can be reached over it.
func TestOrderOfWays(t *testing.T) {
	c := Config{Broker: "tls://a:1", Fallback: "tls://b:1", Bearers: []string{"eth0", "wwan0"}}
	var got []string
	for _, w := range c.ways() {
		got = append(got, w.String())
	}
	want := []string{"tls://a:1 over eth0", "tls://b:1 over eth0", "tls://a:1 over wwan0", "tls://b:1 over wwan0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := (Config{Broker: "tls://a:1"}).ways(); !slices.Equal(got, []Way{{Broker: "tls://a:1"}}) {
		t.Errorf("got %v", got)
	}
}
