package uplink

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"golang.org/x/sys/unix"

	"motcua/daemon/outbox"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// BenchmarkBudget holds the link to its budget.
func BenchmarkBudget(b *testing.B) {
	b.Run("uplink/messages", benchMessages)
	b.Run("uplink/storm100", benchStorm)
	b.Run("uplink/half-open", benchHalfOpen)
}

// together is how many messages are on their way at once.
const together = most

// benchMessages compares messages of 1 KiB over the link, each acknowledged,
// with the same bytes over a bare TCP connection to a program that gives them
// back. Both take turns; 16 are under way.
func benchMessages(b *testing.B) {
	const batch = 2000
	payload := bytes.Repeat([]byte{'x'}, 1024)
	l := dialLink(b, serve(b, acknowledge))
	raw, err := net.Dial("tcp", serve(b, echo))
	if err != nil {
		b.Fatal(err)
	}
	defer raw.Close()
	var ours, theirs []float64
	for b.Loop() {
		start := time.Now()
		publishAll(b, l, payload, batch)
		ours = append(ours, batch/time.Since(start).Seconds())
		start = time.Now()
		echoAll(b, raw, payload, batch)
		theirs = append(theirs, batch/time.Since(start).Seconds())
	}
	b.ReportMetric(middle(ours), "figure:per-s")
	b.ReportMetric(middle(theirs), "against:raw-tcp-echo-per-s")
	b.ReportMetric(0.3, "budget:ratio-min")
}

func middle(all []float64) float64 { slices.Sort(all); return all[len(all)/2] }

// serve answers connections with f until the benchmark ends.
func serve(tb testing.TB, f func(net.Conn)) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); f(c) }()
		}
	}()
	return l.Addr().String()
}

func echo(c net.Conn) { _, _ = io.Copy(c, c) }

// acknowledge is a broker that does nothing else, as fast as it can.
func acknowledge(c net.Conn) {
	in, out := bufio.NewReaderSize(c, 64<<10), bufio.NewWriter(c)
	for {
		packet, err := packets.ReadPacket(in)
		if err != nil {
			return
		}
		if answer := answerTo(packet); answer != nil {
			_ = answer.Write(out) // Flush tells
		}
		if in.Buffered() == 0 && out.Flush() != nil {
			return
		}
	}
}

// answerTo is what a broker says to a packet.
func answerTo(packet packets.ControlPacket) packets.ControlPacket {
	switch m := packet.(type) {
	case *packets.ConnectPacket:
		return packets.NewControlPacket(packets.Connack)
	case *packets.SubscribePacket:
		a := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
		a.MessageID, a.ReturnCodes = m.MessageID, make([]byte, len(m.Topics))
		return a
	case *packets.PublishPacket:
		a := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
		a.MessageID = m.MessageID
		return a
	case *packets.PingreqPacket:
		return packets.NewControlPacket(packets.Pingresp)
	}
	return nil
}

func dialLink(tb testing.TB, address string) *link {
	tb.Helper()
	way := Way{Broker: address}
	p := path{way, func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{Control: way.prepare}).DialContext(ctx, "tcp", address)
	}}
	l, err := connect(tb.Context(), "k", p, connectTimeout)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(l.close)
	return l
}

func publishAll(tb testing.TB, l *link, payload []byte, n int) {
	var wg sync.WaitGroup
	for range together {
		wg.Go(func() {
			for range n / together {
				token := l.client.Publish("k1/99/h001/k/up/req", wire.QoSRequest, false, payload)
				if !token.WaitTimeout(connectTimeout) || token.Error() != nil {
					tb.Errorf("publishing: %v", token.Error())
					return
				}
			}
		})
	}
	wg.Wait()
}

// echoAll keeps as many messages under way.
func echoAll(tb testing.TB, c net.Conn, payload []byte, n int) {
	room := make(chan struct{}, together)
	go func() {
		for range n {
			room <- struct{}{}
			if _, err := c.Write(payload); err != nil {
				tb.Error(err)
				return
			}
		}
	}()
	in := make([]byte, len(payload))
	for range n {
		if _, err := io.ReadFull(c, in); err != nil {
			tb.Error(err)
			return
		}
		<-room
	}
}

