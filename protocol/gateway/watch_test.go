package gateway_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/protocol/anomaly"
	"motcua/protocol/catalogue"
	"motcua/protocol/catalogue/cataloguetest"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/wire"
)

// watchful is a centre with rules that offers every service, at half past seven.
type watchful struct {
	*centre
	t *testing.T
}

func newWatchful(t *testing.T) watchful {
	t.Helper()
	c := newCentre(t)
	p := anomaly.Default()
	c.rules = &p
	services := map[string]gateway.Service{}
	for _, s := range catalogue.Services() {
		services[s.ID] = counted{&takes{}, c, s.ID}
	}
	c.with(t, services)
	w := watchful{c, t}
	w.approvers()
	return w
}

// pass lets time pass for the centre and for kiosks.
func (w watchful) pass(by time.Duration, kiosks ...*gatewaytest.Device) {
	w.now = w.now.Add(by)
	for _, d := range kiosks {
		d.Pass(by)
	}
}

// send has a kiosk send a request of a service, as its demand wants it.
func (w watchful) send(d *gatewaytest.Device, service string, person int, answers map[string]request.Value, changes ...change) (gateway.Reply, gatewaytest.Message) {
	w.t.Helper()
	kind, _ := catalogue.Lookup(service)
	var form any = request.CheckIn{Specialty: "internal"}
	if service != catalogue.CheckIn {
		filled := cataloguetest.Fill(kind, map[string]string{"act": "open"})
		maps.Copy(filled.Values, answers)
		form = filled
	}
	need := demandOf(kind, form)
	first := []change{asDemanded(need, need.Evidence), func(_ *request.Outer, i *request.Inner) {
		if i.Officer != nil {
			i.Officer.Role, i.Officer.Session = string(roster.Duty), "s-"+d.Branch.Device
		}
	}}
	m := d.Seal(w.t, service, gatewaytest.Person(person), form, append(first, changes...)...)
	reply, _ := w.deliver(w.t, d, m)
	return reply, m
}

