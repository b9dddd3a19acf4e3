package uplink_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"motcua/daemon/outbox"
	"motcua/daemon/uplink"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// patience bounds every wait for something that is about to happen.
const patience = 30 * time.Second

// realBroker is a broker that listens with mutual TLS and confines devices to
// their branch.
type realBroker struct {
	start func(t *testing.T, f *fleet, port int) (stop func()) // without a goodbye
	// mosquitto 2.0 grants every subscription and then delivers nothing
	grantsAll bool
}

// TestRealBrokers tells the same stories to each broker.
func TestRealBrokers(t *testing.T) {
	for name, b := range map[string]realBroker{"nats": {start: startNATS}, "mosquitto": {start: startMosquitto, grantsAll: true}} {
		t.Run(name+"/deliver", func(t *testing.T) { tellDelivery(t, b) })
		t.Run(name+"/refuse", func(t *testing.T) { tellRefusals(t, b) })
		t.Run(name+"/hello", func(t *testing.T) { tellHello(t, b) })
		t.Run(name+"/documents", func(t *testing.T) { tellDocuments(t, b) })
	}
}

// tellDelivery: requests arrive and are receipted, also those that were saved
// while the broker was away, and what it forgot in between does not matter.
func tellDelivery(t *testing.T, b realBroker) {
	f, port := newFleet(t), freePort(t)
	stop := b.start(t, f, port)
	c := newCentre(t, f, port)
	k := newRealKit(t, f, port, f.device(branch().Device), branch())
	for n := range 20 {
		k.save(n)
	}
	k.waitReceipts(20)
	stop()
	k.waitStatus(func(s uplink.Status) bool { return !s.Online && s.Code != "" })
	for n := range 5 {
		k.save(100 + n)
	}
	stop = b.start(t, f, port)
	defer stop()
	k.waitReceipts(25)
	if n := c.requests(); n != 25 {
		t.Errorf("the centre saw %d requests", n)
	}
}

// tellHello: receipts that got lost come back after the broker was killed and had
// forgotten everything, with the time and nonces.
func tellHello(t *testing.T, b realBroker) {
	f, port := newFleet(t), freePort(t)
	stop := b.start(t, f, port)
	c := newCentre(t, f, port)
	c.become(func() { c.mute = true })
	k := newRealKit(t, f, port, f.device(branch().Device), branch())
	for n := range 3 {
		k.save(n)
	}
	k.wait(func() bool { return c.requests() == 3 }, "three requests at the centre")
	stop()
	c.become(func() { c.mute = false })
	stop = b.start(t, f, port)
	defer stop()
	k.waitReceipts(3)
	k.wait(func() bool { return k.link.Counts().Welcomes >= 2 }, "a second welcome")
	h := c.lastHello()
	if h.Last != 3 || len(h.Open) == 0 && h.Nonces == 64 {
		t.Errorf("the last hello is %+v", h)
	}
	n, _ := k.pool.held()
	if _, told := k.clock.heard(); n < 64 || len(told) == 0 {
		t.Errorf("has %d nonces, was told the time %d times", n, len(told))
	}
}

// TestRealWays: an interface that is not there and a broker that is not are passed
// over, by real sockets.
func TestRealWays(t *testing.T) {
	f, port := newFleet(t), freePort(t)
	defer startNATS(t, f, port)()
	newCentre(t, f, port)
	nobody := fmt.Sprintf("tls://localhost:%d", freePort(t))
	k := newRealKit(t, f, port, f.device(branch().Device), branch(), func(c *uplink.Config) {
		c.Broker, c.Fallback, c.Bearers = nobody, c.Broker, []string{"wwan9", "lo"}
	})
	k.save(1)
	k.waitReceipts(1)
	want := uplink.Way{Broker: fmt.Sprintf("tls://localhost:%d", port), Bearer: "lo"}
	if s := k.link.Status(); !s.Online || s.Way != want {
		t.Errorf("the status is %+v", s)
	}
}

// tellRefusals: a device of another fleet, and one that is not where it says.
func tellRefusals(t *testing.T, b realBroker) {
	f, port := newFleet(t), freePort(t)
	defer b.start(t, f, port)()
	elsewhere := branch()
	elsewhere.Device = "demo-k02"
	kits := map[string]*realKit{"another fleet": newRealKit(t, f, port, newFleet(t).device(branch().Device), branch())}
	if !b.grantsAll {
		kits["another branch"] = newRealKit(t, f, port, f.device(branch().Device), elsewhere)
	}
	if b.grantsAll {
		tellSilence(t, newRealKit(t, f, port, f.device(branch().Device), elsewhere))
	}
	for name, k := range kits {
		k.save(1)
		s := k.waitStatus(func(s uplink.Status) bool { return s.Code != "" })
		if s.Online || s.Code != fault.LinkRefused && s.Code != fault.CentreSilent {
			t.Errorf("%s: the status is %+v", name, s)
		}
		t.Logf("%s: %s %s", name, s.Code, s.Text)
	}
}

