package gateway_test

import (
	"bytes"
	"testing"
	"time"

	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/pki"
	"motcua/protocol/request"
)

// attack changes a request before its device signs it: the device itself is not
// honest, or somebody has its key.
type attack func(t *testing.T, c *centre, d *gatewaytest.Device, o *request.Outer, i *request.Inner)

// TestEvidenceAttacks: what the evidence does not carry is refused with its own
// reason, raises an alarm, and never reaches the service.
func TestEvidenceAttacks(t *testing.T) {
	for _, a := range []struct {
		reason string
		alarm  gateway.AlarmKind
		attack attack
	}{
		{"level-without-facts", gateway.AlarmLevel, func(_ *testing.T, _ *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			i.Evidence.Level = request.E4
		}},
		{"evidence-of-another-visit", gateway.AlarmMoved, func(_ *testing.T, _ *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			i.Visit = "v-000777"
		}},
		{"evidence-of-another-visit", gateway.AlarmMoved, func(t *testing.T, c *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			other := c.fleet.Device(t, "k02")
			i.Evidence = other.Evidence(t, c.fleet.Card(t, *i.Subject), other.Opening(t, i.Visit))
		}},
		{"evidence-of-another-time", gateway.AlarmMoved, func(_ *testing.T, _ *centre, _ *gatewaytest.Device, o *request.Outer, _ *request.Inner) {
			o.CreatedAt += (2 * time.Hour).Milliseconds()
			o.ExpiresAt += (2 * time.Hour).Milliseconds()
		}},
		{"evidence-of-another-time", gateway.AlarmMoved, func(_ *testing.T, _ *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			i.Evidence.CapturedAt -= time.Hour.Milliseconds()
		}},
		{"chip-proof-of-another-visit", gateway.AlarmMoved, func(t *testing.T, _ *centre, d *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			o, err := d.Opening(t, i.Visit).Bytes()
			if err != nil {
				t.Fatal(err)
			}
			i.Evidence.Opening = o
		}},
		{"chip-proof-false", gateway.AlarmForged, func(t *testing.T, _ *centre, d *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			o, err := d.Opening(t, i.Visit).Bytes() // and the old signature under the new challenge
			if err != nil {
				t.Fatal(err)
			}
			aa := *i.Evidence.AA
			aa.Challenge = request.ChallengeOf(o)
			i.Evidence.Opening, i.Evidence.AA = o, &aa
		}},
		{"card-forged", gateway.AlarmForged, func(t *testing.T, c *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			i.Evidence.SOD = c.fleet.Card(t, gatewaytest.Person(9)).SOD // another card's
		}},
		{"card-forged", gateway.AlarmForged, func(t *testing.T, c *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			i.Evidence.DG1 = c.fleet.Card(t, gatewaytest.Person(9)).DG1
		}},
		{"card-forged", gateway.AlarmForged, func(t *testing.T, c *centre, d *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			card := c.fleet.Card(t, *i.Subject) // a chip of one's own answers for a real card's data
			card.Key, card.DG15 = c.fleet.Card(t, gatewaytest.Person(9)).Key, c.fleet.Card(t, gatewaytest.Person(9)).DG15
			i.Evidence = d.Evidence(t, card, d.Opening(t, i.Visit))
		}},
		{"card-forged", gateway.AlarmForged, func(_ *testing.T, _ *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			i.Evidence.SOD = bytes.Clone(i.Evidence.SOD)
			i.Evidence.SOD[len(i.Evidence.SOD)-1] ^= 1 // the issuer's signature
		}},
		{"hashes-not-signed", gateway.AlarmForged, func(_ *testing.T, _ *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			i.Evidence.Groups = append([]request.GroupHash{{Group: 2, Hash: make([]byte, 32)}}, i.Evidence.Groups...)
		}},
		{"subject-not-on-card", gateway.AlarmForged, func(_ *testing.T, _ *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			i.Subject.Number = gatewaytest.Person(9).Number
		}},
		{"subject-not-on-card", gateway.AlarmForged, func(_ *testing.T, _ *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			i.Subject.Name = "TRẦN VĂN MẪU"
		}},
		{"subject-not-on-card", gateway.AlarmForged, func(_ *testing.T, _ *centre, _ *gatewaytest.Device, _ *request.Outer, i *request.Inner) {
			i.Subject.Birth = "01/02/1991"
		}},
	} {
		t.Run(a.reason, func(t *testing.T) {
			c := newCentre(t)
			d := c.fleet.Device(t, "k01")
			reply, r := c.deliver(t, d, d.CheckIn(t, gatewaytest.Person(1), "internal", func(o *request.Outer, i *request.Inner) { a.attack(t, c, d, o, i) }))
			if r.Status != request.StatusRefused || r.Code != fault.Refused || reply.Reason != a.reason || c.calls["H01"] != 0 {
				t.Errorf("got %s because of %q", r.Status, reply.Reason)
			}
			if got := c.alarms(t); len(got) != 1 || got[0] != a.alarm || len(reply.Alarms) != 1 || reply.Alarms[0].Kind != a.alarm {
				t.Errorf("alarms %v, told %v", got, reply.Alarms)
			}
		})
	}
}

