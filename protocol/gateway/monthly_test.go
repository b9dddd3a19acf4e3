package gateway_test

import (
	"testing"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/opendata"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

// TestMonthly: accepted requests are counted by their day in Viet Nam and their
// facility; held ones, doubles and other months are not.
func TestMonthly(t *testing.T) {
	c := newCentre(t)
	here, there := c.fleet.Device(t, "k01"), c.fleet.DeviceAt(t, wire.Branch{Province: "99", Facility: "h002", Device: "k02"})
	send := func(d *gatewaytest.Device, person int, specialty string, change ...change) {
		c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(person), specialty, change...))
	}
	pass := func(by time.Duration) {
		c.now = c.now.Add(by)
		here.Pass(by)
		there.Pass(by)
	}
	send(here, 1, "internal")
	send(here, 1, "internal") // again
	send(here, 2, "internal")
	send(there, 3, "internal")
	send(here, 4, "internal", func(_ *request.Outer, i *request.Inner) {
		i.Evidence.Facts.Verdict, i.Evidence.Level = request.VerdictIntegrityOnly, request.E1
	})
	pass(17 * time.Hour) // half past midnight in Viet Nam
	send(here, 5, "internal")
	pass(31 * 24 * time.Hour)
	send(here, 6, "internal")
	counts, days, err := gateway.Monthly(t.Context(), c.inbox, now())
	if err != nil || len(days) != 31 || days[0] != "2026-03-01" || days[30] != "2026-03-31" {
		t.Fatalf("%v, %v", days, err)
	}
	want := map[opendata.Count]bool{
		{Service: "H01", Facility: "99/h001", Day: "2026-03-02", Requests: 2}: true,
		{Service: "H01", Facility: "99/h002", Day: "2026-03-02", Requests: 1}: true,
		{Service: "H01", Facility: "99/h001", Day: "2026-03-03", Requests: 1}: true,
	}
	for _, n := range counts {
		if !want[n] {
			t.Errorf("counted %+v", n)
		}
	}
	if len(counts) != len(want) {
		t.Errorf("%d counts of %d: %+v", len(counts), len(want), counts)
	}
}