// awake has somebody look at the facility's first dose.
func (w watchful) awake(d *gatewaytest.Device) {
	w.t.Helper()
	f := anomaly.Fact{Service: catalogue.RecordDose, Province: d.Branch.Province, Facility: d.Branch.Facility, At: w.now}
	at, _ := w.rules.Facility(f)
	n := w.rules.Active(at, f)
	err := w.inbox.Update(w.t.Context(), func(tx gateway.Tx) error {
		return tx.Mark(gateway.Mark{Key: gateway.SeenKey(n.Place), Value: n.Trace.Bytes(), Until: n.Until.UnixMilli()}, w.now.UnixMilli())
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func text(s string) request.Value { return request.TextValue(s) }

// TestRulesHold: a request that does not look honest is held before its service hears
// of it, with the rule as its reason, an alarm, and an entry in the trail.
func TestRulesHold(t *testing.T) {
	dose := func(w watchful, d *gatewaytest.Device, person int, changes ...change) (gateway.Reply, gatewaytest.Message) {
		return w.send(d, catalogue.RecordDose, person, nil, changes...)
	}
	for _, row := range []struct {
		rule anomaly.Rule
		send func(w watchful, d *gatewaytest.Device) (gateway.Reply, gatewaytest.Message)
	}{
		{anomaly.Dormant, func(w watchful, d *gatewaytest.Device) (gateway.Reply, gatewaytest.Message) {
			w.rules.DormantAfter = time.Hour
			w.pass(2*time.Hour, d)
			return dose(w, d, 1)
		}},
		{anomaly.OutOfHours, func(w watchful, d *gatewaytest.Device) (gateway.Reply, gatewaytest.Message) {
			w.rules.Opens, w.rules.Closes = "06:00", w.now.Add(7*time.Hour).UTC().Format("15:04")
			return dose(w, d, 1)
		}},
		{anomaly.NoStock, func(w watchful, d *gatewaytest.Device) (gateway.Reply, gatewaytest.Message) {
			w.rules.Stock = map[string][]string{"h001": {"LOT-1"}}
			return w.send(d, catalogue.RecordDose, 1, map[string]request.Value{"lot": text("LOT-9")})
		}},
		{anomaly.Foreign, func(w watchful, d *gatewaytest.Device) (reply gateway.Reply, m gatewaytest.Message) {
			w.rules.Local = map[string][]string{"99": {"098"}} // so that everybody here is from elsewhere
			for i := range 8 {
				w.pass(time.Minute, d)
				if reply, m = dose(w, d, i+1); i < 7 && reply.Status == request.StatusHeld {
					w.t.Errorf("person %d is held: %s", i+1, reply.Reason)
				}
			}
			return reply, m
		}},
		{anomaly.TooMany, func(w watchful, d *gatewaytest.Device) (reply gateway.Reply, m gatewaytest.Message) {
			w.rules.PerHour = 3
			for i := range 4 {
				w.pass(time.Minute, d)
				reply, m = dose(w, d, i+1)
			}
			return reply, m
		}},
		{anomaly.Shared, func(w watchful, d *gatewaytest.Device) (reply gateway.Reply, m gatewaytest.Message) {
			for i := range 7 {
				w.pass(time.Minute, d)
				reply, m = w.send(d, catalogue.PaidCheckIn, i+1, map[string]request.Value{"phone": text("0990000001")})
			}
			return reply, m
		}},
		{anomaly.TooFast, func(w watchful, d *gatewaytest.Device) (gateway.Reply, gatewaytest.Message) {
			dose(w, d, 1)
			w.pass(10*time.Second, d)
			return dose(w, d, 2)
		}},
		{anomaly.ClockJump, func(w watchful, d *gatewaytest.Device) (gateway.Reply, gatewaytest.Message) {
			d.Pass(time.Hour)
			return dose(w, d, 1)
		}},
		{anomaly.ClockJump, func(w watchful, d *gatewaytest.Device) (gateway.Reply, gatewaytest.Message) {
			dose(w, d, 1)
			d.Pass(-time.Hour) // it is dated before the one before it
			return w.send(d, catalogue.CheckIn, 2, nil)
		}},
		{anomaly.Exceptions, func(w watchful, d *gatewaytest.Device) (reply gateway.Reply, m gatewaytest.Message) {
			for i := range 5 {
				w.pass(time.Minute, d)
				reply, m = dose(w, d, i+1, func(_ *request.Outer, i *request.Inner) { prove(i, request.E2); i.Evidence.Facts.Biometric = nil })
				if i < 4 && reply.Reason != "evidence-too-weak" {
					w.t.Errorf("exception %d: %s", i+1, reply.Reason)
				}
			}
			return reply, m
		}},
		{anomaly.TwoPlaces, func(w watchful, d *gatewaytest.Device) (gateway.Reply, gatewaytest.Message) {
			other := w.fleet.DeviceAt(w.t, wire.Branch{Province: "99", Facility: "h002", Device: "k77"})
			w.send(other, catalogue.CheckIn, 1, nil)
			w.pass(5*time.Minute, d)
			return w.send(d, catalogue.CheckIn, 1, nil)
		}},
	} {
		t.Run(string(row.rule), func(t *testing.T) {
			w := newWatchful(t)
			d := w.fleet.Device(t, "k01")
			w.awake(d)
			reply, m := row.send(w, d)
			want := "anomaly-" + string(row.rule)
			if reply.Status != request.StatusHeld || reply.Reason != want || len(reply.Result) > 0 {
				t.Fatalf("%s because of %q, want %s", reply.Status, reply.Reason, want)
			}
			if alarms := w.alarms(t); !slices.Equal(alarms, []gateway.AlarmKind{gateway.AlarmKind(want)}) {
				t.Errorf("alarms: %v", alarms)
			}
			before := w.calls[m.Outer.Service]
			if _, err := w.Work(t.Context()); err != nil || w.calls[m.Outer.Service] != before {
				t.Errorf("its service was asked: %v", err)
			}
			list, err := w.inbox.Held(t.Context(), 100)
			if i := slices.IndexFunc(list, func(r *gateway.Record) bool { return r.ID == m.Outer.ID }); err != nil || i < 0 {
				t.Errorf("nobody sees it: %v", err)
			}
			entries, err := gateway.Trail(t.Context(), w.inbox, 1, 10)
			if err != nil || len(entries) != 1 || entries[0].ID != m.Outer.ID || !slices.Equal(entries[0].Rules, []anomaly.Rule{row.rule}) || entries[0].Act != gateway.ActHeld {
				t.Errorf("the trail: %+v, %v", entries, err)
			}
		})
	}
}

// TestNothingPersonalIsRemembered: neither number, telephone nor account is in what
// the rules keep, as such or as a hash that somebody without the centre's key could
// make.
func TestNothingPersonalIsRemembered(t *testing.T) {
	w := newWatchful(t)
	d := w.fleet.Device(t, "k01")
	w.send(d, catalogue.PaidCheckIn, 1, map[string]request.Value{"phone": text("0990000001")})
	for kind, value := range map[anomaly.Kind][]string{
		anomaly.KindSubject: {"subject", gatewaytest.Person(1).Number}, anomaly.KindContact: {"phone", "0990000001"},
	} {
		err := w.inbox.Update(t.Context(), func(tx gateway.Tx) error {
			for _, guess := range []anomaly.Tag{anomaly.TagOf(value...), anomaly.TagOf(value[1])} {
				if _, found, err := tx.Marked(gateway.SeenKey(anomaly.Place{Kind: kind, Of: guess}), w.now.UnixMilli()); found || err != nil {
					t.Errorf("%s is found by who has no key: %v", kind, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// TestRulesHoldOnce: the same envelope again is no second sighting.
func TestRulesHoldOnce(t *testing.T) {
	w := newWatchful(t)
	w.rules.PerHour = 1
	d := w.fleet.Device(t, "k01")
	w.awake(d)
	_, m := w.send(d, catalogue.RecordDose, 1, nil)
	for range 3 {
		if reply, _ := w.deliver(t, d, m); !reply.Again || reply.Status != request.StatusAccepted {
			t.Fatalf("again: %s, %s", reply.Status, reply.Reason)
		}
	}
	w.pass(2*time.Minute, d)
	if reply, _ := w.send(d, catalogue.RecordDose, 2, nil); reply.Reason != "anomaly-too-many" {
		t.Errorf("the second person: %s", reply.Reason)
	}
}

// TestTrail: an entry that was changed, removed or added is noticed.
func TestTrail(t *testing.T) {
	for story, spoil := range map[string]func(tx gateway.Tx) error{
		"changed": func(tx gateway.Tx) error {
			b, _, err := tx.Get("gateway/trail/2")
			return errors.Join(err, tx.Set("gateway/trail/2", []byte(strings.Replace(string(b), "h001", "h002", 1))))
		},
		"removed": func(tx gateway.Tx) error { return tx.Set("gateway/trail/1", nil) },
		"put back": func(tx gateway.Tx) error {
			b, _, err := tx.Get("gateway/trail/1")
			return errors.Join(err, tx.Set("gateway/trail/3", b))
		},
	} {
		w := newWatchful(t)
		d := w.fleet.Device(t, "k01")
		for i := range 3 {
			w.pass(time.Minute, d)
			w.send(d, catalogue.RecordDose, i+1, nil) // at a facility that never did anything
		}
		if entries, err := gateway.Trail(t.Context(), w.inbox, 2, 10); err != nil || len(entries) != 2 || entries[0].Number != 2 {
			t.Fatalf("%+v, %v", entries, err)
		}
		if err := w.inbox.Update(t.Context(), spoil); err != nil {
			t.Fatal(err)
		}
		if _, err := gateway.Trail(t.Context(), w.inbox, 1, 10); !errors.Is(err, gateway.ErrTrail) {
			t.Errorf("%s: %v", story, err)
		}
	}
}

// TestNoticedAtTheKiosk: what a kiosk says that it noticed holds a request that nothing
// else would; a word that is no rule of a kiosk's does not.
func TestNoticedAtTheKiosk(t *testing.T) {
	w := newWatchful(t)
	d := w.fleet.Device(t, "k01")
	noticed := func(words ...string) change {
		return func(_ *request.Outer, i *request.Inner) { i.Noticed = words }
	}
	if reply, _ := w.send(d, catalogue.CheckIn, 1, nil, noticed(string(anomaly.TwoPlaces), "never-heard-of")); reply.Status != request.StatusAccepted {
		t.Errorf("words that mean nothing: %s because of %q", reply.Status, reply.Reason)
	}
	w.pass(time.Hour, d)
	reply, m := w.send(d, catalogue.CheckIn, 2, nil, noticed(string(anomaly.ClockJump)))
	if reply.Status != request.StatusHeld || reply.Reason != "anomaly-clock-jump" || len(reply.Alarms) != 1 || reply.Alarms[0].ID != m.Outer.ID {
		t.Errorf("%s because of %q, alarms %+v", reply.Status, reply.Reason, reply.Alarms)
	}
}
