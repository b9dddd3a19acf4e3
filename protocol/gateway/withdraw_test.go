package gateway_test

import (
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// withdrawal is the form of service F02.
func withdrawal(values map[string]string) request.GenericForm {
	s, _ := catalogue.Lookup(catalogue.WithdrawConsent)
	f := request.GenericForm{Entry: s.Entry(), Values: map[string]request.Value{}}
	for field, text := range values {
		f.Values[field] = request.TextValue(text)
	}
	return f
}

// withoutConsent is a request that rests on nothing that was agreed to.
func withoutConsent(_ *request.Outer, i *request.Inner) { i.Consent = nil }

// TestWithdrawnAtAKiosk: by the code on a slip, or by card for a kind of use. It counts
// from when the person said so, also where the request came later, and touches nothing
// that was agreed to afterwards, to something else, or by others.
func TestWithdrawnAtAKiosk(t *testing.T) {
	for story, row := range map[string]struct {
		values map[string]string // for the slip, its code is put in
		card   bool
		gone   bool // check-ins that were agreed to before
	}{
		"by slip":                     {map[string]string{"by": "slip"}, false, true},
		"by card, care":               {map[string]string{"by": "person", "what": "care"}, true, true},
		"by card, everything":         {map[string]string{"by": "person", "what": "all"}, true, true},
		"by card, pensions and so on": {map[string]string{"by": "person", "what": "social"}, true, false},
	} {
		c := newCentre(t)
		k01, k02 := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
		c.greet(t, k01, 0)
		c.greet(t, k02, 0)
		m := k01.CheckIn(t, gatewaytest.Person(1), "internal")
		c.deliver(t, k01, m)
		before := k02.CheckIn(t, gatewaytest.Person(1), "eye") // and still on its kiosk
		k01.Pass(time.Minute)
		change := []func(*request.Outer, *request.Inner){withoutConsent}
		if !row.card {
			row.values["slip"] = slipOf(t, m)
			change = append(change, claimed(t, k01))
		}
		w := k01.Seal(t, catalogue.WithdrawConsent, gatewaytest.Person(1), withdrawal(row.values), change...)
		k02.Pass(2 * time.Minute)
		after := k02.CheckIn(t, gatewaytest.Person(1), "surgery")
		c.now = c.now.Add(30 * time.Minute) // the line was down
		reply, r := c.deliver(t, k01, w)
		if r.Status != request.StatusAccepted || reply.Result == nil {
			t.Errorf("%s: %s because of %q", story, r.Status, reply.Reason)
			continue
		}
		want := request.StatusAccepted
		if row.gone {
			want = request.StatusRefused
		}
		if reply, _ := c.deliver(t, k02, before); reply.Status != want {
			t.Errorf("%s: what was agreed to before is %s because of %q", story, reply.Status, reply.Reason)
		}
		if reply, _ := c.deliver(t, k02, after); reply.Status != request.StatusAccepted {
			t.Errorf("%s: what was agreed to afterwards is %s because of %q", story, reply.Status, reply.Reason)
		}
		if reply, _ := c.deliver(t, k02, k02.CheckIn(t, gatewaytest.Person(2), "internal")); reply.Status != request.StatusAccepted {
			t.Errorf("%s: somebody else's is %s", story, reply.Status)
		}
		entries, err := gateway.Trail(t.Context(), c.inbox, 1, 10)
		if err != nil || len(entries) != 1 || entries[0].Act != gateway.ActWithdrawn || entries[0].ID != w.Outer.ID || entries[0].Service != catalogue.WithdrawConsent {
			t.Errorf("%s: the trail is %+v, %v", story, entries, err)
		}
	}
}

// TestNothingToWithdraw: a slip that nobody has had, one of another facility, and one
// with whose request nothing was agreed to.
func TestNothingToWithdraw(t *testing.T) {
	c := newCentre(t)
	d := c.fleet.Device(t, "k01")
	c.greet(t, d, 0)
	m := d.CheckIn(t, gatewaytest.Person(1), "internal")
	c.deliver(t, d, m)
	foreign := reference(m)
	foreign.Facility = "h002"
	unknown := reference(m)
	unknown.Number = "014D2PF2DB"
	for _, code := range []string{foreign.Code(), unknown.Code(), "nothing"} {
		w := d.Seal(t, catalogue.WithdrawConsent, gatewaytest.Person(1), withdrawal(map[string]string{"by": "slip", "slip": code}), claimed(t, d))
		if reply, r := c.deliver(t, d, w); r.Status != request.StatusRefused || reply.Reason != "nothing-to-withdraw" {
			t.Errorf("%s: %s because of %q", code, r.Status, reply.Reason)
		}
	}
	if record, err := c.Consent(t.Context(), "99", reference(m)); err != nil || record.Withdrawn != nil {
		t.Errorf("withdrawn all the same: %+v, %v", record, err)
	}
}

// TestAnEarlierWithdrawalUndoesNothing: one that comes late does not bring back what a
// later one took.
func TestAnEarlierWithdrawalUndoesNothing(t *testing.T) {
	c := newCentre(t)
	k01, k02 := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
	form := withdrawal(map[string]string{"by": "person", "what": "care"})
	early := k01.Seal(t, catalogue.WithdrawConsent, gatewaytest.Person(1), form, withoutConsent)
	k02.Pass(10 * time.Minute)
	between := k02.CheckIn(t, gatewaytest.Person(1), "eye")
	k02.Pass(10 * time.Minute)
	late := k02.Seal(t, catalogue.WithdrawConsent, gatewaytest.Person(1), form, withoutConsent)
	c.now = c.now.Add(time.Hour)
	c.deliver(t, k02, late)
	c.deliver(t, k01, early)
	if reply, _ := c.deliver(t, k02, between); reply.Status != request.StatusRefused {
		t.Errorf("%s because of %q", reply.Status, reply.Reason)
	}
}