// tellSilence: a broker that grants a subscription, acknowledges what is published
// and drops both is noticed by the missing welcome; nothing counts as delivered.
func tellSilence(t *testing.T, k *realKit) {
	id, _ := parcelOf(1)
	k.save(1)
	k.wait(func() bool { return k.link.Counts().Sent > 0 }, "a sending")
	if s := k.state(id); s != outbox.Sent || k.link.Counts().Receipts != 0 {
		t.Errorf("the request is %s", s)
	}
	if !strings.Contains(k.log.String(), string(fault.CentreSilent)) {
		t.Errorf("the log says nothing of %s:\n%s", fault.CentreSilent, k.log.String())
	}
}

// realKit is a kit over real sockets, in real time.
type realKit struct {
	*kit
	changed chan struct{}
}

func newRealKit(t *testing.T, f *fleet, port int, device tls.Certificate, b wire.Branch, changes ...func(*uplink.Config)) *realKit {
	t.Helper()
	q, err := outbox.Open(t.Context(), filepath.Join(t.TempDir(), "queue.db"), outbox.Options{ReserveBytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	k := &realKit{kit: &kit{t: t, queue: q, ended: make(chan error, 1)}, changed: make(chan struct{}, 1000)}
	conf := uplink.Config{
		Broker: fmt.Sprintf("tls://localhost:%d", port), Branch: b,
		TLS: &tls.Config{RootCAs: f.pool(), Certificates: []tls.Certificate{device}},
		VerifyReceipt: func(b []byte) (request.Receipt, error) {
			return envelope.VerifyReceipt(b, f.pool(), time.Now())
		},
		VerifyResult: verifyResult,
		Greeting: uplink.Greeting{
			Sign: func(h request.Hello) ([]byte, error) {
				return envelope.SignHello(rand.Reader, h, device.PrivateKey.(crypto.Signer), device.Certificate)
			},
			Verify: func(b []byte) (request.Welcome, error) { return envelope.VerifyWelcome(b, f.pool(), time.Now()) },
			Nonces: &k.pool, Clock: &k.clock,
		},
		Jitter: func() float64 { return 0.3 }, // 3 s after a loss: the centre is back by then
	}
	for _, change := range changes {
		change(&conf)
	}
	k.link = uplink.New(conf, q, slog.New(slog.NewTextHandler(&k.log, nil)))
	k.link.OnReceipt(func(r request.Receipt) {
		k.note(func() { k.receipts = append(k.receipts, r) })
		k.changed <- struct{}{}
	})
	k.link.OnStatus(func(s uplink.Status) {
		k.note(func() { k.statuses = append(k.statuses, s) })
		k.changed <- struct{}{}
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { k.ended <- k.link.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-k.ended; err != nil {
			t.Error(err)
		}
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

// save queues request n; the broker of these tests runs on its own time.
func (k *realKit) save(n int) {
	k.t.Helper()
	id, b := parcelOf(n)
	_, err := k.queue.Enqueue(k.t.Context(), outbox.Draft{ID: id, Service: "H01", Class: 1, ExpiresAt: tomorrow()}, b)
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *realKit) waitReceipts(n int) {
	k.t.Helper()
	k.wait(func() bool { return len(k.receipts) >= n }, "%d receipts", n)
}

// waitStatus waits for a status that is wanted and returns it.
func (k *realKit) waitStatus(wanted func(uplink.Status) bool) (found uplink.Status) {
	k.t.Helper()
	seen := 0
	k.wait(func() bool {
		for ; seen < len(k.statuses); seen++ {
			if wanted(k.statuses[seen]) {
				found = k.statuses[seen]
				return true
			}
		}
		return false
	}, "a status")
	return found
}

func (k *realKit) wait(done func() bool, what string, args ...any) {
	k.t.Helper()
	late := time.After(patience)
	look := time.NewTicker(20 * time.Millisecond) // for what nobody tells of
	defer look.Stop()
	for {
		k.mu.Lock()
		ok := done()
		k.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-look.C:
		case <-k.changed:
		case <-late:
			k.t.Fatalf("waited in vain for "+what+"; the status is %+v", append(args, k.link.Status())...)
		}
	}
}