// TestLevelIsTheCentres: the level that counts is the one the centre finds, and
// the record says on what it rests.
func TestLevelIsTheCentres(t *testing.T) {
	attested := func(i *request.Inner) { i.Evidence.Facts.Proof, i.Evidence.AA = request.ProofCA, nil }
	for _, c := range []struct {
		story  string
		trust  func(t *testing.T, c *centre) pki.Anchors
		change func(t *testing.T, c *centre, d *gatewaytest.Device, i *request.Inner)
		status request.Status
		reason string
		level  request.Level
		basis  gateway.Basis
		alarm  bool
	}{
		{story: "checked", status: request.StatusAccepted, level: request.E2, basis: gateway.BasisChecked},
		{
			story: "chip authentication leaves nothing to check", status: request.StatusAccepted, level: request.E2, basis: gateway.BasisAttested,
			change: func(_ *testing.T, _ *centre, _ *gatewaytest.Device, i *request.Inner) { attested(i) },
		},
		{
			story: "an authority that only the kiosk trusts", status: request.StatusHeld, reason: "level-not-proven", level: request.E1, basis: gateway.BasisChecked, alarm: true,
			change: func(t *testing.T, c *centre, d *gatewaytest.Device, i *request.Inner) {
				card := gatewaytest.NewIssuer(t, c.now).Card(t, *i.Subject)
				i.Evidence = d.Evidence(t, card, d.Opening(t, i.Visit))
			},
		},
		{
			story: "a signer that was revoked", status: request.StatusHeld, reason: "level-not-proven", level: request.E1, basis: gateway.BasisChecked, alarm: true,
			trust: func(t *testing.T, c *centre) pki.Anchors { return c.fleet.Issuer.Revoke(t, c.now) },
		},
		{
			story: "a centre that trusts nobody", status: request.StatusHeld, reason: "evidence-too-weak", level: request.E1, basis: gateway.BasisClaimed,
			trust: func(*testing.T, *centre) pki.Anchors { return pki.Anchors{} },
		},
		{
			story: "a kiosk that sends nothing to check", status: request.StatusHeld, reason: "evidence-too-weak", level: request.E1, basis: gateway.BasisClaimed,
			change: func(_ *testing.T, _ *centre, _ *gatewaytest.Device, i *request.Inner) {
				attested(i)
				i.Evidence.SOD, i.Evidence.DG1, i.Evidence.Groups = nil, nil, nil
			},
		},
		{
			story: "a kiosk that saw a forged group", status: request.StatusRefused, reason: "no-evidence", level: request.E0, basis: gateway.BasisChecked,
			change: func(_ *testing.T, _ *centre, _ *gatewaytest.Device, i *request.Inner) {
				i.Evidence.Facts.Verdict, i.Evidence.Level = request.VerdictForged, request.E0
			},
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			centre := newCentre(t)
			if c.trust != nil {
				centre.trust = c.trust(t, centre)
				centre.open(t)
			}
			d := centre.fleet.Device(t, "k01")
			m := d.CheckIn(t, gatewaytest.Person(1), "internal", func(_ *request.Outer, i *request.Inner) {
				if c.change != nil {
					c.change(t, centre, d, i)
				}
			})
			reply, r := centre.deliver(t, d, m)
			if r.Status != c.status || reply.Reason != c.reason || (len(centre.alarms(t)) > 0) != c.alarm {
				t.Errorf("got %s because of %q, alarms %v", r.Status, reply.Reason, centre.alarms(t))
			}
			record := centre.record(t, d, m)
			if record.Level != c.level || record.Basis != c.basis {
				t.Errorf("level %s, %s", record.Level, record.Basis)
			}
		})
	}
}
