package uplink_test

import (
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// centre answers every request with a receipt that is really signed.
type centre struct {
	t      *testing.T
	client mqtt.Client
	cert   tls.Certificate
	fleet  *fleet
	mu     sync.Mutex
	known  map[string]bool
	given  map[uint64][]byte // receipts by seq
	hello  request.Hello     // the last
	mute   bool              // receipts get lost
	list   []byte            // what the broker keeps for everybody
}

func (c *centre) become(f func()) { c.mu.Lock(); defer c.mu.Unlock(); f() }

func (c *centre) lastHello() request.Hello { c.mu.Lock(); defer c.mu.Unlock(); return c.hello }

func newCentre(t *testing.T, f *fleet, port int) *centre {
	t.Helper()
	c := &centre{t: t, cert: f.receipts(), fleet: f, known: map[string]bool{}, given: map[uint64][]byte{}}
	connected := make(chan struct{}, 10)
	o := mqtt.NewClientOptions().AddBroker(fmt.Sprintf("tls://127.0.0.1:%d", port)).SetClientID("centre").SetProtocolVersion(4).
		SetTLSConfig(&tls.Config{MinVersion: tls.VersionTLS13, RootCAs: f.pool(), Certificates: []tls.Certificate{f.device("centre")}}).
		SetMaxReconnectInterval(time.Second).SetOrderMatters(false).
		SetOnConnectHandler(func(client mqtt.Client) {
			client.Subscribe("k1/+/+/+/up/req", 0, c.answer).Wait()
			client.Subscribe("k1/+/+/+/up/evt", 0, c.welcome).Wait()
			c.keep(client, nil)
			connected <- struct{}{}
		})
	client := mqtt.NewClient(o)
	client.Connect()
	c.client = client
	t.Cleanup(func() { client.Disconnect(0) })
	select {
	case <-connected:
	case <-time.After(patience):
		t.Fatal("the centre gets no connection")
	}
	return c
}

// keep lets the broker keep a list, the one that it was to keep before when there
// is no other.
func (c *centre) keep(client mqtt.Client, list []byte) {
	c.become(func() {
		if list != nil {
			c.list = list
		}
		list = c.list
	})
	if list == nil {
		return
	}
	if token := client.Publish(listPlace().Topic(), 1, true, list); !token.WaitTimeout(patience) || token.Error() != nil {
		c.t.Errorf("keeping a list: %v", token.Error())
	}
}

func (c *centre) answer(client mqtt.Client, m mqtt.Message) {
	c.mu.Lock()
	c.known[string(m.Payload())] = true
	c.mu.Unlock()
	topic, err := wire.ParseTopic(m.Topic())
	if err != nil {
		c.t.Error(err)
		return
	}
	r := receiptFor(c.t, m.Payload())
	b, err := envelope.SignReceipt(rand.Reader, r, c.cert.PrivateKey.(crypto.Signer), c.cert.Certificate)
	if err != nil {
		c.t.Error(err)
		return
	}
	c.mu.Lock()
	c.given[r.Seq] = b
	mute := c.mute
	c.mu.Unlock()
	if !mute {
		client.Publish(topic.Branch.Down(wire.DownReceipt), 0, false, b)
	}
}

// welcome answers a Hello.
func (c *centre) welcome(client mqtt.Client, m mqtt.Message) {
	h, _, err := envelope.VerifyHello(m.Payload(), c.fleet.pool(), time.Now())
	if err != nil {
		c.t.Error(err)
		return
	}
	topic, err := wire.ParseTopic(m.Topic())
	if err != nil {
		c.t.Error(err)
		return
	}
	w := request.Welcome{V: request.Version, Re: h.ID, Device: h.Device, At: time.Now().UnixMilli(), Contiguous: h.Last, ChainHead: h.Head}
	for n := range h.Nonces {
		w.Nonces = append(w.Nonces, append(make([]byte, 15), n))
		w.NoncesUntil = tomorrow().UnixMilli()
	}
	b, err := envelope.SignWelcome(rand.Reader, w, c.cert.PrivateKey.(crypto.Signer), c.cert.Certificate)
	if err != nil {
		c.t.Error(err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hello = h
	for _, seq := range h.Open {
		if r := c.given[seq]; r != nil && !c.mute {
			client.Publish(topic.Branch.Down(wire.DownReceipt), 0, false, r)
		}
	}
	client.Publish(topic.Branch.Down(wire.DownCommand), 0, false, b)
}

func (c *centre) requests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.known)
}
