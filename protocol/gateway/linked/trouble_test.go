package linked_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/dossier"
	"motcua/protocol/envelope"
	"motcua/protocol/fault"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/linked"
	"motcua/protocol/request"
	"motcua/protocol/simcentral"
	"motcua/protocol/simcentral/hub"
	"motcua/protocol/simcentral/trouble"
)

func supplement(no, item string) request.GenericForm {
	return form(catalogue.Supplement, nil, map[string]request.Value{"dossier": request.TextValue(no), "item": request.TextValue(item)})
}

// scanned is a supplement whose document was scanned, and not handed in at the counter.
func scanned(no, item string) request.GenericForm {
	return form(catalogue.Supplement, map[string]string{"handed": "scan"}, map[string]request.Value{"dossier": request.TextValue(no), "item": request.TextValue(item)})
}

// result is the result of a reply, with or without an answer.
func (c *centre) result(reply gateway.Reply, _ gatewaytest.Message) (request.Result, error) {
	c.t.Helper()
	r, err := envelope.VerifyResult(reply.Result, c.fleet.Roots, c.time())
	if err != nil {
		c.t.Fatal(err)
	}
	return r, err
}

func missing() hub.Scenario {
	return hub.Scenario{Cases: map[string]hub.Case{"CS-0001": {Supplement: &hub.Ask{Leg: dossier.BirthRegistration, Item: "witness-statement"}}}}
}

// TestSupplement: an agency misses something, and the citizen has seven working days;
// it is theirs alone to bring it, and once is enough.
func TestSupplement(t *testing.T) {
	c := newCentre(t, missing())
	begun, d := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
	slip, err := ticket.Of("h001", begun.Outer.ID)
	if err != nil {
		t.Fatal(err)
	}
	c.until("2026-03-03", 12)
	if l := c.leg(mother(), "birth"); l.State != "needs-supplement" || l.Item != "witness-statement" || l.ItemBy != "12/03/2026" || l.Due != "" {
		t.Fatalf("%+v", l)
	}
	if _, reply := c.send(catalogue.Supplement, gatewaytest.Person(9), supplement(d.No, "witness-statement"), matched); reply.Status != request.StatusRefused {
		t.Errorf("somebody else: %s", reply.Status)
	}
	if _, reply := c.send(catalogue.Supplement, mother(), supplement(d.No, "passport"), matched); reply.Status != request.StatusRefused {
		t.Errorf("what nobody misses: %s", reply.Status)
	}
	c.until("2026-03-12", 10)
	m, reply := c.send(catalogue.Supplement, father(), supplement(slip.Code(), "witness-statement"), matched) // by the code on the slip
	if reply.Status != request.StatusAccepted {
		t.Fatalf("C07 is %s because of %q", reply.Status, reply.Reason)
	}
	if _, a := c.open(reply, m); a.Filed == nil || a.Filed.No != d.No || a.Filed.Due != "12/03/2026" || a.Filed.Again {
		t.Errorf("told %+v", a.Filed)
	}
	m, reply = c.send(catalogue.Supplement, mother(), supplement(d.No, "witness-statement"), matched)
	if _, a := c.open(reply, m); reply.Status == request.StatusRefused || !a.Filed.Again { // by its number
		t.Errorf("brought twice: %s, %+v", reply.Status, a.Filed)
	}
	if l := c.leg(mother(), "birth"); l.State != "needs-supplement" || l.Item != "" {
		t.Errorf("brought, and the agency has not said so: %+v", l)
	}
	c.until("2026-03-18", 9)
	if n, _, supplements, _ := c.hub.Counts(); n != 1 || supplements != 1 || c.asked(mother())[0].Overall != "done" {
		t.Errorf("%d dossiers, %d supplements, %+v", n, supplements, c.asked(mother())[0])
	}
}

