package uplink_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/wire"
)

func listPlace() wire.Document { return wire.Document{Scope: wire.ScopeAll, Name: wire.DocRevocation} }

// papers takes documents that bear the centre's signature, and notes them.
type papers struct {
	mu  sync.Mutex
	got []string
}

func (p *papers) Wanted() []wire.Document { return []wire.Document{listPlace()} }

func (p *papers) Take(from wire.Document, b []byte) error {
	plain, ok := bytes.CutPrefix(b, signature)
	if !ok || from != listPlace() {
		return errors.New("signature does not verify")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, string(plain))
	return nil
}

func (k *kit) wantPapers(want ...string) {
	k.t.Helper()
	k.papers.mu.Lock()
	defer k.papers.mu.Unlock()
	if !slices.Equal(k.papers.got, want) {
		k.t.Errorf("taken: %q, want %q", k.papers.got, want)
	}
}

// give hands a document to a device.
func (p *peer) give(text string) { p.send(listPlace().Topic(), slices.Concat(signature, []byte(text))) }

// TestDocuments: what the broker keeps comes with the subscription, without a
// word to the centre, and whatever is wrong with it ends nothing else.
func TestDocuments(t *testing.T) {
	kept := func(p *peer, _ int) bool { p.give("list 1"); return true }
	story(t, "kept before the kiosk connected", &broker{documents: kept}, func(t *testing.T, k *kit) {
		k.wantPapers("list 1")
		k.broker.newest().give("list 2") // it has changed
		synctest.Wait()
		k.wantPapers("list 1", "list 2")
		if c := k.link.Counts(); c.Documents != 2 || c.Hellos != 0 {
			t.Errorf("%+v", c)
		}
		pass(time.Minute)
		if k.broker.asked != 1 {
			t.Errorf("asked %d times", k.broker.asked)
		}
	})
	story(t, "the broker has not read back yet what it keeps", &broker{
		documents: func(p *peer, n int) bool { return n < 2 || kept(p, n) },
	}, func(_ *testing.T, k *kit) {
		k.wantPapers()
		pass(20 * time.Second)
		k.wantPapers("list 1")
	})
	story(t, "the broker has dropped one: it is asked for again within hours", &broker{
		documents: func(p *peer, n int) bool {
			p.give([]string{"list 1", "list 2", "list 3"}[min(n-1, 2)])
			return true
		},
	}, func(_ *testing.T, k *kit) {
		for range 12 * 60 * 60 / 20 { // pings go on
			pass(20 * time.Second)
		}
		k.wantPapers("list 1", "list 2", "list 3")
	})
	story(t, "none, refused, or nobody answers: requests are sent all the same", &broker{
		documents: func(*peer, int) bool { return false }, request: answer(nil),
	}, func(t *testing.T, k *kit) {
		id := k.save(1)
		pass(time.Hour)
		k.wantSent(id, 1)
		k.wantPapers()
		if c := k.link.Counts(); c.Connects != 1 || c.BadDocuments != 0 {
			t.Errorf("%+v", c)
		}
	})
}

// TestFalseDocuments: what does not count is counted, told and dropped.
func TestFalseDocuments(t *testing.T) {
	b := &broker{documents: func(p *peer, _ int) bool {
		p.send(listPlace().Topic(), []byte("forged"))
		p.send("k1/all/doc/policy", slices.Concat(signature, []byte("not wanted")))
		p.send("k1/all/doc/revocation/deeper", signature)
		p.send(listPlace().Topic(), make([]byte, wire.MaxDocument+1))
		p.give("list 1")
		return true
	}}
	story(t, "forged", b, func(t *testing.T, k *kit) {
		k.wantPapers("list 1")
		if c := k.link.Counts(); c.BadDocuments != 1 || c.Documents != 1 || c.Connects != 1 {
			t.Errorf("%+v", c)
		}
		if !strings.Contains(k.log.String(), string(fault.BadReceipt)) {
			t.Errorf("the log says nothing:\n%s", k.log.String())
		}
	})
	flood := &broker{documents: func(p *peer, _ int) bool {
		for range 50 {
			p.send(listPlace().Topic(), make([]byte, 1000))
		}
		return true
	}}
	story(t, "a flood", flood, func(t *testing.T, k *kit) {
		if c := k.link.Counts(); c.BadDocuments+c.Dropped != 50 || c.Connects != 1 {
			t.Errorf("%+v", c)
		}
		if n := strings.Count(k.log.String(), "a document is false"); n > 10 {
			t.Errorf("%d lines in the log", n)
		}
	})
}

