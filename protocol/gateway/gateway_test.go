package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// now is a fixed instant: 2026-03-02 07:30:00 +07:00.
func now() time.Time { return time.UnixMilli(1772411400000) }

// TestCheckIn: a check-in gets a receipt, a ticket and the insurance's answer.
func TestCheckIn(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	reply, r := c.deliver(t, d, m)
	if r.Status != request.StatusAccepted || r.No != "h001-260302-0001" || r.Contiguous != 1 || r.ChainHead != m.Digest {
		t.Errorf("receipt: %+v", r)
	}
	a := c.answer(t, reply, m).CheckIn
	if a.Ticket.Prefix != "A" || a.Ticket.Number != 1 || a.Ticket.Room == "" || a.Insurance.Class != request.ClassOK || a.Again {
		t.Errorf("ticket %s%d, room %s, insurance %s", a.Ticket.Prefix, a.Ticket.Number, a.Ticket.Room, a.Insurance.Class)
	}
}

// TestExactlyOnce: the same message delivered fifty times at once has one effect,
// and every delivery gets the same receipt and the same result.
func TestExactlyOnce(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	replies := make([]gateway.Reply, 50)
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() {
			var err error
			if replies[i], err = c.Process(t.Context(), d.Branch, m.Bytes); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	first := 0
	for _, r := range replies {
		if !bytes.Equal(r.Receipt, replies[0].Receipt) || !bytes.Equal(r.Result, replies[0].Result) {
			t.Error("two deliveries got different answers")
		}
		if !r.Again {
			first++
		}
	}
	if first != 1 || c.calls["H01"] != 1 {
		t.Errorf("processed %d times, the hospital was asked %d times", first, c.calls["H01"])
	}
	if want := map[string]int{"H01 accepted": 1}; !cmp.Equal(c.counts(t), want) {
		t.Errorf("inbox: %v", c.counts(t))
	}
}

// TestRestart: the receipt is stored with the effect. The gateway that dies after
// the commit and before it publishes gives the same receipt after its restart.
func TestRestart(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	lost, _ := c.deliver(t, d, m)
	if err := c.inbox.Close(); err != nil {
		t.Fatal(err)
	}
	c.now = c.now.Add(26 * time.Hour) // even when the request has expired since
	c.open(t)
	again, _ := c.deliver(t, d, m)
	if !bytes.Equal(lost.Receipt, again.Receipt) || !bytes.Equal(lost.Result, again.Result) || !again.Again {
		t.Error("the receipt after the restart is another one")
	}
}

// TestSecondCheckIn: checking in a second time on the same day, at any kiosk, gives
// the same ticket and the same number; another specialty or day gives another.
func TestSecondCheckIn(t *testing.T) {
	c := newCentre(t)
	k1, k2 := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	m := k1.CheckIn(t, gatewaytest.Person(1), "internal")
	reply, r := c.deliver(t, k1, m)
	ticket := c.answer(t, reply, m).CheckIn.Ticket

	m = k2.CheckIn(t, gatewaytest.Person(1), "internal")
	reply, r2 := c.deliver(t, k2, m)
	a := c.answer(t, reply, m).CheckIn
	if r2.Status != request.StatusDuplicate || r2.No != r.No || !cmp.Equal(a.Ticket, ticket) || !a.Again {
		t.Errorf("second check-in: %s %s, ticket %v, again %v", r2.Status, r2.No, a.Ticket == ticket, a.Again)
	}
	m = k2.CheckIn(t, gatewaytest.Person(1), "eye")
	reply, r3 := c.deliver(t, k2, m)
	if a := c.answer(t, reply, m).CheckIn; r3.Status != request.StatusAccepted || a.Ticket.Prefix != "E" || a.Again {
		t.Errorf("another specialty: %s, again %v", r3.Status, a.Again)
	}
	m = k2.CheckIn(t, gatewaytest.Person(2), "internal")
	reply, _ = c.deliver(t, k2, m)
	if a := c.answer(t, reply, m).CheckIn; a.Ticket.Number != 2 || a.Ticket.Ahead != 1 || a.Insurance.Code != "050" {
		t.Errorf("another person: number %d, %d ahead", a.Ticket.Number, a.Ticket.Ahead)
	}
	c.now = c.now.Add(24 * time.Hour)
	k1.Pass(24 * time.Hour)
	m = k1.CheckIn(t, gatewaytest.Person(1), "internal")
	if _, r := c.deliver(t, k1, m); r.Status != request.StatusAccepted || r.No != "h001-260303-0001" {
		t.Errorf("next day: %s %s", r.Status, r.No)
	}
}

func later(by time.Duration) func(*request.Outer, *request.Inner) {
	return func(o *request.Outer, _ *request.Inner) {
		o.CreatedAt += by.Milliseconds()
		o.ExpiresAt += by.Milliseconds()
	}
}

// TestRefusals: what cannot be processed gets a receipt that says so, takes its
// place in the chain, and never reaches the service.
func TestRefusals(t *testing.T) {
	type change = func(*request.Outer, *request.Inner)
	for _, c := range []struct {
		reason string
		status request.Status
		code   fault.Code
		change change
	}{
		{"unknown-service", request.StatusRefused, fault.Refused, func(o *request.Outer, _ *request.Inner) { o.Service = "Z99" }},
		{"too-late", request.StatusExpired, fault.Expired, later(-2 * time.Hour)},
		{"too-late", request.StatusExpired, fault.Expired, func(o *request.Outer, _ *request.Inner) { o.Clock.OffsetMS = -2 * 3600000 }},
		{"form", request.StatusRefused, fault.BadForm, func(_ *request.Outer, i *request.Inner) { i.Form = []byte{0xa0} }},
		{"form", request.StatusRefused, fault.BadForm, func(_ *request.Outer, i *request.Inner) {
			i.Form, _ = request.Encode(request.CheckIn{Specialty: "alchemy"})
		}},
		{"no-subject", request.StatusRefused, fault.Refused, func(_ *request.Outer, i *request.Inner) { i.Subject = nil }},
		{"evidence-of-another-visit", request.StatusRefused, fault.Refused, func(_ *request.Outer, i *request.Inner) { i.Visit = "v-000002" }},
		{"chip-proof-of-another-visit", request.StatusRefused, fault.Refused, func(_ *request.Outer, i *request.Inner) { i.Evidence.AA.Challenge = request.Bytes8{} }},
		{"chip-proof-of-another-visit", request.StatusRefused, fault.Refused, func(_ *request.Outer, i *request.Inner) { i.Evidence.AA = nil }},
		{"level-without-facts", request.StatusRefused, fault.Refused, func(_ *request.Outer, i *request.Inner) { i.Evidence.Level = request.E4 }},
	} {
		t.Run(c.reason, func(t *testing.T) {
			centre := newCentre(t)
			d := centre.fleet.Device(t, "k01")
			reply, r := centre.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), "internal", c.change))
			if r.Status != c.status || r.Code != c.code || reply.Reason != c.reason || r.Contiguous != 1 || reply.Result != nil || r.No != "" {
				t.Errorf("got %+v because of %q", r, reply.Reason)
			}
			if centre.calls["H01"] != 0 {
				t.Error("the service was asked")
			}
			if _, r := centre.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), "internal")); r.Status != request.StatusAccepted || r.Contiguous != 2 {
				t.Errorf("the next one: %+v", r)
			}
		})
	}
}

