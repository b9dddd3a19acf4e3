package gateway_test

import (
	"testing"

	"motcua/protocol/anomaly"
	"motcua/protocol/catalogue"
	"motcua/protocol/catalogue/cataloguetest"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/roster"
)

// byOfficer has the officer op-17 compare the person with the card.
func byOfficer(t *testing.T, c *centre, person request.Subject) change {
	return func(_ *request.Outer, i *request.Inner) {
		i.Officer = &request.Officer{Session: "d-1", Ref: "op-17", Role: string(roster.Duty), Method: request.MethodPIN}
		gatewaytest.Attended(i, c.fleet.Card(t, person))
	}
}

// TestAttendedComparison: what demands a person who was compared is taken from a kiosk
// where an officer did it, and waits for somebody at the counter where nobody knows the
// officer.
func TestAttendedComparison(t *testing.T) {
	for _, row := range []struct {
		story  string
		roster bool
		status request.Status
		reason string
		level  request.Level
		basis  gateway.Basis
	}{
		{"by an officer on the roster", true, request.StatusAccepted, "", request.E3, gateway.BasisAttested},
		{"by an officer at a centre without a roster", false, request.StatusHeld, "evidence-too-weak", request.E2, gateway.BasisChecked},
	} {
		t.Run(row.story, func(t *testing.T) {
			c, d, _ := everyService(t)
			if row.roster {
				c.roster(t, "op-17")
			}
			s, _ := catalogue.Lookup(catalogue.Pension)
			person := gatewaytest.Person(1)
			m := d.Seal(t, s.ID, person, cataloguetest.Fill(s, nil), asDemanded(s.Demand, request.E2), byOfficer(t, c, person))
			reply, r := c.deliver(t, d, m)
			record := c.record(t, d, m)
			if r.Status != row.status || reply.Reason != row.reason || record.Level != row.level || record.Basis != row.basis || len(reply.Alarms) > 0 {
				t.Errorf("%s because of %q, level %s, %s, alarms %v", r.Status, reply.Reason, record.Level, record.Basis, reply.Alarms)
			}
		})
	}
}

// TestAttendedIsNoException: rule R11 counts people whom nobody has compared, and not
// those whom an officer has.
func TestAttendedIsNoException(t *testing.T) {
	w := newWatchful(t)
	w.rules.Off = append(w.rules.Off, anomaly.TooFast)
	d := w.fleet.Device(t, "k01")
	w.awake(d)
	for i := range 2 * w.rules.ExceptionLeast {
		person := gatewaytest.Person(i + 1)
		reply, _ := w.send(d, catalogue.RecordDose, i+1, nil, byOfficer(t, w.centre, person))
		if reply.Status != request.StatusAccepted {
			t.Fatalf("person %d: %s because of %q", i+1, reply.Status, reply.Reason)
		}
	}
}