// benchStorm ends a hundred kiosks' connections at once, by real sockets and in
// real time: how many come back within the worst quarter of a second.
func benchStorm(b *testing.B) {
	const kiosks = 100
	var mu sync.Mutex
	var came []time.Time
	inside := map[net.Conn]bool{}
	address := serve(b, func(c net.Conn) {
		mu.Lock()
		came, inside[c] = append(came, time.Now()), true
		mu.Unlock()
		acknowledge(c)
		mu.Lock()
		delete(inside, c)
		mu.Unlock()
	})
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	for range kiosks {
		u := New(stormConfig(address), idle{}, slog.New(slog.DiscardHandler))
		wg.Go(func() { _ = u.Run(ctx) })
	}
	worst := 0
	for b.Loop() {
		time.Sleep(stood + 2*time.Second) // all are in, and have been for long enough
		mu.Lock()
		if len(inside) != kiosks {
			b.Errorf("%d are connected", len(inside))
		}
		came = nil
		for c := range inside {
			_ = c.Close()
		}
		mu.Unlock()
		time.Sleep(lossWindow + time.Second)
		mu.Lock()
		for i, first := range came {
			n := 0
			for _, t := range came[i:] {
				if t.Sub(first) <= 250*time.Millisecond {
					n++
				}
			}
			worst = max(worst, n)
		}
		if len(came) < kiosks {
			b.Errorf("%d have come back", len(came))
		}
		mu.Unlock()
	}
	b.ReportMetric(float64(worst), "figure:connects-per-250ms")
	b.ReportMetric(15, "budget:connects-per-250ms")
}

// benchHalfOpen takes the power from a broker, as far as its kiosk can tell: from
// one moment on its kernel drops every packet. There is room in all buffers. The
// kiosk has something to send.
func benchHalfOpen(b *testing.B) {
	var mu sync.Mutex
	var peer *net.TCPConn
	address := serve(b, func(c net.Conn) {
		mu.Lock()
		peer = c.(*net.TCPConn)
		mu.Unlock()
		acknowledge(c)
	})
	var worst time.Duration
	for b.Loop() {
		l := dialLink(b, address)
		mu.Lock()
		dropEverything(b, peer)
		mu.Unlock()
		start := time.Now()
		if err := l.publish(b.Context(), "k1/99/h001/k/up/req", wire.QoSRequest, make([]byte, 4096)); err != nil {
			b.Fatal(err)
		}
		<-l.lost
		worst = max(worst, time.Since(start))
	}
	b.ReportMetric(worst.Seconds(), "figure:s-noticed")
	b.ReportMetric(writeTimeout.Seconds(), "budget:s-noticed")
}

// dropEverything attaches a filter that lets no packet through (socket(7),
// SO_ATTACH_FILTER): nothing is acknowledged any more, nothing refused either.
func dropEverything(tb testing.TB, c *net.TCPConn) {
	tb.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		tb.Fatal(err)
	}
	program := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 0}}
	cerr := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
			&unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]})
	})
	if err = errors.Join(err, cerr); err != nil {
		tb.Fatal(err)
	}
}

func stormConfig(address string) Config {
	return Config{
		Broker: "tls://" + address, Branch: wire.Branch{Province: "99", Facility: "h001", Device: "k"},
		VerifyReceipt: func([]byte) (request.Receipt, error) { return request.Receipt{}, io.EOF },
		VerifyResult:  func([]byte) (request.Result, error) { return request.Result{}, io.EOF },
		Dial: func(ctx context.Context, _ Way) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", address)
		},
	}
}

// idle is a queue with nothing in it.
type idle struct{ Queue }

func (idle) Due(context.Context, time.Time, int) ([]outbox.Entry, error) { return nil, nil }
func (idle) Next() (time.Time, bool)                                     { return time.Time{}, false }
func (idle) Hasten(time.Time)                                            {}
func (idle) Stats(context.Context) (outbox.Stats, error)                 { return outbox.Stats{}, nil }
func (idle) Watch() (<-chan struct{}, func())                            { return nil, func() {} }
