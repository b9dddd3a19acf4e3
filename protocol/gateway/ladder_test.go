package gateway_test

import (
	"slices"
	"testing"

	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// byWord makes a request that of somebody whom no chip has named.
func byWord(_ *request.Outer, i *request.Inner) {
	e := &i.Evidence
	f := request.Facts{Claim: true, Verdict: request.VerdictNone, Proof: request.ProofNone}
	*e = request.Evidence{Level: request.E1, Facts: f, Opening: e.Opening, CapturedAt: e.CapturedAt, Reasons: []string{"known-by-word"}}
}

// TestClaimedCheckIn: an insured check-in by a claim waits for reception, and goes on like
// any other once it was released.
func TestClaimedCheckIn(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal", byWord)
	reply, r := c.deliver(t, d, m)
	if r.Status != request.StatusHeld || r.Code != fault.WeakEvidence || r.No == "" || reply.Reason != "evidence-too-weak" || c.calls["H01"] != 0 {
		t.Fatalf("%s because of %q, %d calls", r.Status, reply.Reason, c.calls["H01"])
	}
	if err := gateway.Decide(t.Context(), c.inbox, "k01", m.Outer.ID, true, "card seen at reception", c.now); err != nil {
		t.Fatal(err)
	}
	got := c.works(t)
	if len(got) != 1 || got[0].Status != request.StatusAccepted || c.calls["H01"] != 1 || c.answer(t, got[0], m).CheckIn.Ticket.Number != 1 {
		t.Errorf("released: %d replies, %d calls", len(got), c.calls["H01"])
	}
}

// TestClaimIsNoChip: a claim that calls itself more is refused, or counts as a claim.
func TestClaimIsNoChip(t *testing.T) {
	for _, row := range []struct {
		story  string
		attack func(*request.Evidence)
		want   request.Status
		reason string
		alarms []gateway.AlarmKind
	}{
		{"the level alone", func(e *request.Evidence) { e.Level = request.E2 }, request.StatusRefused, "level-without-facts", []gateway.AlarmKind{gateway.AlarmLevel}},
		{"a chip's answer that is none", func(e *request.Evidence) {
			e.Level, e.Facts.Chip, e.Facts.Verdict, e.Facts.Proof = request.E2, true, request.VerdictGenuine, request.ProofAA
		}, request.StatusRefused, "chip-proof-of-another-visit", []gateway.AlarmKind{gateway.AlarmMoved}},
		{"the device's word for a chip", func(e *request.Evidence) {
			e.Level, e.Facts.Chip, e.Facts.Verdict, e.Facts.Proof = request.E2, true, request.VerdictGenuine, request.ProofCA
		}, request.StatusHeld, "evidence-too-weak", nil},
	} {
		t.Run(row.story, func(t *testing.T) {
			c := newCentre(t)
			d := c.fleet.Device(t, "k01")
			reply, r := c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), "internal", byWord, func(_ *request.Outer, i *request.Inner) { row.attack(&i.Evidence) }))
			if r.Status != row.want || reply.Reason != row.reason || c.calls["H01"] != 0 {
				t.Errorf("%s because of %q", r.Status, reply.Reason)
			}
			if got := c.alarms(t); !slices.Equal(got, row.alarms) {
				t.Errorf("alarms %v", got)
			}
		})
	}
}
