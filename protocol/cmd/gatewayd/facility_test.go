package main

import (
	"strings"
	"testing"
	"time"

	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/wire"
)

// TestRevokedFacility: the kiosks of a revoked facility are sent away within a minute
// and not let in, other kiosks stay; after the facility is restored they are let in.
// What was accepted before is flagged.
func TestRevokedFacility(t *testing.T) {
	w := withList(t)
	r := w.start(t)
	first, second := connect(t, w, r.port, w.fleet.Device(t, "k01")), connect(t, w, r.port, w.fleet.Device(t, "k02"))
	other := connect(t, w, r.port, w.fleet.DeviceAt(t, wire.Branch{Province: "99", Facility: "h002", Device: "k03"}))
	begun := time.Now()
	m := first.CheckIn(t, gatewaytest.Person(1), "internal")
	first.send(t, m)
	first.receipt(t)
	if out, status := w.command(t, "facility", "revoke", "99", "h001", "-reason", "fraud"); status != exitOK || !strings.Contains(out, "99/h001 is revoked; list 1 holds 1") {
		t.Fatalf("%d: %s", status, out)
	}
	first.sentAway(t, begun)
	second.sentAway(t, begun)
	if !other.client.IsConnectionOpen() {
		t.Error("a kiosk of another facility was sent away")
	}
	if out, status := w.command(t, "facility", "revoke", "99", "h001"); status != exitFail {
		t.Errorf("revoked twice: %d, %s", status, out)
	}
	out, status := w.command(t, "review", "facility", "99", "h001", "-since", begun.Add(-time.Minute).Format(time.RFC3339))
	if want := "k01 " + m.Outer.ID.String() + " H01 seq 1, accepted, "; status != exitOK || !strings.HasPrefix(out, want) || !strings.Contains(out, "1 requests of facility 99/h001 to look at again") {
		t.Errorf("%d: %q, want %q", status, out, want)
	}
	if out := w.inbox(t); !strings.Contains(out, "alarm review k01 seq 1") {
		t.Errorf("the inbox: %s", out)
	}
	if out, status := w.command(t, "facility", "restore", "99", "h001", "-reason", "found honest"); status != exitOK || !strings.Contains(out, "99/h001 counts again; list 2 holds 0") {
		t.Fatalf("%d: %s", status, out)
	}
	r.says(t, `"msg":"revocation","number":2`)
	connect(t, w, r.port, first.Device)
	if out, _ := w.command(t, "revocation", "show"); !strings.Contains(out, `"holder":"99/h001"`) || !strings.Contains(out, "restored: found honest") {
		t.Errorf("shown: %s", out)
	}
}

// TestReviewUsage: what is to be looked at again has to be said exactly.
func TestReviewUsage(t *testing.T) {
	w := withList(t)
	for _, args := range [][]string{
		{"review"},
		{"review", "device", "k01"},
		{"review", "device", "k01", "-since", "yesterday"},
		{"review", "citizen", "k01", "-since", "2026-03-02T00:00:00Z"},
		{"review", "officer", "o-1", "-since", "2026-03-02T00:00:00Z"},
		{"facility", "revoke", "99"},
		{"facility", "revoke", "99", "a/b"},
		{"facility", "close", "99", "h001"},
	} {
		if out, status := w.command(t, args...); status != exitUsage {
			t.Errorf("%v: %d, %s", args, status, out)
		}
	}
}