// TestWeakEvidence: a card whose issuer nobody vouches for is held for the
// counter, with a number to quote, and not handed to the service.
func TestWeakEvidence(t *testing.T) {
	centre := newCentre(t)
	d := centre.fleet.Device(t, "k01")
	reply, r := centre.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), "internal", func(_ *request.Outer, i *request.Inner) {
		i.Evidence.Facts.Verdict, i.Evidence.Level = request.VerdictIntegrityOnly, request.E1
	}))
	if r.Status != request.StatusHeld || r.Code != fault.WeakEvidence || r.No == "" || reply.Reason != "evidence-too-weak" || reply.Result != nil {
		t.Errorf("got %+v because of %q", r, reply.Reason)
	}
	if centre.calls["H01"] != 0 {
		t.Error("the service was asked")
	}
}

// TestUnsetClock: a kiosk that never had the time cannot say when a request ends.
func TestUnsetClock(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	unset := func(o *request.Outer, _ *request.Inner) { o.Clock.Trust = request.ClockUnset }
	if _, r := c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), "internal", later(-100*time.Hour), unset)); r.Status != request.StatusAccepted {
		t.Errorf("got %s", r.Status)
	}
}

// TestSealedToAnotherKey: the service key was changed and the kiosk does not know.
func TestSealedToAnotherKey(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	var err error
	if c.fleet.Service, err = envelope.NewServiceKey(); err != nil {
		t.Fatal(err)
	}
	c.open(t)
	reply, r := c.deliver(t, d, m)
	if r.Status != request.StatusRefused || reply.Reason != "sealed-to-another-key" {
		t.Errorf("got %s because of %q", r.Status, reply.Reason)
	}
}

