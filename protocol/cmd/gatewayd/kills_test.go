package main

import (
	"bytes"
	"context"
	"flag"
	"math/rand/v2"
	"os/exec"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

var kills = flag.Int("kills", 6, "how often gatewayd is killed while requests come in")

// TestKilledWhileReceiving kills gatewayd at random moments while devices send over
// real connections to its real broker. Each device sends what has no receipt again.
// What was receipted is written down outside; in the end the inbox has every
// request once, no receipt was taken back, and none was given twice.
func TestKilledWhileReceiving(t *testing.T) {
	w := newWorld(t)
	var devices []*sender
	for i, id := range []string{"k01", "k02", "k03"} {
		devices = append(devices, &sender{device: w.fleet.Device(t, id), from: i * 10_000_000, receipts: map[request.ID][]byte{}})
	}
	for round := range *kills {
		gatewayd := w.process(t)
		port := w.port(t)
		var wg sync.WaitGroup
		ctx, end := context.WithCancel(t.Context())
		for _, s := range devices {
			s.prepare(t, round)
			wg.Go(func() { s.life(ctx, w, port) })
		}
		time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
		kill9(t, gatewayd)
		end()
		wg.Wait()
	}
	gatewayd := w.process(t)
	port := w.port(t)
	total := 0
	for _, s := range devices {
		s.deliverAll(t, w, port)
		total += len(s.sent)
	}
	kill9(t, gatewayd)
	told := 0
	numbers := map[string]uint64{} // of the whole facility
	for _, s := range devices {
		told += s.told
		s.check(t, w, numbers)
	}
	t.Logf("%d kills: %d requests, each in the inbox once; %d receipts, of which %d had been given before a kill", *kills, total, total, told)
	if *kills > 3 && told == 0 {
		t.Error("no receipt was ever given before a kill")
	}
}

func kill9(t *testing.T, p *exec.Cmd) {
	t.Helper()
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait() // it was killed
}

// sender is a device and what it knows.
type sender struct {
	device  *gatewaytest.Device
	from    int // the first of its people
	sent    []gatewaytest.Message
	settled int // of sent, from the first on
	told    int // receipts that came before the last life

	mu       sync.Mutex
	receipts map[request.ID][]byte
	changed  []request.ID // whose receipt came again with other bytes
	roots    func([]byte) (request.Receipt, error)
}

// perLife is how many requests a device has for one life of gatewayd.
const perLife = 25

// prepare seals what the device sends in the next life.
func (s *sender) prepare(t *testing.T, round int) {
	t.Helper()
	if len(s.sent)-len(s.receipts) > 2*perLife {
		return // enough is left
	}
	for n := range perLife {
		s.sent = append(s.sent, s.device.CheckIn(t, gatewaytest.Person(s.from+round*perLife+n), "internal"))
	}
}

// life connects and sends what has no receipt, again and again, and the latest
// once more now and then: duplicates are the device's right.
func (s *sender) life(ctx context.Context, w *world, port string) {
	s.roots = func(b []byte) (request.Receipt, error) { return envelope.VerifyReceipt(b, w.fleet.Roots, time.Now()) }
	cert := s.device.TLS()
	client := mqtt.NewClient(options(w, port, s.device.Branch.Device, &cert).SetWriteTimeout(time.Second)) // or Publish waits 30 s for a broker that was killed
	if token := client.Connect(); !token.WaitTimeout(patience) || token.Error() != nil {
		return // killed before
	}
	defer client.Disconnect(0)
	client.Subscribe(s.device.Branch.Down(wire.DownReceipt), wire.QoSReceipt, func(_ mqtt.Client, m mqtt.Message) { s.receipt(m.Payload()) }).WaitTimeout(time.Second)
	defer s.count()
	lately := map[request.ID]time.Time{}
	for ctx.Err() == nil {
		for _, m := range s.next(lately) {
			if !client.IsConnectionOpen() {
				return
			}
			client.Publish(s.device.Branch.Up(wire.UpRequest), wire.QoSRequest, false, m.Bytes)
		}
		select {
		case <-ctx.Done():
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// window is how many requests may be under way, and again when one is sent once
// more. A centre that is slow is not helped by hearing everything all the time.
const (
	window = 16
	again  = time.Second
)

// next is what is sent now: the oldest without a receipt, unless they were sent
// lately, and now and then the latest whether or not they have one.
func (s *sender) next(lately map[request.ID]time.Time) []gatewaytest.Message {
	if rand.IntN(30) == 0 {
		return s.sent[max(len(s.sent)-window, 0):]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []gatewaytest.Message
	open := 0
	for _, m := range s.sent[s.settled:] {
		id := m.Outer.ID
		switch {
		case s.receipts[id] != nil && open == 0:
			s.settled++
		case s.receipts[id] == nil:
			open++
			if time.Since(lately[id]) > again {
				lately[id] = time.Now()
				all = append(all, m)
			}
		}
		if open == window {
			break
		}
	}
	return all
}

// count notes how many receipts there are at the end of a life.
func (s *sender) count() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = len(s.receipts)
}

func (s *sender) receipt(b []byte) {
	r, err := s.roots(b)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.receipts[r.ID]; old != nil && !bytes.Equal(old, b) {
		s.changed = append(s.changed, r.ID)
	}
	s.receipts[r.ID] = bytes.Clone(b)
}

// deliverAll sends until everything has its receipt, for as long as receipts come.
func (s *sender) deliverAll(t *testing.T, w *world, port string) {
	t.Helper()
	told := s.told
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan struct{})
	go func() { defer close(done); s.life(ctx, w, port) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for latest, at := 0, time.Now(); latest < len(s.sent) && time.Since(at) < patience; <-tick.C {
		s.mu.Lock()
		n := len(s.receipts)
		s.mu.Unlock()
		if n > latest {
			latest, at = n, time.Now()
		}
	}
	cancel()
	<-done
	s.told = told
	if len(s.receipts) != len(s.sent) {
		t.Errorf("%s: %d of %d requests have a receipt, and no more come", s.device.Branch.Device, len(s.receipts), len(s.sent))
	}
}

// check holds what the device was told to what the inbox has.
func (s *sender) check(t *testing.T, w *world, numbers map[string]uint64) {
	t.Helper()
	if len(s.changed) > 0 {
		t.Errorf("%s: %d requests got two different receipts", s.device.Branch.Device, len(s.changed))
	}
	inbox, err := inboxsqlite.Open(t.Context(), w.path("data/inbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer inbox.Close()
	err = inbox.Update(t.Context(), func(tx gateway.Tx) error {
		for _, m := range s.sent {
			if err := s.checkOne(t, tx, m, numbers); err != nil {
				return err
			}
		}
		beyond, err := tx.Near(s.device.Branch.Device, request.ID{}, s.device.Seq+2)
		if len(beyond) > 0 {
			t.Errorf("%s: the inbox has more than was sent", s.device.Branch.Device)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if alarms, err := inbox.Alarms(t.Context()); err != nil || len(alarms) > 0 {
		t.Errorf("alarms: %+v, %v", alarms, err)
	}
}

func (s *sender) checkOne(t *testing.T, tx gateway.Tx, m gatewaytest.Message, numbers map[string]uint64) error {
	t.Helper()
	near, err := tx.Near(s.device.Branch.Device, m.Outer.ID, m.Outer.Seq)
	if err != nil {
		return err
	}
	for _, r := range near {
		if r.ID != m.Outer.ID {
			continue
		}
		receipt, err := s.roots(r.Receipt)
		told := s.receipts[r.ID]
		if err != nil || r.Digest != m.Digest || told != nil && !bytes.Equal(r.Receipt, told) || receipt.Status != request.StatusAccepted {
			t.Errorf("seq %d: not what was sent or receipted: %s, %v", r.Seq, receipt.Status, err)
		}
		if first, twice := numbers[receipt.No]; twice {
			t.Errorf("DOUBLED: number %s for %d and %d", receipt.No, first, r.Seq)
		}
		numbers[receipt.No] = r.Seq
		return nil
	}
	if s.receipts[m.Outer.ID] != nil {
		t.Errorf("LOST: seq %d has a receipt and is not in the inbox", m.Outer.Seq)
	}
	return nil
}
