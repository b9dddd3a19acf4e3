package main

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// command runs a command of gatewayd beside the one that serves.
func (w *world) command(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out strings.Builder
	status := run(t.Context(), append(args, "-config", w.path("gatewayd.toml")), &out, &out)
	return out.String(), status
}

// hello is a signed Hello that asks for the answers to some requests.
func hello(t *testing.T, d *gatewaytest.Device, open ...uint64) []byte {
	t.Helper()
	return signedHello(t, d, func(h *request.Hello) { h.Open, h.Nonces = open, 2 })
}

// signedHello is a Hello that says something.
func signedHello(t *testing.T, d *gatewaytest.Device, say func(*request.Hello)) []byte {
	t.Helper()
	id, err := request.NewID(time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := request.Hello{V: request.Version, Type: request.TypeHello, ID: id, Device: d.Branch.Device, At: time.Now().UnixMilli(), Last: d.Seq, Head: d.Prev}
	say(&h)
	b, err := envelope.SignHello(rand.Reader, h, d.Key, d.Chain())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestHello: a kiosk that connects hears what it has lost, and the Welcome.
func TestHello(t *testing.T) {
	w := newWorld(t)
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	m := k.CheckIn(t, gatewaytest.Person(1), "internal")
	k.send(t, m)
	first := k.receipt(t)
	welcomes := k.listen(t, k.Branch.Down(wire.DownCommand))
	k.publish(t, k.Branch.Up(wire.UpEvent), hello(t, k.Device, 1))
	if string(k.receipt(t)) != string(first) {
		t.Error("another receipt than before")
	}
	raw, err := within(welcomes, patience)
	if err != nil {
		t.Fatal(err)
	}
	if welcome, err := envelope.VerifyWelcome(raw, w.fleet.Roots, time.Now()); err != nil || welcome.Contiguous != 1 || len(welcome.Nonces) != 2 {
		t.Errorf("welcome %+v, %v", welcome, err)
	}
}

// TestFreezeAndRelease: an operator freezes a device beside the gatewayd that
// serves, sees it, and releases it; the device loses nothing.
func TestFreezeAndRelease(t *testing.T) {
	w := newWorld(t)
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	k.send(t, k.CheckIn(t, gatewaytest.Person(1), "internal"))
	k.receipt(t)
	if out, status := w.command(t, "device", "freeze", "k01"); status != exitOK {
		t.Fatalf("ended with %d: %s", status, out)
	}
	if out, _ := w.command(t, "device", "list"); !strings.HasPrefix(out, "k01 complete to 1, frozen since ") || !strings.HasSuffix(out, ": operator\n") {
		t.Errorf("listed as %q", out)
	}
	m := k.CheckIn(t, gatewaytest.Person(2), "internal")
	k.send(t, m)
	r.says(t, "CENTRE-04")
	if out, status := w.command(t, "device", "release", "k01"); status != exitOK {
		t.Fatalf("ended with %d: %s", status, out)
	}
	k.send(t, m)
	rc, err := envelope.VerifyReceipt(k.receipt(t), w.fleet.Roots, time.Now())
	if err != nil || rc.ID != m.Outer.ID || rc.Contiguous != 2 {
		t.Errorf("after the release: %+v, %v", rc, err)
	}
	if out, status := w.command(t, "device", "release", "k01"); status != exitFail || !strings.Contains(out, "the device is not frozen") {
		t.Errorf("released twice: %d, %q", status, out)
	}
}

// TestHeldIsReleased: an operator sees what waits, lets it go to its service, and
// the kiosk gets its result.
func TestHeldIsReleased(t *testing.T) {
	w := newWorld(t)
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	m := k.CheckIn(t, gatewaytest.Person(1), "internal", func(_ *request.Outer, i *request.Inner) {
		i.Evidence.Facts.Verdict, i.Evidence.Level = request.VerdictIntegrityOnly, request.E1
	})
	k.send(t, m)
	k.receipt(t)
	id := m.Outer.ID.String()
	if out, _ := w.command(t, "held", "list"); !strings.HasPrefix(out, "k01 "+id+" H01 seq 1, evidence-too-weak, E1 checked, ") {
		t.Errorf("listed as %q", out)
	}
	if out, status := w.command(t, "held", "release", "k01", id); status == exitOK {
		t.Errorf("released without a reason: %s", out)
	}
	if out, status := w.command(t, "held", "release", "k01", id, "-reason", "seen at the counter"); status != exitOK {
		t.Fatalf("ended with %d: %s", status, out)
	}
	res, err := envelope.VerifyResult(k.result(t), w.fleet.Roots, time.Now())
	if err != nil || res.ID != m.Outer.ID || res.Class != request.ClassOK {
		t.Errorf("result %+v, %v", res, err)
	}
	if out, _ := w.command(t, "held", "list"); out != "" {
		t.Errorf("still held: %q", out)
	}
}