// TestNobodyToAnswer: a message whose sender cannot be told gets no receipt and
// leaves nothing behind.
func TestNobodyToAnswer(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	foreign := gatewaytest.NewFleet(t, now()).Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	for story, b := range map[string][]byte{
		"nothing":      nil,
		"noise":        bytes.Repeat([]byte{0xd2}, 300),
		"cut off":      m.Bytes[:len(m.Bytes)-1],
		"foreign":      foreign.CheckIn(t, gatewaytest.Person(1), "internal").Bytes,
		"out of bound": make([]byte, envelope.MaxEnvelope+1),
	} {
		_, err := c.Process(t.Context(), d.Branch, b)
		if fault.CodeOf(err) != fault.Refused {
			t.Errorf("%s: got %v", story, err)
		}
	}
	if len(c.counts(t)) != 0 || len(c.alarms(t)) != 0 {
		t.Errorf("inbox: %v, alarms: %v", c.counts(t), c.alarms(t))
	}
}

// TestAlarms: what an honest kiosk cannot send raises an alarm, is not processed
// and gets no receipt.
func TestAlarms(t *testing.T) {
	for _, c := range []struct {
		kind gateway.AlarmKind
		bad  func(t *testing.T, d *gatewaytest.Device, first, second gatewaytest.Message) gatewaytest.Message
	}{
		{gateway.AlarmIDReused, func(t *testing.T, d *gatewaytest.Device, _, second gatewaytest.Message) gatewaytest.Message {
			return d.CheckIn(t, gatewaytest.Person(3), "eye", func(o *request.Outer, _ *request.Inner) { o.ID = second.Outer.ID })
		}},
		{gateway.AlarmSeqReused, func(t *testing.T, d *gatewaytest.Device, first, _ gatewaytest.Message) gatewaytest.Message {
			d.Seq, d.Prev = 1, first.Digest // rolled back to after the first
			return d.CheckIn(t, gatewaytest.Person(3), "eye")
		}},
		{gateway.AlarmChain, func(t *testing.T, d *gatewaytest.Device, first, _ gatewaytest.Message) gatewaytest.Message {
			d.Prev = first.Digest // the second was changed after the third was made
			return d.CheckIn(t, gatewaytest.Person(3), "eye")
		}},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			centre := newCentre(t)
			d := centre.fleet.Device(t, "k01")
			first := d.CheckIn(t, gatewaytest.Person(1), "internal")
			second := d.CheckIn(t, gatewaytest.Person(2), "internal")
			centre.deliver(t, d, first)
			centre.deliver(t, d, second)
			bad := c.bad(t, d, first, second)
			for range 2 {
				_, err := centre.Process(t.Context(), d.Branch, bad.Bytes)
				alarm, ok := errors.AsType[*gateway.Alarm](err)
				if !ok || alarm.Kind != c.kind || alarm.Digest != bad.Digest {
					t.Fatalf("got %v", err)
				}
			}
			if got := centre.alarms(t); !slices.Equal(got, []gateway.AlarmKind{c.kind}) {
				t.Errorf("alarms: %v", got)
			}
			if centre.calls["H01"] != 2 || centre.counts(t)["H01 accepted"] != 2 {
				t.Errorf("processed: %v", centre.counts(t))
			}
		})
	}
}

// TestForeignBranch: a device that speaks on another's topic is an alarm too.
func TestForeignBranch(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	_, err := c.Process(t.Context(), wire.Branch{Province: "99", Facility: "h001", Device: "k02"}, m.Bytes)
	if alarm, ok := errors.AsType[*gateway.Alarm](err); !ok || alarm.Kind != gateway.AlarmBranch || c.calls["H01"] != 0 {
		t.Errorf("got %v", err)
	}
}