// TestSupplementDuringOutage: it came in time, and the hub was away until it was too
// late there. The centre does not call it late, and a person has to look.
func TestSupplementDuringOutage(t *testing.T) {
	c := newCentre(t, missing())
	_, d := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
	c.until("2026-03-12", 10)
	down := missing()
	down.Client, down.Down = hub.Account{ID: "gateway", Secret: secret}, []hub.Outage{{From: 0, To: trouble.Duration(11 * 24 * time.Hour)}}
	c.hub.Change(down)
	m, reply := c.send(catalogue.Supplement, mother(), supplement(d.No, "witness-statement"), matched)
	if reply.Status != request.StatusAccepted {
		t.Fatalf("C07 is %s because of %q", reply.Status, reply.Reason)
	}
	c.until("2026-03-13", 12)
	if l := c.leg(mother(), "birth"); l.State != "needs-supplement" || l.Item != "" {
		t.Errorf("brought in time, and the hub does not know: %+v", l)
	}
	c.until("2026-03-14", 12)
	held, err := c.inbox.Held(t.Context(), 10)
	if err != nil || len(held) != 1 || held[0].ID != m.Outer.ID || held[0].Reason != "supplement-not-taken" {
		t.Errorf("held: %+v, %v", held, err)
	}
	if l := c.leg(mother(), "birth"); l.State != "rejected" || l.Source != request.SourceHub {
		t.Errorf("what the agency says stands: %+v", l)
	}
}

// TestSupplementLate: who brings nothing in seven working days has to file anew, and
// gets another dossier then.
func TestSupplementLate(t *testing.T) {
	c := newCentre(t, missing())
	_, d := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
	c.until("2026-03-13", 9)
	got := c.asked(mother())[0]
	if got.Overall != "expired" || fmt.Sprint(states(got)) != "[rejected cancelled cancelled cancelled]" || got.Legs[0].Reason != "supplement-late" {
		t.Errorf("%+v", got)
	}
	m, reply := c.send(catalogue.Supplement, mother(), supplement(d.No, "witness-statement"), matched)
	if r, _ := c.result(reply, m); reply.Status != request.StatusRefused || !slices.Equal(r.Codes, []string{"not-missing"}) {
		t.Errorf("%s, %v", reply.Status, r.Codes)
	}
	_, anew := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusDuplicate)
	if anew.No == d.No || anew.Again || anew.Overall != "received" {
		t.Errorf("filed anew: %+v", anew)
	}
	c.work()
	if n, _, _, _ := c.hub.Counts(); n != 2 || len(c.asked(mother())) != 2 {
		t.Errorf("%d dossiers at the hub", n)
	}
}

// TestMismatch: somebody is not as the population register has them. The dossier is
// held with its reason, and goes on when the register is right, or ends when an
// operator says so.
func TestMismatch(t *testing.T) {
	register := simcentral.Population{
		mother().Number: {Name: mother().Name, Birth: "1990-02-01"}, father().Number: {Name: "TRẦN VĂN GIÀ", Birth: "1988-04-03"},
	}
	right := simcentral.Population{mother().Number: register[mother().Number], father().Number: {Name: father().Name, Birth: "1988-04-03"}}
	for _, release := range []bool{true, false} {
		c := newCentre(t, hub.Scenario{Register: register})
		m, d := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
		replies := c.work()
		if len(replies) != 1 || replies[0].Status != request.StatusHeld || replies[0].Reason != "population-name" {
			t.Fatalf("%+v", replies)
		}
		if r, _ := c.result(replies[0], m); r.Class != request.ClassDiscrepancy {
			t.Errorf("class %s", r.Class)
		}
		if got := c.asked(mother())[0]; got.Held != "population-name" || got.About != "father" || got.Hub {
			t.Errorf("%+v", got)
		}
		if held, err := c.inbox.Held(t.Context(), 10); err != nil || len(held) != 1 || held[0].Reason != "population-name" {
			t.Errorf("held: %+v, %v", held, err)
		}
		if list, err := linked.List(t.Context(), c.inbox, c.calendar, c.time()); err != nil || len(list) != 1 || list[0].Held != "population-name" || len(list[0].Stuck) != 0 {
			t.Errorf("list: %+v, %v", list, err)
		}
		if release {
			c.hub.Change(hub.Scenario{Client: hub.Account{ID: "gateway", Secret: secret}, Register: right})
		}
		if err := gateway.Decide(t.Context(), c.inbox, "k01", m.Outer.ID, release, "looked at", c.time()); err != nil {
			t.Fatal(err)
		}
		c.start()
		replies = c.work()
		if len(replies) != 1 {
			t.Fatalf("%d results", len(replies))
		}
		got := c.asked(mother())[0]
		n, _, _, _ := c.hub.Counts()
		switch {
		case release && (!got.Hub || got.Held != "" || n != 1 || replies[0].Status != request.StatusAccepted):
			t.Errorf("released: %+v, %s", got, replies[0].Status)
		case !release && (got.Overall != "rejected" || got.Legs[0].Reason != "refused-by-operator" || n != 0 || replies[0].Status != request.StatusRefused):
			t.Errorf("refused: %+v, %s", got, replies[0].Status)
		}
		c.until("2026-03-09", 9)
		if got := c.asked(mother())[0]; release != (got.Overall == "done") || got.No != d.No {
			t.Errorf("in the end: %+v", got)
		}
	}
}