// TestReadOnly: a kiosk that is not let in any more learns why by a document, and
// says and asks nothing else.
func TestReadOnly(t *testing.T) {
	kept := func(p *peer, _ int) bool { p.give("list 1"); return true }
	refused := &broker{connack: 5, documents: kept, readable: true}
	story(t, "it may read", refused, func(t *testing.T, k *kit) {
		k.wantPapers("list 1")
		if s := k.link.Status(); s.Online || s.Code != fault.LinkRefused || k.link.Counts().Connects != 0 {
			t.Errorf("the status is %+v", s)
		}
		for _, p := range k.broker.peers {
			if len(p.topics) > 0 {
				t.Errorf("it has subscribed to %v", p.topics)
			}
		}
		before := k.broker.connections()
		pass(time.Hour)
		if n := k.broker.connections() - before; n > 2*3600/25 {
			t.Errorf("%d connections in an hour", n)
		}
	})
	story(t, "nor may it read", &broker{connack: 5, documents: kept}, func(_ *testing.T, k *kit) {
		pass(time.Minute)
		k.wantPapers()
	})
	story(t, "there is nothing to read", &broker{connack: 5, documents: func(*peer, int) bool { return true }, readable: true}, func(t *testing.T, k *kit) {
		pass(time.Hour)
		k.wantPapers()
		if k.broker.asked < 10 {
			t.Errorf("asked %d times", k.broker.asked)
		}
	})
	story(t, "it is not refused, the broker is not ready", &broker{connack: 3, documents: kept, readable: true}, func(_ *testing.T, k *kit) {
		pass(time.Minute)
		k.wantPapers()
	})
}

// TestRevokedReceipt: a receipt or result whose signer was revoked settles nothing,
// counts as a bad message and has a code of its own.
func TestRevokedReceipt(t *testing.T) {
	b := &broker{request: func(p *peer, m *packets.PublishPacket) {
		p.ack(m)
		r := receiptFor(p.b.t, m.Payload)
		p.send(branch().Down(wire.DownReceipt), slices.Concat(revokedSignature, signed(p.b.t, r)))
		p.send(branch().Down(wire.DownResult), slices.Concat(revokedSignature, signed(p.b.t, r)))
	}}
	story(t, "by a revoked key", b, func(t *testing.T, k *kit) {
		id := k.save(1)
		if c := k.link.Counts(); c.BadReceipts != 1 || c.BadResults != 1 || c.Receipts != 0 {
			t.Errorf("%+v", c)
		}
		if _, receipts, results, _ := k.told(); len(receipts)+len(results) > 0 || k.state(id).Final() {
			t.Errorf("%d receipts, %d results, the request is %s", len(receipts), len(results), k.state(id))
		}
		if !strings.Contains(k.log.String(), "fault="+string(fault.RevokedSigner)) || strings.Contains(k.log.String(), string(fault.BadReceipt)) {
			t.Errorf("the log says\n%s", k.log.String())
		}
	})
}

// revokedSignature stands for that of a key of the centre that counts no more.
var revokedSignature = []byte("signed by a revoked key ")

// unless refuses what bears the revoked signature.
func unless[T any](b []byte, verify func([]byte) (T, error)) (T, error) {
	if bytes.HasPrefix(b, revokedSignature) {
		var none T
		return none, envelope.ErrRevoked
	}
	return verify(b)
}
