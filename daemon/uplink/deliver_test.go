package uplink_test

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"motcua/daemon/outbox"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// TestDelivery tells how requests go when the broker and the centre behave.
func TestDelivery(t *testing.T) {
	story(t, "saved, sent at once, receipted, never sent again", &broker{request: answer(nil)}, func(t *testing.T, k *kit) {
		if !k.link.Online() {
			t.Fatal("not online")
		}
		id := k.save(1)
		k.wantState(id, outbox.Receipted)
		pass(time.Hour)
		k.wantSent(id, 1)
		if _, receipts, _, _ := k.told(); len(receipts) != 1 || receipts[0].ID != id {
			t.Errorf("told of receipts %v", receipts)
		}
		e, err := k.queue.Get(t.Context(), id)
		if err != nil || !bytes.HasPrefix(e.Receipt, signature) {
			t.Errorf("the receipt is not kept as it came: %q, %v", e.Receipt, err)
		}
	})
	for status, want := range map[request.Status]outbox.State{
		request.StatusDuplicate: outbox.Receipted, request.StatusHeld: outbox.Receipted,
		request.StatusRefused: outbox.Refused, request.StatusExpired: outbox.Expired,
	} {
		say := func(r *request.Receipt) { r.Status, r.Code = status, fault.Refused }
		story(t, "the centre says "+string(status), &broker{request: answer(say)}, func(t *testing.T, k *kit) {
			k.wantState(k.save(1), want)
		})
	}
	story(t, "the centre asks for silence", &broker{request: answer(func(r *request.Receipt) { r.RetryAfter = 120 })}, func(t *testing.T, k *kit) {
		k.save(1)
		second := k.save(2)
		pass(119 * time.Second)
		k.wantSent(second, 0)
		pass(2 * time.Second)
		k.wantState(second, outbox.Receipted)
	})
	story(t, "a thousand saved while nobody listened", &broker{request: answer(nil), refuse: until(3)}, func(t *testing.T, k *kit) {
		for n := range 1000 {
			k.save(n)
		}
		pass(5 * time.Second)
		stats, err := k.queue.Stats(t.Context())
		if err != nil || stats.Receipted != 1000 || k.link.Counts().Sent != 1000 {
			t.Errorf("%d receipted with %d sendings, %v", stats.Receipted, k.link.Counts().Sent, err)
		}
		sent, _, _, _ := k.told()
		if !slices.IsSortedFunc(sent, func(a, b request.ID) int { return bytes.Compare(a[:], b[:]) }) {
			t.Error("not sent in order")
		}
	})
}

// until fails the connects before the n-th.
func until(n int) func(int) error {
	return func(try int) error {
		if try < n {
			return refused()
		}
		return nil
	}
}

// TestPubackIsNoReceipt: a broker that acknowledges and loses everything changes
// nothing; the same bytes are sent again until a receipt comes.
func TestPubackIsNoReceipt(t *testing.T) {
	var mu sync.Mutex
	var bodies [][]byte
	var truthful atomic.Bool
	loses := func(p *peer, m *packets.PublishPacket) {
		mu.Lock()
		bodies = append(bodies, m.Payload)
		mu.Unlock()
		if m.Qos != 1 || m.Retain || m.TopicName != "k1/99/h001/demo-k01/up/req" {
			t.Errorf("published with QoS %d, retain %v, to %s", m.Qos, m.Retain, m.TopicName)
		}
		p.ack(m)
		if truthful.Load() {
			answer(nil)(p, m)
		}
	}
	story(t, "acknowledged and lost", &broker{request: loses}, func(t *testing.T, k *kit) {
		id := k.save(1)
		pass(time.Hour)
		k.wantState(id, outbox.Sent)
		// jitter is in the middle of its window: 22.5 s, 37.5, 67.5, ... 307.5 s
		if n := k.timesSent(id); n < 14 || n > 17 {
			t.Errorf("sent %d times in an hour", n)
		}
		mu.Lock()
		if slices.ContainsFunc(bodies, func(b []byte) bool { return !bytes.Equal(b, bodies[0]) }) {
			t.Error("a resend has other bytes")
		}
		mu.Unlock()
		if !k.link.Online() {
			t.Error("the connection was given up")
		}
		truthful.Store(true)
		pass(10 * time.Minute)
		k.wantState(id, outbox.Receipted)
	})
}

// TestWindow: a centre that says nothing gets few requests at a time, and one
// that it chokes on does not keep others back.
func TestWindow(t *testing.T) {
	story(t, "a silent centre", &broker{}, func(t *testing.T, k *kit) {
		for n := range 100 {
			k.save(n)
		}
		pass(10 * time.Second)
		if sent := k.link.Counts().Sent; sent != 16 {
			t.Errorf("%d under way at once", sent)
		}
	})
	poison := func(p *peer, m *packets.PublishPacket) {
		if receiptFor(t, m.Payload).Seq <= 20 {
			p.ack(m)
			return
		}
		answer(nil)(p, m)
	}
	story(t, "twenty requests are poison", &broker{request: poison}, func(t *testing.T, k *kit) {
		var bad []request.ID
		for n := range 20 {
			bad = append(bad, k.save(n))
		}
		pass(24 * time.Hour)
		for n := range 20 {
			good := k.save(100 + n)
			pass(16 * time.Second)
			k.wantState(good, outbox.Receipted)
		}
		for _, id := range bad {
			k.wantState(id, outbox.Sent)
			if n := k.timesSent(id); n < 100 || n > 300 {
				t.Errorf("poison was sent %d times in a day", n)
			}
		}
	})
}

