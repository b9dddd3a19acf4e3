package uplink_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"motcua/daemon/outbox"
	"motcua/daemon/uplink"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// TestBrokenBrokers tells what becomes of twenty requests when the broker does
// what brokers have been seen to do: each arrives, is receipted once on the
// screen, and nothing is taken for delivered that is not. Brokers that never
// acknowledge, acknowledge and lose, go half away or refuse are told of in
// loss_test.go and deliver_test.go.
func TestBrokenBrokers(t *testing.T) {
	const requests = 20
	settled := func(t *testing.T, k *kit, within time.Duration) {
		t.Helper()
		var ids []request.ID
		for n := range requests {
			ids = append(ids, k.save(n))
		}
		pass(within)
		for _, id := range ids {
			k.wantState(id, outbox.Receipted)
		}
		if _, receipts, _, _ := k.told(); len(receipts) != requests {
			t.Errorf("told of %d receipts", len(receipts))
		}
	}
	everything := newMemory(t)
	doubled := everything.broker()
	doubled.request = func(p *peer, m *packets.PublishPacket) {
		for range 3 {
			everything.request(p, m)
		}
	}
	story(t, "gives everything three times", doubled, func(t *testing.T, k *kit) {
		settled(t, k, time.Minute)
		if c := k.link.Counts(); c.Repeated != 2*requests || c.Sent != requests || c.BadReceipts != 0 {
			t.Errorf("counted %+v", c)
		}
	})
	story(t, "gives receipts in another order, and late", &broker{request: shuffled(t)}, func(t *testing.T, k *kit) {
		settled(t, k, time.Minute)
	})
	story(t, "forgets everything at each restart", forgetful(t), func(t *testing.T, k *kit) {
		settled(t, k, time.Minute)
		if k.broker.connections() < 3 {
			t.Error("it never restarted")
		}
		if n := k.link.Counts().Sent; n > 2*requests {
			t.Errorf("%d sendings", n)
		}
	})
	slow := func(p *peer, m *packets.PublishPacket) {
		time.Sleep(500 * time.Millisecond)
		answer(nil)(p, m)
	}
	story(t, "takes half a second for each message", &broker{request: slow}, func(t *testing.T, k *kit) {
		settled(t, k, 5*time.Minute)
		if n := k.broker.connections(); n != 1 {
			t.Errorf("%d connections: a slow broker is no dead one", n)
		}
	})
	throwsOut := func(p *peer, _ *packets.PublishPacket) { p.conn.Close() }
	story(t, "ends the connection of whoever publishes", &broker{request: throwsOut}, func(t *testing.T, k *kit) {
		id := k.save(1)
		pass(time.Hour)
		k.wantState(id, outbox.Sent)
		if n := k.broker.connections(); n < 60 || n > 150 {
			t.Errorf("%d connections in an hour", n)
		}
		k.broker.become(func() { k.broker.request = answer(nil) })
		pass(10 * time.Minute)
		k.wantState(id, outbox.Receipted)
	})
	story(t, "goes half away while a request is saved", &broker{}, func(t *testing.T, k *kit) {
		pass(time.Minute)
		k.broker.newest().freeze()
		k.save(1) // wakes the broker's end once
		k.save(2)
		pass(10*time.Second + time.Millisecond)
		if k.link.Online() {
			t.Error("not noticed within the time for a write")
		}
	})
}

// shuffled keeps receipts back and gives those of ten requests in reverse.
func shuffled(t *testing.T) func(*peer, *packets.PublishPacket) {
	var mu sync.Mutex
	var kept [][]byte
	return func(p *peer, m *packets.PublishPacket) {
		p.ack(m)
		mu.Lock()
		defer mu.Unlock()
		kept = append(kept, signed(t, receiptFor(t, m.Payload)))
		if len(kept) < 10 {
			return
		}
		slices.Reverse(kept)
		for _, b := range kept {
			p.send(branch().Down(wire.DownReceipt), b)
		}
		kept = nil
	}
}

// forgetful acknowledges, and restarts after each seventh request before the
// centre has got the last three; the centre itself remembers.
func forgetful(t *testing.T) *broker {
	c := newMemory(t)
	b := c.broker()
	n := 0
	b.request = func(p *peer, m *packets.PublishPacket) {
		n++
		if n > 14 || n%7 > 0 && n%7 < 5 {
			c.request(p, m)
			return
		}
		p.ack(m)
		if n%7 == 0 {
			p.conn.Close()
		}
	}
	return b
}

