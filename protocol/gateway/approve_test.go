package gateway_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"slices"
	"testing"
	"time"

	"motcua/protocol/anomaly"
	"motcua/protocol/approval"
	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

func approverKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// people are those on the roster: two officers of the facility, an approver of the
// district, one of the facility itself, and one who is officer op-17 in another role.
func (w watchful) people() roster.Roster {
	var r roster.Roster
	r.Serial, r.Issued, r.Expires = 1, w.now.Add(-time.Minute), w.now.Add(24*time.Hour)
	add := func(o roster.Officer) {
		o.From, o.Until = w.now.Add(-24*time.Hour), w.now.Add(24*time.Hour)
		r.Officers = append(r.Officers, o)
	}
	approver := func(facility, ref string, card, key byte) {
		add(roster.Officer{Ref: ref, Role: roster.Approver, Facility: facility, Card: roster.Card{card}, Key: roster.Key(approverKey(key).Public().(ed25519.PublicKey))})
	}
	approver("district", "ap-1", 1, 1)
	approver("district", "ap-17", 17, 2)
	approver("h001", "ap-3", 3, 3)
	for i, ref := range []string{"op-17", "op-18"} {
		add(roster.Officer{Ref: ref, Role: roster.Duty, Facility: "h001", Card: roster.Card{byte(17 + i)}})
	}
	return r
}

func (w watchful) approvers() { w.duty.Set(w.people()) }

// signed is what an approver says about a request.
func (w watchful) signed(m gatewaytest.Message, facility, ref string, key byte, change func(*approval.Statement)) []byte {
	w.t.Helper()
	s := approval.Statement{
		Device: m.Outer.Device, ID: m.Outer.ID, Digest: m.Digest, Facility: facility, Ref: ref,
		Verdict: approval.Release, Reason: "the station was asked", At: w.now,
	}
	if change != nil {
		change(&s)
	}
	b, err := approval.Sign(s, approverKey(key))
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w watchful) approve(statement []byte) error {
	return gateway.Approve(w.t.Context(), w.inbox, w.people(), *w.rules, statement, w.now)
}

// TestApproverReleases: what a rule holds is let go by an approver of another facility who
// signs that, and by nobody else.
func TestApproverReleases(t *testing.T) {
	w := newWatchful(t)
	d := w.fleet.Device(t, "k01")
	reply, m := w.send(d, catalogue.RecordDose, 1, nil)
	if reply.Reason != "anomaly-dormant-facility" {
		t.Fatalf("held because of %q", reply.Reason)
	}
	if err := gateway.Decide(t.Context(), w.inbox, "k01", m.Outer.ID, true, "I know the password", w.now); !errors.Is(err, gateway.ErrApprover) {
		t.Errorf("an operator: %v", err)
	}
	other := func(s *approval.Statement) { s.Digest = request.Digest{1} }
	for story, row := range map[string]struct {
		statement []byte
		want      error
	}{
		"by nobody":                         {w.signed(m, "district", "ap-1", 9, nil), gateway.ErrNoApprover},
		"by another approver's key":         {w.signed(m, "district", "ap-1", 2, nil), gateway.ErrNoApprover},
		"in another's name":                 {w.signed(m, "district", "ap-17", 1, nil), gateway.ErrNoApprover},
		"by an approver of the facility":    {w.signed(m, "h001", "ap-3", 3, nil), gateway.ErrInvolved},
		"by the officer, who approves, too": {w.signed(m, "district", "ap-17", 2, nil), gateway.ErrInvolved},
		"about another request":             {w.signed(m, "district", "ap-1", 1, other), gateway.ErrOtherRequest},
		"about no request":                  {w.signed(m, "district", "ap-1", 1, func(s *approval.Statement) { s.ID = request.ID{9} }), gateway.ErrNotHeld},
		"from before it came":               {w.signed(m, "district", "ap-1", 1, func(s *approval.Statement) { s.At = w.now.Add(-time.Hour) }), gateway.ErrOtherRequest},
		"of tomorrow":                       {w.signed(m, "district", "ap-1", 1, func(s *approval.Statement) { s.At = w.now.Add(20 * time.Hour) }), gateway.ErrOtherRequest},
		"when the approver's time is over":  {w.signed(m, "district", "ap-1", 1, func(s *approval.Statement) { s.At = w.now.Add(30 * time.Hour) }), gateway.ErrNoApprover},
		"nothing":                           {nil, gateway.ErrNoApprover},
	} {
		if err := w.approve(row.statement); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", story, err, row.want)
		}
	}
	if _, err := w.Work(t.Context()); err != nil || w.calls[catalogue.RecordDose] != 0 {
		t.Fatalf("its service was asked: %v", err)
	}
	w.pass(time.Minute, d)
	if err := w.approve(w.signed(m, "district", "ap-1", 1, nil)); err != nil {
		t.Fatal(err)
	}
	replies, err := w.Work(t.Context())
	if err != nil || len(replies) != 1 || replies[0].Status != request.StatusAccepted || w.calls[catalogue.RecordDose] != 1 {
		t.Fatalf("after the release: %+v, %v", replies, err)
	}
	if err := w.approve(w.signed(m, "district", "ap-1", 1, nil)); !errors.Is(err, gateway.ErrNotHeld) {
		t.Errorf("again: %v", err)
	}
	entries, err := gateway.Trail(t.Context(), w.inbox, 1, 10)
	if err != nil || len(entries) != 2 {
		t.Fatalf("the trail: %+v, %v", entries, err)
	}
	e := entries[1]
	if e.Act != gateway.ActReleased || e.By != "district/ap-1" || e.Reason != "the station was asked" || e.Officer != "op-17" || e.At != w.now.UnixMilli() ||
		!slices.Equal(e.Rules, []anomaly.Rule{anomaly.Dormant}) {
		t.Errorf("the trail says %+v", e)
	}
	if s, err := approval.Open(e.Statement, approverKey(1).Public().(ed25519.PublicKey)); err != nil || s.ID != m.Outer.ID {
		t.Errorf("the trail keeps %+v, %v", s, err)
	}
	w.pass(2*time.Minute, d)
	if reply, _ := w.send(d, catalogue.RecordDose, 2, nil); reply.Status != request.StatusAccepted {
		t.Errorf("the next one at a facility that was looked at: %s because of %q", reply.Status, reply.Reason)
	}
}