// TestFalseReceipts: whatever is not wholly true settles nothing, is counted and
// told, and the true receipt still counts.
func TestFalseReceipts(t *testing.T) {
	for name, change := range map[string]func(*request.Receipt){
		"of another device":       func(r *request.Receipt) { r.Device = "demo-k02" },
		"of another digest":       func(r *request.Receipt) { r.Digest[0] ^= 1 },
		"of another number":       func(r *request.Receipt) { r.Seq++ },
		"of a forked chain":       func(r *request.Receipt) { r.ChainHead[0] ^= 1 },
		"of an id without a time": func(r *request.Receipt) { r.ID[6] = 0 },
	} {
		story(t, name, falseFirst(answer(change)), func(t *testing.T, k *kit) { wantUnsettledThenSettled(t, k) })
	}
	for name, change := range map[string]func([]byte) []byte{
		"signed by nobody": func(b []byte) []byte { return bytes.TrimPrefix(b, signature) },
		"cut short":        func(b []byte) []byte { return b[:len(b)-1] },
		"with a tail":      func(b []byte) []byte { return append(b, 0) },
		"empty":            func([]byte) []byte { return nil },
	} {
		forge := func(p *peer, m *packets.PublishPacket) {
			p.ack(m)
			p.send(branch().Down(wire.DownReceipt), change(signed(t, receiptFor(t, m.Payload))))
		}
		story(t, name, falseFirst(forge), func(t *testing.T, k *kit) { wantUnsettledThenSettled(t, k) })
	}
}

// falseFirst answers the first request as told and the others truthfully.
func falseFirst(first func(*peer, *packets.PublishPacket)) *broker {
	var n atomic.Int32
	return &broker{request: func(p *peer, m *packets.PublishPacket) {
		if n.Add(1) == 1 {
			first(p, m)
			return
		}
		answer(nil)(p, m)
	}}
}

func wantUnsettledThenSettled(t *testing.T, k *kit) {
	t.Helper()
	id := k.save(1)
	k.wantState(id, outbox.Sent)
	_, receipts, _, _ := k.told()
	if c := k.link.Counts(); c.BadReceipts != 1 || c.Receipts != 0 || len(receipts) != 0 {
		t.Errorf("counted %+v, told of %v", c, receipts)
	}
	if !strings.Contains(k.log.String(), string(fault.BadReceipt)) {
		t.Errorf("the log says nothing of %s:\n%s", fault.BadReceipt, k.log.String())
	}
	pass(time.Minute)
	k.wantState(id, outbox.Receipted)
}

// TestStrayReceipts: receipts for requests that are not, or no longer, waited for.
func TestStrayReceipts(t *testing.T) {
	twice := func(p *peer, m *packets.PublishPacket) {
		answer(nil)(p, m)
		answer(func(r *request.Receipt) { r.Status = request.StatusRefused })(p, m)
	}
	story(t, "a second receipt changes nothing", &broker{request: twice}, func(t *testing.T, k *kit) {
		k.wantState(k.save(1), outbox.Receipted)
		_, receipts, _, _ := k.told()
		if c := k.link.Counts(); len(receipts) != 1 || c.Receipts != 1 || c.Repeated != 1 {
			t.Errorf("told of %d receipts, counted %+v", len(receipts), c)
		}
	})
	unknown := func(r *request.Receipt) { r.ID[0] ^= 1 }
	story(t, "a receipt for an unknown request", falseFirst(answer(unknown)), func(t *testing.T, k *kit) {
		id := k.save(1)
		k.wantState(id, outbox.Sent)
		if c := k.link.Counts(); c.Unknown != 1 || c.BadReceipts != 0 {
			t.Errorf("counted %+v", c)
		}
	})
	story(t, "the centre remembers more than the queue", &broker{request: answer(func(r *request.Receipt) { r.Contiguous = 900 })}, func(t *testing.T, k *kit) {
		k.save(1)
		if !strings.Contains(k.log.String(), "restored from an old copy") {
			t.Errorf("the log does not tell:\n%s", k.log.String())
		}
	})
}

// TestResults: results are handed on if they are true and ours.
func TestResults(t *testing.T) {
	story(t, "results", &broker{}, func(t *testing.T, k *kit) {
		id := k.save(1)
		result := request.Result{V: request.Version, ID: id, Device: branch().Device, Service: "H01", Class: request.ClassOK, At: 1741597200000}
		topic := branch().Down(wire.DownResult)
		p := k.broker.newest()
		p.send(topic, signed(t, result))
		result.Device = "demo-k02"
		p.send(topic, signed(t, result))
		p.send(topic, []byte("nothing"))
		p.send(topic, make([]byte, wire.MaxResult+1))
		p.send("k1/99/h001/demo-k01/dn/command", []byte("jump"))
		p.send("k1/99/h001/demo-k01/dn/else", []byte("?"))
		pass(time.Second)
		if _, _, results, _ := k.told(); len(results) != 1 || results[0].ID != id {
			t.Errorf("told of %v", results)
		}
		if c := k.link.Counts(); c.Results != 1 || c.BadResults != 2 {
			t.Errorf("counted %+v", c)
		}
		k.wantState(id, outbox.Sent)
	})
}
