package main

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// Pace of a generator. A kiosk resends after 15 s; here it is less, so that the
// tests are bounded.
const (
	openMost    = 4
	pace        = 40 * time.Millisecond
	resendAfter = 3 * time.Second
)

// generator is a kiosk that never stops sending, and goes to the next node when
// it loses its own.
type generator struct {
	*gatewaytest.Device
	c    *cluster
	next int // node to try

	mu      sync.Mutex
	pending map[request.ID]*inFlight
	known   map[request.ID][]byte // receipts
	last    time.Time
	longest time.Duration
	ending  bool
}

type inFlight struct {
	gatewaytest.Message
	at time.Time
}

func newGenerator(c *cluster, d *gatewaytest.Device, n int) *generator {
	return &generator{Device: d, c: c, next: n, pending: map[request.ID]*inFlight{}, known: map[request.ID][]byte{}, last: time.Now()}
}

func (g *generator) receipts() int { g.mu.Lock(); defer g.mu.Unlock(); return len(g.known) }
func (g *generator) finish()       { g.mu.Lock(); defer g.mu.Unlock(); g.ending = true }

func (g *generator) resetSilence() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last, g.longest = time.Now(), 0
}

func (g *generator) silence() time.Duration { g.mu.Lock(); defer g.mu.Unlock(); return g.longest }

// run sends until finish was called and nothing is open any more.
func (g *generator) run(ctx context.Context, t *testing.T) {
	for ctx.Err() == nil {
		lost := make(chan struct{})
		client := g.connect(t, lost)
		if client == nil {
			time.Sleep(pace)
			continue
		}
		done := g.send(ctx, t, client, lost)
		client.Disconnect(0)
		if done {
			return
		}
	}
}

func (g *generator) connect(t *testing.T, lost chan struct{}) mqtt.Client {
	cert := g.TLS()
	node := clusterNodes[g.next%len(clusterNodes)]
	g.next++
	o := options(g.c.world, g.c.ports[node], g.Branch.Device, &cert).SetConnectTimeout(5 * time.Second).SetWriteTimeout(5 * time.Second).
		SetOrderMatters(false).SetConnectionLostHandler(func(mqtt.Client, error) { close(lost) })
	client := mqtt.NewClient(o)
	if token := client.Connect(); !token.WaitTimeout(5*time.Second) || token.Error() != nil {
		client.Disconnect(0)
		return nil
	}
	token := client.Subscribe(g.Branch.Down(wire.DownReceipt), wire.QoSReceipt, func(_ mqtt.Client, m mqtt.Message) { g.receipt(t, m.Payload()) })
	if !token.WaitTimeout(5*time.Second) || token.Error() != nil {
		client.Disconnect(0)
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, f := range g.pending {
		f.at = time.Time{} // again at once
	}
	return client
}

// receipt notes a receipt that is the centre's and new.
func (g *generator) receipt(t *testing.T, b []byte) {
	rc, err := envelope.VerifyReceipt(b, g.c.fleet.Roots, time.Now())
	if err != nil {
		t.Errorf("a receipt: %v", err)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if before, again := g.known[rc.ID]; again {
		if !bytes.Equal(before, b) {
			t.Errorf("two receipts for %s", rc.ID)
		}
		return
	}
	f, open := g.pending[rc.ID]
	if !open || f.Digest != rc.Digest || rc.Status != request.StatusAccepted {
		t.Errorf("a receipt for what was not sent, or not accepted: %+v", rc)
		return
	}
	delete(g.pending, rc.ID)
	g.known[rc.ID] = b
	g.longest, g.last = max(g.longest, time.Since(g.last)), time.Now()
}

// send keeps the window full, and reports whether everything is done.
func (g *generator) send(ctx context.Context, t *testing.T, client mqtt.Client, lost chan struct{}) bool {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return true
		case <-lost:
			return false
		case <-tick.C:
		}
		due, done := g.due(t)
		if done {
			return true
		}
		for _, b := range due {
			client.Publish(g.Branch.Up(wire.UpRequest), wire.QoSRequest, false, b)
		}
	}
}

func (g *generator) due(t *testing.T) (due [][]byte, done bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.pending) < openMost && !g.ending {
		m := g.CheckIn(t, gatewaytest.Person(g.person()), "internal")
		g.pending[m.Outer.ID] = &inFlight{Message: m}
	}
	for _, f := range g.pending {
		if time.Since(f.at) > resendAfter {
			f.at = time.Now()
			due = append(due, f.Bytes)
		}
	}
	return due, g.ending && len(g.pending) == 0
}

// person is somebody else for each request of each kiosk.
func (g *generator) person() int {
	n := 0
	for _, c := range g.Branch.Device[1:] {
		n = 10*n + int(c-'0')
	}
	return (n+1)*100000 + int(g.Seq)
}
