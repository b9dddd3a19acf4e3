package gateway_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// block puts a person on the centre's list.
func (c *centre) block(t *testing.T, number, dossier string) *gateway.Blocklist {
	t.Helper()
	list, err := gateway.NewBlocklist(c.fleet.Service)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.inbox.Update(t.Context(), func(tx gateway.Tx) error { return list.Block(tx, number, dossier, c.now) }); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestBlockedCard: of all services that are about a person, none is done for the card
// of somebody on the blocklist; the kiosk is told by a code that calls staff, and a card
// that was there raises an alarm. Others are served as before.
func TestBlockedCard(t *testing.T) {
	c, d, _ := everyService(t)
	dead, alive := gatewaytest.Person(1), 100
	c.block(t, dead.Number, "h001-C02-260302-0001")
	for _, s := range catalogue.Services() {
		for _, form := range formsOf(s) {
			need := demandOf(s, form)
			if !need.Subject {
				continue
			}
			before := c.calls[s.ID]
			reply, r := c.deliver(t, d, d.Seal(t, s.ID, dead, form, asDemanded(need, need.Evidence)))
			if r.Status != request.StatusRefused || r.Code != fault.CardBlocked || reply.Reason != "card-blocked" || c.calls[s.ID] != before {
				t.Errorf("%s: %s %s because of %q", s.ID, r.Status, r.Code, reply.Reason)
			}
			if alarmed := len(reply.Alarms) > 0; alarmed != need.Evidence.AtLeast(request.E2) {
				t.Errorf("%s: alarmed %v with %s", s.ID, alarmed, need.Evidence)
			}
			alive++
			if _, r := c.deliver(t, d, d.Seal(t, s.ID, gatewaytest.Person(alive), form, asDemanded(need, need.Evidence))); r.Status == request.StatusRefused {
				t.Errorf("%s of somebody else: %s %s", s.ID, r.Status, r.Code)
			}
		}
	}
	if !slices.Contains(c.alarms(t), gateway.AlarmBlocked) {
		t.Errorf("alarms: %v", c.alarms(t))
	}
}

// TestLift: an operator lifts a wrong entry with a reason, which stays with it; what
// comes again of the same dossier does not block again, another dossier does.
func TestLift(t *testing.T) {
	c := newCentre(t)
	d, person := c.fleet.Device(t, "k01"), gatewaytest.Person(1)
	list := c.block(t, person.Number, "h001-C02-260302-0001")
	status := func() request.Status {
		_, r := c.deliver(t, d, d.CheckIn(t, person, "internal"))
		return r.Status
	}
	if got := status(); got != request.StatusRefused {
		t.Errorf("blocked: %s", got)
	}
	entry := list.EntryOf(person.Number)
	lift := func(entry, why string) error { return list.Lift(t.Context(), c.inbox, entry, why, c.now) }
	if err := lift(entry, ""); err == nil {
		t.Error("lifted without a reason")
	}
	if err := lift(list.EntryOf(gatewaytest.Person(2).Number), "mistake"); !errors.Is(err, gateway.ErrNoEntry) {
		t.Errorf("another: %v", err)
	}
	if err := lift(entry, "mixed up with a namesake, told by the ward"); err != nil {
		t.Fatal(err)
	}
	if err := lift(entry, "again"); !errors.Is(err, gateway.ErrNotBlocked) {
		t.Errorf("twice: %v", err)
	}
	if got := status(); got != request.StatusAccepted {
		t.Errorf("lifted: %s", got)
	}
	c.block(t, person.Number, "h001-C02-260302-0001")
	if got := status(); got == request.StatusRefused {
		t.Error("blocked again by the dossier whose entry was lifted")
	}
	c.now = c.now.Add(time.Hour)
	c.block(t, person.Number, "h001-C02-260302-0099")
	if got := status(); got != request.StatusRefused {
		t.Errorf("by another dossier: %s", got)
	}
	all, err := list.List(t.Context(), c.inbox)
	if err != nil || len(all) != 1 || all[0].Entry != entry || len(all[0].Acts) != 3 || !all[0].Acts[1].Lift || all[0].Acts[1].Why == "" || !all[0].Stands() {
		t.Errorf("list: %+v, %v", all, err)
	}
}

// TestBlocklistNamesNobody: the inbox holds no number, and another key finds nobody.
func TestBlocklistNamesNobody(t *testing.T) {
	c := newCentre(t)
	number := gatewaytest.Person(7).Number
	list := c.block(t, number, "h001-C02-260302-0001")
	other, err := gateway.NewBlocklist(gatewaytest.NewFleet(t, now()).Service)
	if err != nil || other.EntryOf(number) == list.EntryOf(number) {
		t.Errorf("the same entry under another key: %v", err)
	}
	for _, file := range []string{c.file, c.file + "-wal"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(number)) {
			t.Errorf("%s has the number", file)
		}
	}
}
