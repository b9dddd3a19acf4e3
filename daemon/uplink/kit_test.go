package uplink_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
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

func branch() wire.Branch { return wire.Branch{Province: "99", Facility: "h001", Device: "demo-k01"} }

// parcel stands for an envelope: the centre of these tests can read it.
type parcel struct {
	ID  [16]byte
	Seq uint64
}

// kit is a queue, an uplink and a broker, and what happened.
type kit struct {
	t      *testing.T
	queue  *outbox.Store
	link   *uplink.Uplink
	broker *broker
	log    notebook
	pool   pool
	lent   lent
	clock  watch
	papers papers
	cancel context.CancelFunc
	ended  chan error

	mu       sync.Mutex
	sent     []request.ID
	receipts []request.Receipt
	results  []request.Result
	statuses []uplink.Status
}

// story runs a test in a bubble where time is faked.
func story(t *testing.T, name string, b *broker, play func(t *testing.T, k *kit)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(time.Date(2025, 3, 10, 9, 0, 0, 0, time.UTC))) // faked time begins before any message may
			k := newKit(t, b)
			defer k.stop()
			play(t, k)
		})
	})
}

func newKit(t *testing.T, b *broker) *kit {
	t.Helper()
	b.t, b.over = t, make(chan struct{})
	q, err := outbox.Open(t.Context(), filepath.Join(t.TempDir(), "queue.db"), outbox.Options{ReserveBytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	k := &kit{t: t, queue: q, broker: b, ended: make(chan error, 1), lent: lent{wanted: make(chan struct{}, 1)}}
	log := slog.New(slog.NewTextHandler(&k.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	k.link = uplink.New(uplink.Config{
		Broker: "tls://centre.example:8883", Branch: branch(), Dial: b.dial, Fallback: b.fallback, Bearers: b.bearers,
		VerifyReceipt: func(b []byte) (request.Receipt, error) { return unless(b, verifyReceipt) },
		VerifyResult:  func(b []byte) (request.Result, error) { return unless(b, verifyResult) },
		Greeting:      k.greeting(), Documents: k.documents(),
		Jitter: func() float64 { return 0.5 },
	}, q, log)
	k.link.OnSent(func(id request.ID) { k.note(func() { k.sent = append(k.sent, id) }) })
	k.link.OnReceipt(func(r request.Receipt) { k.note(func() { k.receipts = append(k.receipts, r) }) })
	k.link.OnResult(func(r request.Result) { k.note(func() { k.results = append(k.results, r) }) })
	k.link.OnStatus(func(s uplink.Status) { k.note(func() { k.statuses = append(k.statuses, s) }) })
	ctx, cancel := context.WithCancel(t.Context())
	k.cancel = cancel
	go func() { k.ended <- k.link.Run(ctx) }()
	synctest.Wait()
	return k
}

// documents are wanted where the broker has some.
func (k *kit) documents() uplink.Documents {
	if k.broker.documents == nil {
		return nil
	}
	return &k.papers
}

// greeting is that of a kiosk whose centre knows Hellos.
func (k *kit) greeting() uplink.Greeting {
	if k.broker.hello == nil {
		return uplink.Greeting{}
	}
	return uplink.Greeting{
		Sign: func(h request.Hello) ([]byte, error) {
			b, err := request.Encode(h)
			return slices.Concat(deviceSignature, b), err
		},
		Verify: verifyWelcome, Nonces: &k.pool, Leases: &k.lent, Clock: &k.clock,
	}
}

// notebook is a log that can be read while it is written.
type notebook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notebook) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *notebook) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// told is what the callbacks were told of so far.
func (k *kit) told() (sent []request.ID, receipts []request.Receipt, results []request.Result, statuses []uplink.Status) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.sent), slices.Clone(k.receipts), slices.Clone(k.results), slices.Clone(k.statuses)
}

func (k *kit) note(f func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f()
}

// stop ends the uplink, which has to end cleanly, and checks the queue.
func (k *kit) stop() {
	close(k.broker.over)
	k.cancel()
	if err := <-k.ended; err != nil && k.queue.Err() == nil && !errors.Is(err, outbox.ErrClosed) {
		k.t.Errorf("the uplink ended with %v", err)
	}
	if k.link.Online() {
		k.t.Error("online after its end")
	}
	if err := k.queue.Close(); err != nil {
		k.t.Error(err)
	}
}