// TestStuck: somebody can say where it is stuck.
func TestStuck(t *testing.T) {
	hour := trouble.Duration(time.Hour)
	for story, c := range map[string]struct {
		scenario hub.Scenario
		day      string
		want     string
	}{
		"a leg nobody finishes": {hub.Scenario{Cases: map[string]hub.Case{"CS-0001": {Stuck: dossier.Residence}}}, "2026-03-06", "residence police overdue 2026-03-05"},
		"an agency that is silent": {
			hub.Scenario{Agencies: map[dossier.Agency]hub.Agency{dossier.SocialInsurance: {Silent: true}}}, "2026-03-05", "insurance-card social-insurance silent 2026-03-03",
		},
		"a number that never comes": {hub.Scenario{Cases: map[string]hub.Case{"CS-0001": {Stuck: dossier.PersonalNumber}}}, "2026-04-15", "personal-number police unfinished 2026-03-03"},
		"a hub that is away":        {hub.Scenario{Down: []hub.Outage{{To: 1000 * hour}}}, "2026-03-04", " hub not-handed-over 2026-03-03"},
		"a hub that went away":      {hub.Scenario{Down: []hub.Outage{{From: 2 * hour, To: 1000 * hour}}}, "2026-03-05", " hub silent 2026-03-03"},
	} {
		t.Run(story, func(t *testing.T) {
			w := newCentre(t, c.scenario)
			w.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
			w.until(c.day, 9)
			list, err := linked.List(t.Context(), w.inbox, w.calendar, w.time())
			if err != nil || len(list) != 1 || len(list[0].Stuck) != 1 {
				t.Fatalf("list: %+v, %v", list, err)
			}
			s := list[0].Stuck[0]
			if got := fmt.Sprint(s.Leg, " ", s.Agency, " ", s.Why, " ", s.Since.UTC().Add(7*time.Hour).Format(time.DateOnly)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if !slices.Equal(w.raised, []gateway.AlarmKind{gateway.AlarmDossier}) {
				t.Errorf("alarms: %v", w.raised)
			}
		})
	}
}

// TestStale: what an agency said a day ago is told as old.
func TestStale(t *testing.T) {
	c := newCentre(t, hub.Scenario{})
	c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
	c.until("2026-03-03", 14)
	if l := c.leg(mother(), "residence"); l.Stale || l.Source != request.SourceHub {
		t.Errorf("%+v", l)
	}
	c.server.Close()
	c.until("2026-03-04", 16)
	l := c.leg(mother(), "residence")
	if !l.Stale || l.State != "received" || c.time().Sub(time.UnixMilli(l.AsOf)) < 24*time.Hour {
		t.Errorf("%+v", l)
	}
}

// TestBlocked: once a death is registered, the card of the deceased is of no use any
// more, at any service, and the informant's is.
func TestBlocked(t *testing.T) {
	c := newCentre(t, hub.Scenario{})
	c.apply(catalogue.Death, mother(), death("2"), request.StatusAccepted)
	checkIn := func(who request.Subject) request.Receipt {
		m := c.device.CheckIn(t, who, "internal")
		reply, err := c.Process(t.Context(), c.device.Branch, m.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		r, err := envelope.VerifyReceipt(reply.Receipt, c.fleet.Roots, c.time())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := checkIn(deceased()); r.Status != request.StatusAccepted {
		t.Errorf("before: %s", r.Status)
	}
	c.until("2026-03-03", 14)
	if l := c.leg(mother(), "death"); l.State != "done" {
		t.Fatalf("%+v", l)
	}
	if r := checkIn(deceased()); r.Status != request.StatusRefused || r.Code != fault.CardBlocked {
		t.Errorf("H01: %s %s", r.Status, r.Code)
	}
	if r := checkIn(mother()); r.Status != request.StatusAccepted {
		t.Errorf("the informant: %s", r.Status)
	}
	if _, reply := c.send(catalogue.Birth, deceased(), birth("relative"), matched); reply.Status != request.StatusRefused || reply.Reason != "card-blocked" {
		t.Errorf("C01: %s because of %q", reply.Status, reply.Reason)
	}
	list, err := gateway.NewBlocklist(c.fleet.Service)
	if err != nil {
		t.Fatal(err)
	}
	all, err := list.List(t.Context(), c.inbox)
	if err != nil || len(all) != 1 || all[0].Acts[0].Why != "h001-C02-260303-0001" {
		t.Fatalf("list: %+v, %v", all, err)
	}
	if err := list.Lift(t.Context(), c.inbox, all[0].Entry, "another person of that name", c.time()); err != nil {
		t.Fatal(err)
	}
	c.until("2026-03-04", 14)
	if r := checkIn(deceased()); r.Status != request.StatusAccepted {
		t.Errorf("lifted: %s %s", r.Status, r.Code)
	}
}

// TestOutageIsQuiet: a hub that is away is left alone between tries, however many
// dossiers wait for it, and other put-off work is not held up by it.
func TestOutageIsQuiet(t *testing.T) {
	c := newCentre(t, hub.Scenario{Down: []hub.Outage{{To: trouble.Duration(2 * time.Hour)}}})
	for i := range 20 {
		f := birth("mother")
		f.Values["birth_order"] = request.NumberValue(uint64(i%20 + 1))
		c.apply(catalogue.Birth, mother(), f, request.StatusAccepted)
	}
	c.work()
	if _, _, _, asked := c.hub.Counts(); asked > 4 {
		t.Errorf("asked %d times at once", asked)
	}
	c.until("2026-03-03", 10)
	if _, _, _, asked := c.hub.Counts(); asked > 60 {
		t.Errorf("asked %d times in an hour", asked)
	}
	c.until("2026-03-04", 9)
	if n, _, _, _ := c.hub.Counts(); n != 20 {
		t.Errorf("%d dossiers at the hub in the end", n)
	}
}

// TestDraft: the hospital's file has a token that stays the same, at once.
func TestDraft(t *testing.T) {
	c := newCentre(t, hub.Scenario{})
	file := func(want request.Status) request.AnswerFiled {
		m, reply := c.send(catalogue.BirthFile, mother(), form(catalogue.BirthFile, nil, nil), matched)
		if reply.Status != want {
			t.Fatalf("%s because of %q", reply.Status, reply.Reason)
		}
		_, a := c.open(reply, m)
		return *a.Filed
	}
	first, again := file(request.StatusAccepted), file(request.StatusDuplicate)
	if len(first.No) != 24 || first.No != again.No || first.Again || !again.Again {
		t.Errorf("%+v, %+v", first, again)
	}
	c.work()
	if _, drafts, _, _ := c.hub.Counts(); drafts != 1 {
		t.Errorf("%d drafts", drafts)
	}
}