// TestOrder: envelopes may come in any order. The receipts say how far the chain is
// complete, and its head.
func TestOrder(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	var m []gatewaytest.Message
	for i := range 5 {
		m = append(m, d.CheckIn(t, gatewaytest.Person(i), "internal"))
	}
	for _, step := range []struct{ deliver, contiguous int }{{1, 0}, {3, 0}, {0, 2}, {4, 2}, {2, 5}} {
		_, r := c.deliver(t, d, m[step.deliver])
		if r.Contiguous != uint64(step.contiguous) {
			t.Errorf("after seq %d: contiguous %d, want %d", step.deliver+1, r.Contiguous, step.contiguous)
		}
		if step.contiguous > 0 && r.ChainHead != m[step.contiguous-1].Digest {
			t.Errorf("after seq %d: another chain head", step.deliver+1)
		}
	}
}

// TestLateAlarm: a broken chain is noticed in any order.
func TestLateAlarm(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	first := d.CheckIn(t, gatewaytest.Person(1), "internal")
	d.Prev = request.Digest{1}
	second := d.CheckIn(t, gatewaytest.Person(2), "internal")
	c.deliver(t, d, second)
	_, err := c.Process(t.Context(), d.Branch, first.Bytes)
	if alarm, ok := errors.AsType[*gateway.Alarm](err); !ok || alarm.Kind != gateway.AlarmChain {
		t.Errorf("got %v", err)
	}
}

// FuzzNames: request and wire have one rule for the names in topics, though neither
// may import the other.
func FuzzNames(f *testing.F) {
	for _, name := range []string{"99", "h001", "demo-k01", "A_b", "", "a.b", "a/b", "+", "#", "*", ">", " ", "à", strings.Repeat("x", 32), strings.Repeat("x", 33)} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		r := request.Opening{Visit: "v", Device: name, Facility: "h001", At: now().UnixMilli(), Nonce: make([]byte, 16)}
		if inRequest, inWire := r.Validate() == nil, wire.CheckName(name) == nil; inRequest != inWire {
			t.Errorf("%q: request %v, wire %v", name, inRequest, inWire)
		}
	})
}

// serviceFunc is a service in a function.
type serviceFunc func(gateway.State) (gateway.Outcome, error)

func (f serviceFunc) Handle(_ context.Context, st gateway.State, _ gateway.Request) (gateway.Outcome, error) {
	return f(st)
}

// TestServiceTrouble: a service that fails now leaves nothing behind and is asked
// again; one that breaks on a request has it held for a person.
func TestServiceTrouble(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	var seen bool
	service := func(then func() (gateway.Outcome, error)) map[string]gateway.Service {
		return map[string]gateway.Service{"H01": serviceFunc(func(st gateway.State) (gateway.Outcome, error) {
			_, seen, _ = st.Get("effect")
			if err := st.Set("effect", []byte{1}); err != nil {
				return gateway.Outcome{}, err
			}
			return then()
		})}
	}
	c.with(t, service(func() (gateway.Outcome, error) { return gateway.Outcome{}, errors.New("not today") }))
	for range 2 {
		if _, err := c.Process(t.Context(), d.Branch, m.Bytes); err == nil || fault.CodeOf(err) != fault.Internal || seen {
			t.Errorf("got %v; the effect of the failed attempt was there: %v", err, seen)
		}
	}
	c.with(t, service(func() (gateway.Outcome, error) { panic("poison") }))
	reply, r := c.deliver(t, d, m)
	if r.Status != request.StatusHeld || r.Code != fault.Internal || reply.Reason != "service-failed" || seen {
		t.Errorf("got %+v", r)
	}
	c.with(t, service(func() (gateway.Outcome, error) {
		return gateway.Outcome{Status: request.StatusRefused, Code: fault.Refused}, nil
	}))
	for range 2 { // a refused request claims no business key
		reply, r = c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(2), "internal"))
		if r.Status != request.StatusRefused || reply.Reason != "service-refused" || r.No != "" {
			t.Errorf("got %+v", r)
		}
	}
}

// TestInboxHoldsNobody: nothing in the inbox's files names the person.
func TestInboxHoldsNobody(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	for i, specialty := range []string{"internal", "eye", "internal"} {
		c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), specialty))
		c.deliver(t, d, d.CardValidity(t, gatewaytest.Person(1)))
		if _, err := c.Process(t.Context(), d.Branch, fmt.Append(nil, i)); err == nil || strings.Contains(err.Error(), "0990") {
			t.Errorf("got %v", err)
		}
	}
	grep(t, filepath.Dir(c.file), gatewaytest.Person(1).Number, "MẪU", "01/02/1990", "GD4990990000001")
}