// TestApproverRefuses: a refused request does not reach its service, and wakes no
// facility.
func TestApproverRefuses(t *testing.T) {
	w := newWatchful(t)
	d := w.fleet.Device(t, "k01")
	_, m := w.send(d, catalogue.RecordDose, 1, nil)
	if err := w.approve(w.signed(m, "district", "ap-1", 1, func(s *approval.Statement) { s.Verdict = approval.Refuse })); err != nil {
		t.Fatal(err)
	}
	replies, err := w.Work(t.Context())
	if err != nil || len(replies) != 1 || replies[0].Status != request.StatusRefused || w.calls[catalogue.RecordDose] != 0 {
		t.Errorf("%+v, %v", replies, err)
	}
	w.pass(2*time.Minute, d)
	if reply, _ := w.send(d, catalogue.RecordDose, 2, nil); reply.Reason != "anomaly-dormant-facility" {
		t.Errorf("the next one: %s because of %q", reply.Status, reply.Reason)
	}
	if entries, err := gateway.Trail(t.Context(), w.inbox, 1, 10); err != nil || len(entries) != 3 || entries[1].Act != gateway.ActRefused {
		t.Errorf("the trail: %+v, %v", entries, err)
	}
}

// TestForgedRelease: who can write the inbox and signs nothing releases nothing: the
// gateway that has the roster looks again, and raises an alarm.
func TestForgedRelease(t *testing.T) {
	for story, forge := range map[string]func(w watchful, m gatewaytest.Message, tx gateway.Tx) error{
		"without a statement": func(watchful, gatewaytest.Message, gateway.Tx) error { return nil },
		"with somebody's": func(w watchful, m gatewaytest.Message, tx gateway.Tx) error {
			return tx.Set("gateway/approval/k01/"+m.Outer.ID.String(), w.signed(m, "district", "ap-1", 9, nil))
		},
		"with one that refuses": func(w watchful, m gatewaytest.Message, tx gateway.Tx) error {
			return tx.Set("gateway/approval/k01/"+m.Outer.ID.String(), w.signed(m, "district", "ap-1", 1, func(s *approval.Statement) { s.Verdict = approval.Refuse }))
		},
	} {
		t.Run(story, func(t *testing.T) {
			w := newWatchful(t)
			d := w.fleet.Device(t, "k01")
			_, m := w.send(d, catalogue.RecordDose, 1, nil)
			r := *w.record(t, d, m)
			r.Decision = "released by district/ap-1: forged"
			err := w.inbox.Update(t.Context(), func(tx gateway.Tx) error {
				return errors.Join(forge(w, m, tx), tx.Settle(&r), tx.PutJob(gateway.Job{Device: "k01", ID: m.Outer.ID, Next: w.now.UnixMilli()}))
			})
			if err != nil {
				t.Fatal(err)
			}
			if replies, err := w.Work(t.Context()); err != nil || len(replies) != 0 || w.calls[catalogue.RecordDose] != 0 {
				t.Errorf("%+v, %v, %d calls", replies, err, w.calls[catalogue.RecordDose])
			}
			if r := w.record(t, d, m); r.Status != request.StatusHeld || r.Decision != "" || r.Reason != "anomaly-dormant-facility" {
				t.Errorf("it is %s, %q, %q", r.Status, r.Reason, r.Decision)
			}
			if alarms := w.alarms(t); !slices.Contains(alarms, gateway.AlarmApproval) {
				t.Errorf("alarms: %v", alarms)
			}
		})
	}
}

// TestNobodyActsAsApprover: an approver's entry opens no session at a kiosk.
func TestNobodyActsAsApprover(t *testing.T) {
	w := newWatchful(t)
	d := w.fleet.Device(t, "k01")
	reply, _ := w.send(d, catalogue.RecordDose, 1, nil, func(_ *request.Outer, i *request.Inner) {
		i.Officer = &request.Officer{Session: "s-9", Ref: "ap-3", Role: string(roster.Approver), Method: request.MethodPIN}
	})
	if reply.Status != request.StatusRefused || reply.Reason != "officer-not-on-roster" {
		t.Errorf("%s because of %q", reply.Status, reply.Reason)
	}
}
