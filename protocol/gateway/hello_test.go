package gateway_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// greet says hello for a device and returns the verified Welcome.
func (c *centre) greet(t *testing.T, d *gatewaytest.Device, nonces uint8, open ...uint64) (gateway.Greeting, request.Welcome) {
	t.Helper()
	return c.greetWith(t, d, c.hello(t, d, nonces, open...))
}

func (c *centre) greetWith(t *testing.T, d *gatewaytest.Device, hello []byte) (gateway.Greeting, request.Welcome) {
	t.Helper()
	g, err := c.Hello(t.Context(), d.Branch, hello)
	if err != nil {
		t.Fatal(err)
	}
	w, err := envelope.VerifyWelcome(g.Welcome, c.fleet.Roots, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return g, w
}

func (c *centre) hello(t *testing.T, d *gatewaytest.Device, nonces uint8, open ...uint64) []byte {
	t.Helper()
	return c.signedHello(t, d, func(h *request.Hello) { h.Open, h.Nonces = open, nonces })
}

func (c *centre) signedHello(t *testing.T, d *gatewaytest.Device, say func(*request.Hello)) []byte {
	t.Helper()
	id, err := request.NewID(c.now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := request.Hello{
		V: request.Version, Type: request.TypeHello, ID: id, Device: d.Branch.Device, At: c.now.UnixMilli(),
		Last: d.Seq, Head: d.Prev,
	}
	say(&h)
	b, err := envelope.SignHello(rand.Reader, h, d.Key, d.Chain())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestHello: a device that has lost its answers gets them again, byte for byte,
// and learns the time and how far the centre has its chain.
func TestHello(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	if _, w := c.greet(t, d, 0); w.Contiguous != 0 || w.At != c.now.UnixMilli() || len(w.Nonces) != 0 {
		t.Errorf("the first welcome: %+v", w)
	}
	var lost []gateway.Reply
	var m []gatewaytest.Message
	for i := range 3 {
		m = append(m, d.CheckIn(t, gatewaytest.Person(i), "internal"))
		if i == 1 {
			continue // did not arrive
		}
		reply, _ := c.deliver(t, d, m[i])
		lost = append(lost, reply)
	}
	g, w := c.greet(t, d, 3, 1, 2, 3)
	if w.Contiguous != 1 || w.ChainHead != m[0].Digest || len(w.Nonces) != 3 || w.NoncesUntil <= w.At {
		t.Errorf("welcome: %+v", w)
	}
	if len(g.Replies) != 2 || !bytes.Equal(g.Replies[0].Receipt, lost[0].Receipt) || !bytes.Equal(g.Replies[1].Result, lost[1].Result) {
		t.Errorf("%d replies, or others than before", len(g.Replies))
	}
}

// TestHelloRefused: nobody is welcomed who cannot be told, or who speaks for
// another.
func TestHelloRefused(t *testing.T) {
	c := newCentre(t)
	d, other := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	foreign := gatewaytest.NewFleet(t, now()).Device(t, "k01")
	for story, b := range map[string][]byte{"noise": []byte("hello"), "foreign": c.hello(t, foreign, 1), "a request": d.CheckIn(t, gatewaytest.Person(1), "eye").Bytes} {
		if _, err := c.Hello(t.Context(), d.Branch, b); fault.CodeOf(err) != fault.Refused {
			t.Errorf("%s: %v", story, err)
		}
	}
	_, err := c.Hello(t.Context(), d.Branch, c.hello(t, other, 1))
	if alarm, ok := errors.AsType[*gateway.Alarm](err); !ok || alarm.Kind != gateway.AlarmBranch {
		t.Errorf("on another's topic: %v", err)
	}
}

// opened changes the opening of a visit, and proves the chip anew.
func opened(t *testing.T, c *centre, d *gatewaytest.Device, o request.Opening) func(*request.Outer, *request.Inner) {
	return func(_ *request.Outer, i *request.Inner) {
		i.Visit = o.Visit
		i.Evidence = d.Evidence(t, c.fleet.Card(t, *i.Subject), o)
	}
}

// TestNonces: a nonce of the centre dates the evidence from below, for one
// opening of the device that got it.
func TestNonces(t *testing.T) {
	c := newCentre(t)
	d, other := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	_, w := c.greet(t, d, 1)
	c.now = c.now.Add(20 * time.Minute)
	d.Pass(20 * time.Minute)
	o := d.Opening(t, "v-000100")
	o.Nonce = w.Nonces[0]
	m := d.CheckIn(t, gatewaytest.Person(1), "internal", opened(t, c, d, o))
	if _, r := c.deliver(t, d, m); r.Status != request.StatusAccepted {
		t.Fatalf("got %s", r.Status)
	}
	if r := c.record(t, d, m); r.From != now().UnixMilli() || r.At-r.From != (20*time.Minute).Milliseconds() {
		t.Errorf("dated from %d to %d", r.From, r.At)
	}
	own := d.CheckIn(t, gatewaytest.Person(2), "internal")
	c.deliver(t, d, own)
	if r := c.record(t, d, own); r.From != 0 {
		t.Error("a nonce of the kiosk's own dates the evidence")
	}
	if _, r := c.deliver(t, d, d.CardValidity(t, gatewaytest.Person(1), opened(t, c, d, o))); r.Status != request.StatusAccepted {
		t.Errorf("another request of the same visit: %s", r.Status)
	}
	second := o
	second.Visit = "v-000101"
	stolen := other.Opening(t, "v-000102")
	stolen.Nonce = w.Nonces[0]
	for _, x := range []struct {
		d      *gatewaytest.Device
		o      request.Opening
		reason string
	}{
		{d, second, "nonce-used-twice"},
		{other, stolen, "nonce-of-another-device"},
		{d, o, "evidence-used-twice"}, // the same visit checks in again, somewhere else
	} {
		reply, r := c.deliver(t, x.d, x.d.CheckIn(t, gatewaytest.Person(1), "eye", opened(t, c, x.d, x.o)))
		if r.Status != request.StatusRefused || reply.Reason != x.reason || len(reply.Alarms) != 1 || reply.Alarms[0].Kind != gateway.AlarmReplayed {
			t.Errorf("%s: got %s because of %q", x.reason, r.Status, reply.Reason)
		}
	}
	if c.calls["H01"] != 2 {
		t.Errorf("the hospital was asked %d times", c.calls["H01"])
	}
}

// TestFrozen: after an alarm about its chain nothing is taken from a device until
// an operator releases it; then it goes on where it was.
func TestFrozen(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	first := d.CheckIn(t, gatewaytest.Person(1), "internal")
	c.deliver(t, d, first)
	clone := *d
	clone.Seq, clone.Prev = 0, request.Digest{}
	if _, err := c.Process(t.Context(), d.Branch, clone.CheckIn(t, gatewaytest.Person(2), "eye").Bytes); err == nil {
		t.Fatal("a clone was taken")
	}
	next := d.CheckIn(t, gatewaytest.Person(3), "internal")
	if _, err := c.Process(t.Context(), d.Branch, next.Bytes); fault.CodeOf(err) != fault.Frozen {
		t.Errorf("got %v", err)
	}
	if again, _ := c.deliver(t, d, first); !again.Again {
		t.Error("what it had done before is not answered any more")
	}
	if _, w := c.greet(t, d, 5); w.RetryAfter == 0 || len(w.Nonces) != 0 || w.Contiguous != 1 {
		t.Errorf("a frozen device is welcomed with %+v", w)
	}
	if err := gateway.Release(t.Context(), c.inbox, "k01"); err != nil {
		t.Fatal(err)
	}
	if err := gateway.Release(t.Context(), c.inbox, "k01"); !errors.Is(err, gateway.ErrNotFrozen) {
		t.Errorf("released twice: %v", err)
	}
	if _, r := c.deliver(t, d, next); r.Status != request.StatusAccepted || r.Contiguous != 2 {
		t.Errorf("after the release: %+v", r)
	}
	if err := gateway.Freeze(t.Context(), c.inbox, "k01", c.now); err != nil {
		t.Fatal(err)
	}
	if list, err := c.inbox.Devices(t.Context()); err != nil || len(list) != 1 || list[0].Frozen != gateway.AlarmOperator {
		t.Errorf("devices: %v, %v", list, err)
	}
}

// TestRevoked: from the moment of its revocation nothing of a device is taken,
// whatever it says about when it was signed.
func TestRevoked(t *testing.T) {
	c := newCentre(t)
	d, other := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), "internal"))
	c.revoke(d)
	for story, send := range map[string]func() error{
		"request": func() error {
			_, err := c.Process(t.Context(), d.Branch, d.CheckIn(t, gatewaytest.Person(2), "internal").Bytes)
			return err
		},
		"hello": func() error {
			_, err := c.Hello(t.Context(), d.Branch, c.hello(t, d, 1))
			return err
		},
	} {
		err := send()
		if alarm, ok := errors.AsType[*gateway.Alarm](err); !ok || alarm.Kind != gateway.AlarmRevoked || fault.CodeOf(err) != fault.Revoked {
			t.Errorf("%s: %v", story, err)
		}
	}
	if n := c.counts(t)["H01 accepted"]; n != 1 || len(c.alarms(t)) != 2 {
		t.Errorf("%d accepted, alarms %v", n, c.alarms(t))
	}
	if _, r := c.deliver(t, other, other.CheckIn(t, gatewaytest.Person(2), "internal")); r.Status != request.StatusAccepted {
		t.Errorf("another device: %s", r.Status)
	}
}

