package main

import (
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// TestConsentIsWithdrawn: a clerk with the person's slip sees what was agreed to, and
// takes it back; a request that rests on it and comes afterwards is refused.
func TestConsentIsWithdrawn(t *testing.T) {
	w := newWorld(t)
	r := w.start(t)
	k := connect(t, w, r.port, w.fleet.Device(t, "k01"))
	k.publish(t, k.Branch.Up(wire.UpEvent), hello(t, k.Device))
	m := k.CheckIn(t, gatewaytest.Person(1), "internal")
	late := k.CheckIn(t, gatewaytest.Person(1), "eye")
	k.send(t, m)
	k.receipt(t)
	slip, err := ticket.Of("h001", m.Outer.ID)
	if err != nil {
		t.Fatal(err)
	}
	hash := catalogue.ConsentHash(catalogue.CheckIn, "vi")
	out, status := w.command(t, "consent", "show", "99", slip.Code())
	if status != exitOK || strings.Count(out, " to text "+hash.String()+" (vi)") != 2 || strings.Contains(out, "withdrawn") {
		t.Fatalf("%d: %q", status, out)
	}
	out, status = w.command(t, "consent", "withdraw", "99", slip.Code())
	if status != exitOK || strings.Count(out, ", withdrawn ") != 2 || strings.Contains(out, gatewaytest.Person(1).Number) {
		t.Fatalf("%d: %q", status, out)
	}
	k.send(t, late)
	if rc, err := envelope.VerifyReceipt(k.receipt(t), w.fleet.Roots, time.Now()); err != nil || rc.Status != request.StatusRefused {
		t.Errorf("%+v, %v", rc, err)
	}
	r.says(t, `"reason":"consent-withdrawn"`)
	if out, status := w.command(t, "consent", "withdraw", "98", slip.Code()); status != exitFail || !strings.Contains(out, "no request has this number") {
		t.Errorf("in another province: %d, %q", status, out)
	}
	for _, args := range [][]string{{"consent"}, {"consent", "show", "99"}, {"consent", "show", "99", "none"}, {"consent", "forget", "99", slip.Code()}} {
		if out, status := w.command(t, args...); status != exitUsage {
			t.Errorf("%v: %d, %q", args, status, out)
		}
	}
}
