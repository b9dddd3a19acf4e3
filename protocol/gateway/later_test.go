package gateway_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// slow is a service that answers later, if at all.
type slow struct{ handle func(st gateway.State) error }

func (slow) Retry() gateway.Retry {
	return gateway.Retry{Attempts: 3, First: 10 * time.Second, Most: time.Minute, Within: time.Hour, Timeout: time.Second}
}

func (s slow) Handle(_ context.Context, st gateway.State, _ gateway.Request) (gateway.Outcome, error) {
	if err := st.Set("effect", []byte{1}); err != nil {
		return gateway.Outcome{}, err
	}
	return gateway.Outcome{Class: request.ClassOK, Codes: []string{"000"}}, s.handle(st)
}

// works runs what is due and returns how many replies there are to publish.
func (c *centre) works(t *testing.T) []gateway.Reply {
	t.Helper()
	replies, err := c.Work(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return replies
}

func (c *centre) effect(t *testing.T) (found bool) {
	t.Helper()
	if err := c.inbox.Update(t.Context(), func(tx gateway.Tx) (err error) {
		_, found, err = tx.Get("effect")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

// TestLater: a service that takes its time is asked after the receipt, again when
// it failed, and its answer is stored with its effect, once.
func TestLater(t *testing.T) {
	c := newCentre(t)
	calls := 0
	c.with(t, map[string]gateway.Service{"H01": slow{func(gateway.State) error {
		if calls++; calls < 3 {
			return errors.New("not now")
		}
		return nil
	}}})
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	reply, r := c.deliver(t, d, m)
	if r.Status != request.StatusAccepted || r.No == "" || reply.Result != nil || calls != 0 {
		t.Fatalf("got %+v, %d calls", r, calls)
	}
	for _, pause := range []time.Duration{0, 10 * time.Second, 20 * time.Second} {
		if c.now = c.now.Add(pause - time.Millisecond); pause > 0 && len(c.works(t)) > 0 {
			t.Error("asked before its time")
		}
		c.now = c.now.Add(time.Millisecond)
		if calls == 2 {
			break
		}
		if got := c.works(t); len(got) != 0 || c.effect(t) {
			t.Errorf("a failed attempt: %v, effect %v", got, c.effect(t))
		}
	}
	got := c.works(t)
	if len(got) != 1 || calls != 3 || !c.effect(t) {
		t.Fatalf("%d replies after %d calls", len(got), calls)
	}
	if res, err := envelope.VerifyResult(got[0].Result, c.fleet.Roots, c.now); err != nil || res.Class != request.ClassOK || res.ID != m.Outer.ID {
		t.Errorf("result %+v, %v", res, err)
	}
	if again, _ := c.deliver(t, d, m); string(again.Result) != string(got[0].Result) || string(again.Receipt) != string(reply.Receipt) {
		t.Error("another answer to the same envelope")
	}
	c.now = c.now.Add(time.Hour)
	if got := c.works(t); len(got) != 0 || calls != 3 {
		t.Errorf("asked again: %d calls", calls)
	}
}

// TestPoisonIsSetAside: a request on which the service breaks, or fails for too
// long, is held for a person; the others go on.
func TestPoisonIsSetAside(t *testing.T) {
	for reason, fail := range map[string]func() error{
		"panics":     func() error { panic("poison") },
		"never well": func() error { return errors.New("no") },
	} {
		t.Run(reason, func(t *testing.T) {
			c := newCentre(t)
			c.with(t, map[string]gateway.Service{"H01": slow{func(gateway.State) error { return fail() }}})
			d := c.fleet.Device(t, "k01")
			m := d.CheckIn(t, gatewaytest.Person(1), "internal")
			c.deliver(t, d, m)
			for range 4 {
				c.works(t)
				c.now = c.now.Add(2 * time.Minute)
			}
			r := c.record(t, d, m)
			if r.Status != request.StatusHeld || r.Reason != "service-failed" || c.effect(t) {
				t.Errorf("%s because of %q", r.Status, r.Reason)
			}
			c.with(t, map[string]gateway.Service{"H01": slow{func(gateway.State) error { return nil }}})
			if err := gateway.Decide(t.Context(), c.inbox, "k01", m.Outer.ID, true, "the system is up again", c.now); err != nil {
				t.Fatal(err)
			}
			if got := c.works(t); len(got) != 1 || got[0].Status != request.StatusAccepted || got[0].Result == nil {
				t.Errorf("after the release: %+v", got)
			}
		})
	}
}

// TestHeldIsDecided: what was held for weak evidence is released to its service,
// or refused, by a person with a reason; the kiosk hears of it by a result.
func TestHeldIsDecided(t *testing.T) {
	weak := func(_ *request.Outer, i *request.Inner) {
		i.Evidence.Facts.Verdict, i.Evidence.Level = request.VerdictIntegrityOnly, request.E1
	}
	for _, release := range []bool{true, false} {
		c := newCentre(t)
		d := c.fleet.Device(t, "k01")
		m := d.CheckIn(t, gatewaytest.Person(1), "internal", weak)
		if _, r := c.deliver(t, d, m); r.Status != request.StatusHeld || r.Code != fault.WeakEvidence {
			t.Fatalf("got %s", r.Status)
		}
		if err := gateway.Decide(t.Context(), c.inbox, "k01", m.Outer.ID, release, "", c.now); err == nil {
			t.Error("decided without a reason")
		}
		if err := gateway.Decide(t.Context(), c.inbox, "k01", m.Outer.ID, release, "seen at the counter", c.now); err != nil {
			t.Fatal(err)
		}
		if err := gateway.Decide(t.Context(), c.inbox, "k01", m.Outer.ID, !release, "twice", c.now); !errors.Is(err, gateway.ErrNotHeld) {
			t.Errorf("decided twice: %v", err)
		}
		got := c.works(t)
		if len(got) != 1 {
			t.Fatalf("%d replies", len(got))
		}
		res, err := envelope.VerifyResult(got[0].Result, c.fleet.Roots, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if release && (got[0].Status != request.StatusAccepted || c.answer(t, got[0], m).CheckIn.Ticket.Number != 1 || c.calls["H01"] != 1) {
			t.Errorf("released: %s, %d calls", got[0].Status, c.calls["H01"])
		}
		if !release && (got[0].Status != request.StatusRefused || res.Class != request.ClassReception || !slices.Equal(res.Codes, []string{"refused-by-operator"}) || c.calls["H01"] != 0) {
			t.Errorf("refused: %s, %+v", got[0].Status, res)
		}
		if again := c.works(t); len(again) != 0 {
			t.Error("told twice")
		}
		if r := c.record(t, d, m); r.Decision == "" {
			t.Error("the reason is not kept")
		}
	}
}
