package gateway_test

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// evidenceMost is how long after a visit's opening its request is taken, and used
// evidence remembered: docs/protocol.md.
const evidenceMost = 7 * 24 * time.Hour

// marksOf counts what the inbox's file remembers of used evidence.
func marksOf(t *testing.T, c *centre) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", c.file)
	if err != nil {
		t.Fatal(err)
	}
	err = db.QueryRowContext(t.Context(), "SELECT count(*) FROM marks").Scan(&n)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return n
}

// replay is what a dishonest device makes of evidence that it has used: a request
// that says of itself whatever it needs to.
func (a attacked) replay(trust request.ClockTrust) gatewaytest.Message {
	a.t.Helper()
	return a.d.CheckIn(a.t, gatewaytest.Person(1), "eye", func(o *request.Outer, i *request.Inner) {
		i.Visit, i.Evidence = a.evidence()
		o.Clock.Trust = trust
		o.CreatedAt = i.Evidence.CapturedAt + 1000
		o.ExpiresAt = a.c.now.Add(time.Hour).UnixMilli()
	})
}

// TestEvidenceIsForgotten: used evidence is refused as that for as long as it could
// be accepted, and as too old from then on; then the inbox forgets it.
func TestEvidenceIsForgotten(t *testing.T) {
	c := newCentre(t)
	a := attacked{t: t, c: c, d: c.fleet.Device(t, "k01")}
	a.first = a.d.CheckIn(t, gatewaytest.Person(1), "internal")
	if _, r := c.deliver(t, a.d, a.first); r.Status != request.StatusAccepted {
		t.Fatalf("got %s", r.Status)
	}
	for _, step := range []struct {
		after  time.Duration
		reason string
		alarm  bool
		trust  request.ClockTrust
	}{
		{time.Hour, "evidence-used-twice", true, request.ClockSynced},
		{evidenceMost, "evidence-used-twice", true, request.ClockSynced},
		{evidenceMost, "evidence-used-twice", true, request.ClockUnset},
		{evidenceMost + time.Millisecond, "evidence-too-old", true, request.ClockSynced},
		{evidenceMost + time.Millisecond, "evidence-too-old", false, request.ClockUnset}, // it does not know better
		{evidenceMost + 2*time.Hour, "evidence-too-old", true, request.ClockHeld},
		{300 * 24 * time.Hour, "evidence-too-old", true, request.ClockSynced},
	} {
		c.now = now().Add(step.after)
		reply, r := c.deliver(t, a.d, a.replay(step.trust))
		if r.Status != request.StatusRefused || reply.Reason != step.reason || (len(reply.Alarms) > 0) != step.alarm {
			t.Errorf("after %v: %s because of %q, alarms %v", step.after, r.Status, reply.Reason, reply.Alarms)
		}
	}
	if c.calls["H01"] != 1 || marksOf(t, c) != 1 {
		t.Errorf("%d requests had an effect, %d marks are there", c.calls["H01"], marksOf(t, c))
	}
	a.d.Pass(300 * 24 * time.Hour)
	c.deliver(t, a.d, a.d.CheckIn(t, gatewaytest.Person(2), "internal"))
	if n := marksOf(t, c); n != 1 { // the new one's; the other's time is over
		t.Errorf("%d marks are there", n)
	}
	if reply, _ := c.deliver(t, a.d, a.replay(request.ClockSynced)); reply.Reason != "evidence-too-old" {
		t.Errorf("after it was forgotten: %q", reply.Reason)
	}
}

// TestEvidenceOfTomorrow: an opening that names a time to come is not taken before
// about that time, and remembered until it is past.
func TestEvidenceOfTomorrow(t *testing.T) {
	c := newCentre(t)
	a := attacked{t: t, c: c, d: c.fleet.Device(t, "k01")}
	a.d.Pass(evidenceMost + time.Minute)
	a.first = a.d.CheckIn(t, gatewaytest.Person(1), "internal")
	if reply, r := c.deliver(t, a.d, a.first); r.Status != request.StatusRefused || reply.Reason != "evidence-too-old" {
		t.Errorf("too early: %s because of %q", r.Status, reply.Reason)
	}
	c.now = now().Add(time.Hour)
	a.first = a.d.CheckIn(t, gatewaytest.Person(1), "internal")
	if _, r := c.deliver(t, a.d, a.first); r.Status != request.StatusAccepted {
		t.Errorf("got %s", r.Status)
	}
	c.now = now().Add(2*evidenceMost + time.Minute)
	if reply, _ := c.deliver(t, a.d, a.replay(request.ClockSynced)); reply.Reason != "evidence-used-twice" {
		t.Errorf("two weeks later: %q", reply.Reason)
	}
	c.now = now().Add(2*evidenceMost + 2*time.Minute)
	if reply, _ := c.deliver(t, a.d, a.replay(request.ClockSynced)); reply.Reason != "evidence-too-old" {
		t.Errorf("after that: %q", reply.Reason)
	}
}

// TestNonceDates: a nonce of the centre's dates a visit better than the kiosk's
// clock; it is remembered for as long as a request of its visit may arrive, and so
// is the evidence.
func TestNonceDates(t *testing.T) {
	c := newCentre(t)
	a := attacked{t: t, c: c, d: c.fleet.Device(t, "k01")}
	_, w := c.greet(t, a.d, 1)
	life := gateway.DefaultNonces().Life
	a.d.Pass(-1000 * time.Hour) // its battery is empty
	o := a.d.Opening(t, "v-000100")
	o.Nonce = w.Nonces[0]
	c.now = now().Add(life)
	a.first = a.d.CheckIn(t, gatewaytest.Person(1), "internal", opened(t, c, a.d, o), func(o *request.Outer, _ *request.Inner) { o.Clock.Trust = request.ClockUnset })
	if reply, r := c.deliver(t, a.d, a.first); r.Status != request.StatusAccepted {
		t.Errorf("got %s because of %q", r.Status, reply.Reason)
	}
	without := a.d.CheckIn(t, gatewaytest.Person(2), "internal", func(o *request.Outer, _ *request.Inner) { o.Clock.Trust = request.ClockUnset })
	if reply, r := c.deliver(t, a.d, without); r.Status != request.StatusRefused || reply.Reason != "evidence-too-old" || len(reply.Alarms) != 0 {
		t.Errorf("without a nonce: %s because of %q, alarms %v", r.Status, reply.Reason, reply.Alarms)
	}
	for _, step := range []struct {
		after  time.Duration
		reason string
	}{
		{life + evidenceMost, "evidence-used-twice"},
		{life + evidenceMost + time.Millisecond, "evidence-too-old"},
		{life + evidenceMost + 2*time.Hour, "evidence-too-old"},
	} {
		c.now = now().Add(step.after)
		if reply, _ := c.deliver(t, a.d, a.replay(request.ClockUnset)); reply.Reason != step.reason {
			t.Errorf("after %v: %q", step.after, reply.Reason)
		}
	}
}

// TestEvidenceOutlastsRequests: no request that may still be answered has evidence
// that is too old, by days.
func TestEvidenceOutlastsRequests(t *testing.T) {
	for _, kind := range catalogue.Services() {
		if visit := time.Hour; kind.Expiry+visit > evidenceMost-3*24*time.Hour {
			t.Errorf("%s may wait for %v, its evidence counts for %v", kind.ID, kind.Expiry, evidenceMost)
		}
	}
}
