package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// twice answers at once and completes its answer later.
type twice struct{ follow func() error }

func (twice) Handle(context.Context, gateway.State, gateway.Request) (gateway.Outcome, error) {
	return gateway.Outcome{Class: request.ClassUnavailable, More: true}, nil
}

func (s twice) Follow(_ context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if r.Date != gateway.Date(now()) || r.Key == (request.Digest{}) {
		return gateway.Outcome{}, errors.New("another day's request")
	}
	if err := st.Set("effect", []byte{1}); err != nil {
		return gateway.Outcome{}, err
	}
	return gateway.Outcome{Class: request.ClassOK}, s.follow()
}

func (twice) Patience() gateway.Retry {
	return gateway.Retry{Attempts: 10, First: 10 * time.Hour, Most: 10 * time.Hour, Within: 48 * time.Hour, Timeout: time.Second}
}

// TestFollow: the first answer comes with the receipt. The complete one takes its place
// as soon as the other system answers, also on the next day, and nothing of a failed
// attempt stays.
func TestFollow(t *testing.T) {
	c := newCentre(t)
	calls := 0
	c.with(t, map[string]gateway.Service{"H01": twice{func() error {
		if calls++; calls < 3 {
			return errors.New("not now")
		}
		return nil
	}}})
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	class := func(r gateway.Reply) request.Class {
		res, err := envelope.VerifyResult(r.Result, c.fleet.Roots, c.now)
		if err != nil || res.ID != m.Outer.ID {
			t.Fatalf("result of %s, %v", res.ID, err)
		}
		return res.Class
	}
	first, r := c.deliver(t, d, m)
	if class(first) != request.ClassUnavailable || r.Status != request.StatusAccepted {
		t.Errorf("first: %s, %s", class(first), r.Status)
	}
	for range 2 {
		if got := c.works(t); len(got) != 0 || c.effect(t) {
			t.Fatalf("a failed attempt: %d replies, effect %v", len(got), c.effect(t))
		}
		c.now = c.now.Add(10 * time.Hour)
	}
	got := c.works(t)
	if len(got) != 1 || class(got[0]) != request.ClassOK || got[0].Status != request.StatusAccepted || !c.effect(t) {
		t.Fatalf("%d replies after %d calls", len(got), calls)
	}
	again, _ := c.deliver(t, d, m)
	if !again.Again || class(again) != request.ClassOK || string(again.Receipt) != string(first.Receipt) {
		t.Errorf("delivered again: %s", class(again))
	}
	c.now = c.now.Add(48 * time.Hour)
	if got := c.works(t); len(got) != 0 || calls != 3 {
		t.Errorf("asked again: %d calls", calls)
	}
}

// TestFollowBreaks: a completion that fails for ever, or breaks, leaves the first
// answer, and the request is not held: it has been served.
func TestFollowBreaks(t *testing.T) {
	for story, fail := range map[string]func() error{
		"panics":     func() error { panic("poison") },
		"never well": func() error { return errors.New("no") },
	} {
		t.Run(story, func(t *testing.T) {
			c := newCentre(t)
			calls := 0
			c.with(t, map[string]gateway.Service{"H01": twice{func() error { calls++; return fail() }}})
			d := c.fleet.Device(t, "k01")
			m := d.CheckIn(t, gatewaytest.Person(1), "internal")
			first, _ := c.deliver(t, d, m)
			for range 12 {
				if got := c.works(t); len(got) != 0 {
					t.Fatalf("%+v", got)
				}
				c.now = c.now.Add(11 * time.Hour)
			}
			if calls == 0 || calls > 5 {
				t.Errorf("%d calls", calls)
			}
			if rec := c.record(t, d, m); rec.Status != request.StatusAccepted || string(rec.Result) != string(first.Result) {
				t.Errorf("status %s", rec.Status)
			}
		})
	}
}

// steps is a follower that does one thing after the other, and says what it saw.
type steps struct {
	outcomes []gateway.Outcome
	saw      []gateway.Request
}

func (*steps) Handle(context.Context, gateway.State, gateway.Request) (gateway.Outcome, error) {
	return gateway.Outcome{Class: request.ClassOK, More: true}, nil
}

func (s *steps) Follow(_ context.Context, _ gateway.State, r gateway.Request) (gateway.Outcome, error) {
	s.saw = append(s.saw, r)
	if len(s.saw) > len(s.outcomes) {
		panic("poison")
	}
	return s.outcomes[len(s.saw)-1], nil
}

func (*steps) Patience() gateway.Retry {
	return gateway.Retry{Attempts: 2, First: time.Hour, Most: time.Hour, Within: 48 * time.Hour, Timeout: time.Second, Hold: true}
}

// TestFollowOn: a service is asked again not before the time that it names, and where
// it has nothing new to say nothing is published and the answer stays.
func TestFollowOn(t *testing.T) {
	c := newCentre(t)
	s := &steps{outcomes: []gateway.Outcome{
		{More: true, After: time.Hour}, {Class: request.ClassPending, More: true, After: 2 * time.Hour}, {},
	}}
	c.with(t, map[string]gateway.Service{"H01": s})
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	c.deliver(t, d, m)
	var published []int
	for range 6 {
		published = append(published, len(c.works(t)))
		c.now = c.now.Add(time.Hour)
	}
	if got := fmt.Sprint(published, len(s.saw)); got != "[0 1 0 0 0 0] 3" {
		t.Errorf("published and asked: %s", got)
	}
	res, err := envelope.VerifyResult(c.record(t, d, m).Result, c.fleet.Roots, c.now)
	if err != nil || res.Class != request.ClassPending {
		t.Errorf("class %s, %v", res.Class, err)
	}
}

// TestFollowHolds: a service holds a request in the middle of following it, or breaks
// on it; a person releases it, or refuses it, and the service hears of that.
func TestFollowHolds(t *testing.T) {
	for _, release := range []bool{true, false} {
		c := newCentre(t)
		s := &steps{outcomes: []gateway.Outcome{{Status: request.StatusHeld, Class: request.ClassReception, Reason: "odd"}, {Class: request.ClassOK, More: true}}}
		c.with(t, map[string]gateway.Service{"H01": s})
		d := c.fleet.Device(t, "k01")
		m := d.CheckIn(t, gatewaytest.Person(1), "internal")
		c.deliver(t, d, m)
		if got := c.works(t); len(got) != 1 || got[0].Status != request.StatusHeld || got[0].Reason != "odd" {
			t.Fatalf("%+v", got)
		}
		c.now = c.now.Add(time.Hour)
		if got := c.works(t); len(got) != 0 || len(s.saw) != 1 {
			t.Errorf("asked %d times while a person looks", len(s.saw))
		}
		if err := gateway.Decide(t.Context(), c.inbox, "k01", m.Outer.ID, release, "looked at", c.now); err != nil {
			t.Fatal(err)
		}
		got := c.works(t)
		want := map[bool]request.Status{true: request.StatusAccepted, false: request.StatusRefused}[release]
		if len(got) != 1 || got[0].Status != want || len(s.saw) < 2 || s.saw[1].Refused == release {
			t.Errorf("released %v: %+v", release, got)
		}
		if !release {
			continue
		}
		for range 3 { // it breaks
			c.works(t)
			c.now = c.now.Add(2 * time.Hour)
		}
		if r := c.record(t, d, m); r.Status != request.StatusHeld || r.Reason != "service-failed" || r.Decision != "" {
			t.Errorf("broken: %s because of %q, %q", r.Status, r.Reason, r.Decision)
		}
	}
}