// noRequests is a queue with nothing in it.
type noRequests struct{}

func (noRequests) Due(context.Context, time.Time, int) ([]outbox.Entry, error) { return nil, nil }
func (noRequests) Next() (time.Time, bool)                                     { return time.Time{}, false }
func (noRequests) Hasten(time.Time)                                            {}
func (noRequests) MarkSent(context.Context, [16]byte, time.Time) error         { return nil }
func (noRequests) Get(context.Context, [16]byte) (outbox.Entry, error) {
	return outbox.Entry{}, outbox.ErrUnknown
}
func (noRequests) Settle(context.Context, [16]byte, []byte, string) error { return nil }
func (noRequests) Stats(context.Context) (outbox.Stats, error)            { return outbox.Stats{}, nil }
func (noRequests) Unreceipted(int) []uint64                               { return nil }
func (noRequests) Watch() (<-chan struct{}, func())                       { return nil, func() {} }

// TestStorm: a broker loses a hundred kiosks at once and stays away for two
// minutes, and again for a moment. At no time do more than 15 of them knock within
// a quarter of a second, and all are back soon. These are whole uplinks, with real
// dice, in faked time.
func TestStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const kiosks, most = 100, 15
		hall := &hall{}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range kiosks {
			u := uplink.New(uplink.Config{Branch: branch(), Dial: hall.dial, VerifyReceipt: verifyReceipt, VerifyResult: verifyResult},
				noRequests{}, slog.New(slog.DiscardHandler))
			wg.Go(func() {
				if err := u.Run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		pass(time.Hour)
		if n := hall.present(); n != kiosks {
			t.Fatalf("%d are connected", n)
		}
		for name, away := range map[string]time.Duration{"for two minutes": 2 * time.Minute, "for a moment": 0} {
			hall.leave()
			pass(away)
			hall.open(true)
			pass(time.Minute)
			knocks := hall.count()
			if worst := crowd(knocks, 250*time.Millisecond); worst > most {
				t.Errorf("away %s: %d kiosks within 250 ms, %d are allowed", name, worst, most)
			}
			if n := hall.present(); n != kiosks {
				t.Errorf("away %s: %d are connected a minute later", name, n)
			}
			pass(time.Hour)
		}
		cancel()
		hall.leave()
		wg.Wait()
	})
}

// hall is a broker for many that does nothing but answer.
type hall struct {
	mu     sync.Mutex
	shut   bool
	inside map[net.Conn]bool
	began  time.Time
	knocks []time.Duration // since it was left
}

func (h *hall) dial(context.Context, uplink.Way) (net.Conn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.knocks = append(h.knocks, time.Since(h.began))
	if h.shut {
		return nil, refused()
	}
	ours, theirs := net.Pipe()
	if h.inside == nil {
		h.inside = map[net.Conn]bool{}
	}
	h.inside[ours] = true
	go h.serve(ours)
	return theirs, nil
}

func (h *hall) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.inside, c)
	}()
	serveMQTT(c)
}

// serveMQTT answers CONNECT, SUBSCRIBE and pings until the connection ends.
func serveMQTT(c io.ReadWriter) {
	for {
		packet, err := packets.ReadPacket(c)
		if err != nil {
			return
		}
		var answer packets.ControlPacket
		switch m := packet.(type) {
		case *packets.ConnectPacket:
			answer = packets.NewControlPacket(packets.Connack)
		case *packets.SubscribePacket:
			suback := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
			suback.MessageID, suback.ReturnCodes = m.MessageID, make([]byte, len(m.Topics))
			answer = suback
		case *packets.PingreqPacket:
			answer = packets.NewControlPacket(packets.Pingresp)
		default:
			continue
		}
		if err := answer.Write(c); err != nil {
			return
		}
	}
}

// leave ends all connections and lets nobody in.
func (h *hall) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shut, h.began, h.knocks = true, time.Now(), nil
	for c := range h.inside {
		_ = c.Close()
	}
}

func (h *hall) open(yes bool) { h.mu.Lock(); defer h.mu.Unlock(); h.shut = !yes }
func (h *hall) present() int  { h.mu.Lock(); defer h.mu.Unlock(); return len(h.inside) }

func (h *hall) count() []time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(slices.Values(h.knocks))
}
