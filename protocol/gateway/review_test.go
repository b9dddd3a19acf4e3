package gateway_test

import (
	"slices"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/roster"
	"motcua/protocol/wire"
)

// TestRevokedFacility: with its facility on the list no device of it is heard, those
// that are certified afterwards neither; other facilities are, and all are again when
// it is taken off.
func TestRevokedFacility(t *testing.T) {
	c := newCentre(t)
	h001, h002 := wire.Branch{Province: "99", Facility: "h001", Device: "k01"}, wire.Branch{Province: "99", Facility: "h002", Device: "k02"}
	abroad := wire.Branch{Province: "98", Facility: "h001", Device: "k03"}
	sends := func(b wire.Branch, person int) error {
		d := c.fleet.DeviceAt(t, b)
		_, err := c.Process(t.Context(), b, d.CheckIn(t, gatewaytest.Person(person), "internal").Bytes)
		return err
	}
	list := request.Revocation{}.With(envelope.FacilityName("99", "h001"))
	c.revoked.Set(list)
	if err := sends(h001, 1); fault.CodeOf(err) != fault.Revoked {
		t.Errorf("a device of the facility: %v", err)
	}
	if alarms := c.alarms(t); !slices.Equal(alarms, []gateway.AlarmKind{gateway.AlarmRevoked}) {
		t.Errorf("alarms: %v", alarms)
	}
	for i, b := range []wire.Branch{h002, abroad} {
		if err := sends(b, i+2); err != nil {
			t.Errorf("a device of another facility, %s: %v", b, err)
		}
	}
	c.revoked.Set(list.Without(envelope.FacilityName("99", "h001")))
	if err := sends(h001, 4); err != nil {
		t.Errorf("after it was taken off: %v", err)
	}
}

// TestReview: what was accepted of a device, an officer or a facility before it was
// revoked is flagged, each request once; what others sent is not.
func TestReview(t *testing.T) {
	for story, row := range map[string]struct {
		suspect gateway.Suspect
		want    []int // of the requests below
	}{
		"a device":                  {gateway.Suspect{Device: "k01"}, []int{1, 2}},
		"an officer":                {gateway.Suspect{Facility: "h001", Officer: "o-1"}, []int{1, 3}},
		"a facility":                {gateway.Suspect{Province: "99", Facility: "h001"}, []int{1, 2, 3}},
		"another facility":          {gateway.Suspect{Province: "99", Facility: "h002"}, []int{4}},
		"of the name, elsewhere":    {gateway.Suspect{Province: "98", Facility: "h001"}, nil},
		"an officer of other place": {gateway.Suspect{Facility: "h002", Officer: "o-1"}, nil},
	} {
		t.Run(story, func(t *testing.T) {
			c := newCentre(t)
			c.roster(t, "o-1", "o-2")
			k01, k02 := c.fleet.Device(t, "k01"), c.fleet.Device(t, "k02")
			other := c.fleet.DeviceAt(t, wire.Branch{Province: "99", Facility: "h002", Device: "k03"})
			begun := c.now
			sent := map[request.ID]int{}
			send := func(d *gatewaytest.Device, n int, change ...change) {
				m := d.CheckIn(t, gatewaytest.Person(n), "internal", change...)
				c.deliver(t, d, m)
				sent[m.Outer.ID] = n
				c.now = c.now.Add(time.Minute)
			}
			send(k01, 1, in("d-1", "o-1", roster.Duty))
			send(k01, 2)
			send(k02, 3, in("d-2", "o-1", roster.Duty))
			send(other, 4)
			send(k01, 5, func(_ *request.Outer, i *request.Inner) { // it is held, and nothing was done
				i.Evidence.Facts.Verdict, i.Evidence.Level = request.VerdictIntegrityOnly, request.E1
			})
			for range 2 {
				flagged, err := c.Review(t.Context(), row.suspect, begun, c.now)
				if err != nil {
					t.Fatal(err)
				}
				var got []int
				for _, r := range flagged {
					got = append(got, sent[r.ID])
				}
				if !slices.Equal(got, row.want) {
					t.Errorf("flagged %v, want %v", got, row.want)
				}
			}
			if flagged, err := c.Review(t.Context(), row.suspect, begun.Add(time.Hour), c.now.Add(time.Hour)); err != nil || len(flagged) != 0 {
				t.Errorf("of a time when nothing came: %d, %v", len(flagged), err)
			}
			entries, err := gateway.Trail(t.Context(), c.inbox, 1, 10)
			if err != nil || len(entries) != len(row.want) {
				t.Fatalf("the trail: %+v, %v", entries, err)
			}
			for i, e := range entries {
				if e.Act != gateway.ActFlagged || sent[e.ID] != row.want[i] {
					t.Errorf("the trail: %+v", e)
				}
			}
			n := 0
			for _, kind := range c.alarms(t) {
				if kind == gateway.AlarmReview {
					n++
				}
			}
			if n != len(row.want) {
				t.Errorf("%d alarms", n)
			}
		})
	}
}