// TestLimits: a device that sends too much is asked to wait, then has to, and
// nothing of it is lost.
func TestLimits(t *testing.T) {
	c := newCentre(t)
	c.limits = gateway.Limits{Rate: 0.5, Burst: 2}
	c.open(t)
	d, other := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	var wait []uint32
	for i := range 4 {
		_, r := c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(i), "internal"))
		wait = append(wait, r.RetryAfter)
	}
	if wait[1] != 0 || wait[2] != 2 || wait[3] != 4 {
		t.Errorf("asked to wait %v seconds", wait)
	}
	m := d.CheckIn(t, gatewaytest.Person(5), "internal")
	if _, err := c.Process(t.Context(), d.Branch, m.Bytes); fault.CodeOf(err) != fault.Busy {
		t.Errorf("got %v", err)
	}
	c.deliver(t, other, other.CheckIn(t, gatewaytest.Person(6), "internal"))
	c.now = c.now.Add(4 * time.Second)
	if _, r := c.deliver(t, d, m); r.Contiguous != 5 {
		t.Errorf("after waiting: %+v", r)
	}
	if _, err := c.Hello(t.Context(), wire.Branch{Province: "99", Facility: "h001", Device: "k01"}, c.hello(t, d, 0)); err != nil {
		t.Error(err)
	}
}
