package uplink_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"motcua/daemon/outbox"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// pool counts nonces.
type pool struct {
	mu    sync.Mutex
	has   int
	until time.Time
}

func (p *pool) Wanted() int { p.mu.Lock(); defer p.mu.Unlock(); return min(200-p.has, 64) }
func (p *pool) Low() bool   { p.mu.Lock(); defer p.mu.Unlock(); return p.has < 100 }

func (p *pool) Add(fresh [][]byte, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.has += len(fresh)
	p.until = until
}

// held is how many there are, and until when the last ones count.
func (p *pool) held() (int, time.Time) { p.mu.Lock(); defer p.mu.Unlock(); return p.has, p.until }

func (p *pool) hold(n int) { p.mu.Lock(); defer p.mu.Unlock(); p.has = n }

// lent wishes for one block of numbers until it has one.
type lent struct {
	mu     sync.Mutex
	has    []request.Lease
	wanted chan struct{}
	back   []request.LeaseReturn
}

func (l *lent) Wanted() <-chan struct{} { return l.wanted }

func (l *lent) Returns() []request.LeaseReturn {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.back)
}

func (l *lent) Returned(done []request.LeaseReturn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.back = l.back[len(done):]
}

func (l *lent) Wishes() []request.LeaseWish {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.has) > 0 {
		return nil
	}
	return []request.LeaseWish{{Queue: "internal", Day: "260301"}}
}

func (l *lent) Low() bool { return len(l.Wishes()) > 0 }

func (l *lent) Add(fresh []request.Lease) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.has = append(l.has, fresh...)
}

func (l *lent) held() []request.Lease { l.mu.Lock(); defer l.mu.Unlock(); return l.has }

// watch remembers what it was told.
type watch struct {
	mu     sync.Mutex
	asked  int
	told   []time.Time
	wanted bool
}

func (w *watch) Wanted() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.wanted }

func (w *watch) Ask() func(time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked++
	return func(centre time.Time) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, centre)
	}
}

// heard is how often the time was asked for, and what was told.
func (w *watch) heard() (asked int, told []time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked, slices.Clone(w.told)
}

func (w *watch) want(yes bool) { w.mu.Lock(); defer w.mu.Unlock(); w.wanted = yes }

// memory is a centre that keeps what it gets and may lose what it answers.
type memory struct {
	t        *testing.T
	mu       sync.Mutex
	receipts map[uint64][]byte
	results  map[uint64][]byte
	last     request.Receipt
	mute     bool // receipts and results get lost
	noResult bool // results alone get lost
	change   func(*request.Welcome)
}

func newMemory(t *testing.T) *memory {
	return &memory{t: t, receipts: map[uint64][]byte{}, results: map[uint64][]byte{}}
}

func (c *memory) become(f func()) { c.mu.Lock(); defer c.mu.Unlock(); f() }

func (c *memory) request(p *peer, m *packets.PublishPacket) {
	p.ack(m)
	c.mu.Lock()
	defer c.mu.Unlock()
	r := receiptFor(c.t, m.Payload)
	c.receipts[r.Seq] = signed(c.t, r)
	c.results[r.Seq] = signed(c.t, request.Result{V: request.Version, ID: r.ID, Device: r.Device, Service: "H01", Class: request.ClassOK, At: r.At})
	if r.Seq > c.last.Seq {
		c.last = r
	}
	c.answer(p, r.Seq)
}

// answer sends what is kept of a request; c.mu is held.
func (c *memory) answer(p *peer, seq uint64) {
	if b := c.receipts[seq]; b != nil && !c.mute {
		p.send(branch().Down(wire.DownReceipt), b)
		if !c.noResult {
			p.send(branch().Down(wire.DownResult), c.results[seq])
		}
	}
}

func (c *memory) hello(p *peer, h request.Hello) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, seq := range h.Open {
		c.answer(p, seq)
	}
	now := time.Now()
	w := request.Welcome{V: request.Version, Re: h.ID, Device: h.Device, At: now.UnixMilli(), Contiguous: c.last.Contiguous, ChainHead: c.last.ChainHead}
	for n := range h.Nonces {
		w.Nonces = append(w.Nonces, append(make([]byte, 15), n))
		w.NoncesUntil = now.Add(time.Hour).UnixMilli()
	}
	for i, l := range h.Leases {
		w.Leases = append(w.Leases, request.Lease{ID: fmt.Sprint(i), Queue: l.Queue, Day: l.Day, Prefix: "A", From: 1, To: 50})
	}
	if c.change != nil {
		c.change(&w)
	}
	p.send(branch().Down(wire.DownCommand), signed(c.t, w))
}