// parcelOf names request n and makes its envelope.
func parcelOf(n int) (request.ID, outbox.Seal) {
	id := request.ID{6: 0x70, 8: 0x80, 14: byte(n >> 8), 15: byte(n)}
	return id, func(seq uint64, _ [32]byte) ([]byte, [32]byte, error) {
		b, err := json.Marshal(parcel{id, seq})
		return b, sha256.Sum256(b), err
	}
}

// save queues request n and lets everything happen that follows at once.
func (k *kit) save(n int) request.ID {
	k.t.Helper()
	id, seal := parcelOf(n)
	d := outbox.Draft{ID: id, Service: "H01", Class: 1, ExpiresAt: time.Now().Add(8 * time.Hour)}
	if _, err := k.queue.Enqueue(k.t.Context(), d, seal); err != nil {
		k.t.Fatal(err)
	}
	synctest.Wait()
	return id
}

// pass lets time pass.
func pass(d time.Duration) {
	time.Sleep(d) // fake time
	synctest.Wait()
}

func (k *kit) state(id request.ID) outbox.State {
	k.t.Helper()
	e, err := k.queue.Get(k.t.Context(), id)
	if err != nil {
		k.t.Fatal(err)
	}
	return e.State
}

// timesSent is how often a request was handed to the broker.
func (k *kit) timesSent(id request.ID) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := 0
	for _, s := range k.sent {
		if s == id {
			n++
		}
	}
	return n
}

func (k *kit) wantState(id request.ID, want outbox.State) {
	k.t.Helper()
	if got := k.state(id); got != want {
		k.t.Errorf("request %s is %s, want %s", id, got, want)
	}
}

func (k *kit) wantSent(id request.ID, want int) {
	k.t.Helper()
	if got := k.timesSent(id); got != want {
		k.t.Errorf("request %s was sent %d times, want %d", id, got, want)
	}
}

// signature stands for the centre's: whatever bears it is true.
var signature = []byte("signed by the centre ")

// deviceSignature stands for the device's.
var deviceSignature = []byte("signed by the device ")

func verifyWelcome(b []byte) (request.Welcome, error) {
	plain, ok := bytes.CutPrefix(b, signature)
	if !ok {
		return request.Welcome{}, errors.New("signature does not verify")
	}
	return request.DecodeWelcome(plain)
}

func verifyReceipt(b []byte) (request.Receipt, error) {
	plain, ok := bytes.CutPrefix(b, signature)
	if !ok {
		return request.Receipt{}, errors.New("signature does not verify")
	}
	return request.DecodeReceipt(plain)
}

func verifyResult(b []byte) (request.Result, error) {
	plain, ok := bytes.CutPrefix(b, signature)
	if !ok {
		return request.Result{}, errors.New("signature does not verify")
	}
	return request.DecodeResult(plain)
}

func signed(t *testing.T, v any) []byte {
	t.Helper()
	b, err := request.Encode(v)
	if err != nil {
		t.Error(err)
	}
	return slices.Concat(signature, b)
}

// receiptFor answers a request as a centre does that has all until then.
func receiptFor(t *testing.T, envelope []byte) request.Receipt {
	t.Helper()
	var p parcel
	if err := json.Unmarshal(envelope, &p); err != nil {
		t.Error(err)
	}
	digest := request.Digest(sha256.Sum256(envelope))
	return request.Receipt{
		V: request.Version, ID: p.ID, Device: branch().Device, Seq: p.Seq, Digest: digest,
		Status: request.StatusAccepted, At: 1741597200000, Contiguous: p.Seq, ChainHead: digest,
	}
}

// answer makes a broker whose centre gives the receipt that change makes of the
// true one.
func answer(change func(*request.Receipt)) func(*peer, *packets.PublishPacket) {
	return func(p *peer, m *packets.PublishPacket) {
		p.ack(m)
		r := receiptFor(p.b.t, m.Payload)
		if change != nil {
			change(&r)
		}
		p.send(branch().Down(wire.DownReceipt), signed(p.b.t, r))
	}
}