func (c *memory) broker() *broker { return &broker{request: c.request, hello: c.hello} }

// TestHello tells what a connection begins with.
func TestHello(t *testing.T) {
	c := newMemory(t)
	story(t, "time and nonces", c.broker(), func(t *testing.T, k *kit) {
		begun := time.Now()
		pass(time.Millisecond)
		h := k.broker.greeted()
		if len(h) != 1 || h[0].Device != branch().Device || h[0].Last != 0 || len(h[0].Open) != 0 || h[0].Nonces != 64 {
			t.Fatalf("the first hello is %+v", h)
		}
		n, until := k.pool.held()
		if _, told := k.clock.heard(); len(told) != 1 || !told[0].Equal(begun) || n != 64 || !until.Equal(begun.Add(time.Hour)) {
			t.Errorf("told of %v, has %d nonces until %v", told, n, until)
		}
		if l := k.lent.held(); len(l) != 1 || l[0].Queue != "internal" || l[0].To != 50 {
			t.Errorf("lent %+v", l)
		}
		pass(10 * time.Minute)
		if n, _ := k.pool.held(); n < 100 {
			t.Errorf("has %d nonces: no more were asked for", n)
		}
		pass(time.Hour)
		if n := len(k.broker.greeted()); n > 3 {
			t.Errorf("%d hellos although nothing is wanted", n)
		}
		k.clock.want(true)
		pass(15 * time.Minute)
		if asked, _ := k.clock.heard(); asked < 3 {
			t.Error("the time is not asked for")
		}
		if c := k.link.Counts(); c.Welcomes != c.Hellos || c.BadWelcomes != 0 {
			t.Errorf("counted %+v", c)
		}
	})
	lending := newMemory(t)
	story(t, "numbers are asked for when they become few, and given back once", lending.broker(), func(t *testing.T, k *kit) {
		pass(time.Minute)
		before := len(k.broker.greeted())
		k.lent.mu.Lock()
		k.lent.back = []request.LeaseReturn{{Queue: "internal", Day: "260228", From: 3, To: 50}}
		k.lent.mu.Unlock()
		k.lent.wanted <- struct{}{}
		pass(11 * time.Second)
		h := k.broker.greeted()
		if len(h) != before+1 || len(h[before].Returns) != 1 || h[before].Returns[0].From != 3 {
			t.Fatalf("%d hellos, the last %+v", len(h), h[len(h)-1])
		}
		if r := k.lent.Returns(); len(r) != 0 {
			t.Errorf("the centre has them, still: %+v", r)
		}
	})
	lost := newMemory(t)
	lost.mute = true
	story(t, "receipts that got lost come back, and nothing is sent again", lost.broker(), func(t *testing.T, k *kit) {
		ids := []request.ID{k.save(1), k.save(2), k.save(3)}
		pass(time.Second)
		lost.become(func() { lost.mute = false })
		k.broker.newest().conn.Close()
		pass(11 * time.Second)
		for _, id := range ids {
			k.wantState(id, outbox.Receipted)
			k.wantSent(id, 1)
		}
		h := k.broker.greeted()
		if last := h[len(h)-1]; !slices.Equal(last.Open, []uint64{1, 2, 3}) || last.Last != 3 {
			t.Errorf("asked for %v", last.Open)
		}
		if _, _, results, _ := k.told(); len(results) != 3 {
			t.Errorf("%d results", len(results))
		}
	})
	halfLost := newMemory(t)
	halfLost.noResult = true
	story(t, "a result that got lost is asked for while the person waits", halfLost.broker(), func(t *testing.T, k *kit) {
		id := k.save(1)
		k.wantState(id, outbox.Receipted)
		pass(3 * time.Second)
		halfLost.become(func() { halfLost.noResult = false })
		pass(time.Second)
		if _, _, results, _ := k.told(); len(results) != 1 || results[0].ID != id {
			t.Errorf("told of %v", results)
		}
		n := len(k.broker.greeted())
		pass(time.Minute)
		if len(k.broker.greeted()) > n+1 {
			t.Error("asked for again although it has come")
		}
	})
	never := newMemory(t)
	never.noResult = true
	story(t, "a result that never comes is asked for three times", never.broker(), func(t *testing.T, k *kit) {
		k.pool.hold(200)
		k.save(1)
		pass(time.Hour)
		if n := len(k.broker.greeted()); n != 4 {
			t.Errorf("%d hellos", n)
		}
	})
	silent := &broker{request: answer(nil), hello: func(*peer, request.Hello) {}}
	story(t, "a centre that knows no hellos", silent, func(t *testing.T, k *kit) {
		id := k.save(1)
		k.wantSent(id, 0)
		pass(2 * time.Second)
		k.wantState(id, outbox.Receipted)
	})
	busy := newMemory(t)
	busy.change = func(w *request.Welcome) { w.RetryAfter = 90 }
	story(t, "a centre that wants silence", busy.broker(), func(t *testing.T, k *kit) {
		id := k.save(1)
		pass(89 * time.Second)
		k.wantSent(id, 0)
		busy.become(func() { busy.change = nil })
		pass(2 * time.Second)
		k.wantState(id, outbox.Receipted)
	})
}

// TestFalseWelcomes: nothing of them counts.
func TestFalseWelcomes(t *testing.T) {
	for name, change := range map[string]func(*request.Welcome){
		"of another device":  func(w *request.Welcome) { w.Device = "demo-k02" },
		"to another hello":   func(w *request.Welcome) { w.Re[15] ^= 1 },
		"with short nonces":  func(w *request.Welcome) { w.Nonces[0] = w.Nonces[0][:8] },
		"with old nonces":    func(w *request.Welcome) { w.NoncesUntil = w.At - 1 },
		"of another version": func(w *request.Welcome) { w.V = 2 },
	} {
		c := newMemory(t)
		c.change = change
		story(t, name, c.broker(), func(t *testing.T, k *kit) {
			pass(time.Second)
			n, _ := k.pool.held()
			if _, told := k.clock.heard(); n != 0 || len(told) != 0 || k.link.Counts().Welcomes != 0 {
				t.Errorf("has %d nonces, told of %v, counted %+v", n, told, k.link.Counts())
			}
		})
	}
	c := newMemory(t)
	story(t, "a welcome that comes twice", c.broker(), func(t *testing.T, k *kit) {
		pass(time.Second)
		h := k.broker.greeted()[0]
		c.hello(k.broker.newest(), h)
		pass(time.Second)
		n, _ := k.pool.held()
		if _, told := k.clock.heard(); n != 64 || len(told) != 1 {
			t.Errorf("has %d nonces, told of %v", n, told)
		}
	})
	ahead := newMemory(t)
	ahead.change = func(w *request.Welcome) { w.Contiguous, w.ChainHead = 9, request.Digest{1} }
	story(t, "the centre remembers more than the queue", ahead.broker(), func(t *testing.T, k *kit) {
		pass(time.Second)
		if !strings.Contains(k.log.String(), "restored from an old copy") {
			t.Errorf("the log does not tell:\n%s", k.log.String())
		}
	})
	beside := newMemory(t)
	story(t, "the centre remembers another chain", beside.broker(), func(t *testing.T, k *kit) {
		pass(time.Second)
		k.save(1)
		beside.become(func() { beside.change = func(w *request.Welcome) { w.ChainHead[0] ^= 1 } })
		k.broker.newest().conn.Close()
		pass(20 * time.Second)
		if !strings.Contains(k.log.String(), "two of this kiosk") {
			t.Errorf("the log does not tell:\n%s", k.log.String())
		}
	})
}

// TestLogOfFalseMessages: whoever can send false messages cannot fill the disk.
func TestLogOfFalseMessages(t *testing.T) {
	story(t, "a thousand false receipts", &broker{}, func(t *testing.T, k *kit) {
		p := k.broker.newest()
		for range 100 {
			for range 10 {
				p.send(branch().Down(wire.DownReceipt), []byte("x"))
			}
			pass(time.Second)
		}
		if c := k.link.Counts(); c.BadReceipts != 1000 {
			t.Errorf("counted %+v", c)
		}
		if n := strings.Count(k.log.String(), "a receipt is false"); n < 10 || n > 20 {
			t.Errorf("%d lines in a hundred seconds", n)
		}
		if !strings.Contains(k.log.String(), "not_told=") {
			t.Error("nothing says how many were left out")
		}
	})
}
