package linked_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/hub"
	"motcua/protocol/simcentral/trouble"
)

// TestBirth follows a birth from the receipt to the last leg. The dossier has its
// number and due dates before the hub has heard of it; the personal number comes late,
// which is nobody's fault.
func TestBirth(t *testing.T) {
	c := newCentre(t, hub.Scenario{Cases: map[string]hub.Case{"CS-0001": {NumberAfter: trouble.Duration(6 * 24 * time.Hour)}}})
	m, d := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
	if d.No != "h001-C01-260303-0001" || d.Kind != "birth" || d.Overall != "received" || d.Hub || d.Again {
		t.Errorf("filed: %+v", d)
	}
	if got, want := fmt.Sprint(due(d)), "[03/03/2026  05/03/2026 05/03/2026]"; got != want {
		t.Errorf("due %s, want %s", got, want)
	}
	if l := d.Legs[0]; l.Source != request.SourceCentre || l.Stale {
		t.Errorf("before the hub has it: %+v", l)
	}
	replies := c.work()
	if len(replies) != 1 {
		t.Fatalf("%d results\n%s", len(replies), c.log)
	}
	if got := c.dossier(replies[0], m); !got.Hub || got.No != d.No || replies[0].Status != request.StatusAccepted {
		t.Errorf("handed over: %+v", got)
	}
	for _, step := range []struct {
		day     string
		hour    int
		states  string
		overall string
	}{
		{"2026-03-03", 10, "[processing waiting waiting waiting]", "received"},
		{"2026-03-03", 13, "[done received received received]", "partial"},
		{"2026-03-04", 17, "[done pending-personal-number done processing]", "partial"},
		{"2026-03-05", 17, "[done pending-personal-number done done]", "partial"},
		{"2026-03-10", 9, "[done done done done]", "done"},
	} {
		c.until(step.day, step.hour)
		for _, who := range []request.Subject{mother(), father()} {
			got := c.asked(who)
			if len(got) != 1 || fmt.Sprint(states(got[0])) != step.states || got[0].Overall != step.overall {
				t.Errorf("%s %d h: %v, want %s %s", step.day, step.hour, got, step.states, step.overall)
			}
		}
	}
	if l := c.leg(mother(), "residence"); l.Source != request.SourceHub || l.Stale || l.Due != "" {
		t.Errorf("at the end: %+v", l)
	}
	if got := c.asked(gatewaytest.Person(9)); len(got) != 0 {
		t.Errorf("somebody else is told %d dossiers", len(got))
	}
	if jobs, err := c.inbox.Jobs(t.Context()); err != nil || len(jobs) != 0 || len(c.raised) != 0 {
		t.Errorf("at the end: %d jobs, alarms %v, %v", len(jobs), c.raised, err)
	}
}

// TestAfterThree: what is filed after 15:00 counts from the next working day.
func TestAfterThree(t *testing.T) {
	c := newCentre(t, hub.Scenario{})
	c.until("2026-03-06", 16) // Friday
	_, d := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
	if got, want := fmt.Sprint(due(d)), "[09/03/2026  11/03/2026 11/03/2026]"; got != want {
		t.Errorf("due %s, want %s", got, want)
	}
}

// TestOnce: who files the same again, from the other parent's card or after everything
// has ended, is told of the same dossier.
func TestOnce(t *testing.T) {
	c := newCentre(t, hub.Scenario{})
	_, first := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
	_, again := c.apply(catalogue.Birth, father(), birth("father"), request.StatusDuplicate)
	if again.No != first.No || !again.Again {
		t.Errorf("%+v, want %s", again, first.No)
	}
	c.until("2026-03-09", 9)
	if _, last := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusDuplicate); last.No != first.No || last.Overall != "done" {
		t.Errorf("%+v", last)
	}
	c.work()
	if n, _, _, _ := c.hub.Counts(); n != 1 {
		t.Errorf("%d dossiers at the hub", n)
	}
}

// TestDeaths: a death has two, three or four procedures, as whoever files it asks.
func TestDeaths(t *testing.T) {
	for procedures, want := range map[string]string{
		"2": "[03/03/2026 05/03/2026]", "3": "[03/03/2026 05/03/2026 ]", "4": "[03/03/2026 05/03/2026  ]",
	} {
		c := newCentre(t, hub.Scenario{})
		_, d := c.apply(catalogue.Death, mother(), death(procedures), request.StatusAccepted)
		if d.Kind != "death-"+procedures || fmt.Sprint(due(d)) != want {
			t.Errorf("%s procedures: %s due %v", procedures, d.Kind, due(d))
		}
		c.until("2026-03-09", 9)
		if got := c.asked(mother())[0]; got.Overall != "done" {
			t.Errorf("%s procedures: %v", procedures, states(got))
		}
	}
}

// TestNothingLostNothingDoubled: the hub is in every kind of trouble, answers get lost
// after it has done what was asked, and the gateway starts anew before every single
// step. One dossier is there in the end, one supplement, one draft, and all is done.
func TestNothingLostNothingDoubled(t *testing.T) {
	hour := trouble.Duration(time.Hour)
	scenario := hub.Scenario{
		Troubles: []trouble.Kind{trouble.Status500, trouble.HTML, trouble.Garbage, trouble.Oversized, trouble.Drop, trouble.Expired},
		Down:     []hub.Outage{{From: 0, To: hour}, {From: 5 * hour, To: 9 * hour}, {From: 30 * hour, To: 60 * hour}},
		Cases:    map[string]hub.Case{"CS-0001": {Supplement: &hub.Ask{Leg: "residence", Item: "householder-consent"}}},
		// The portal refuses the account now and then, and tokens are short.
		DenyTokens: 3, TokenLife: hour / 2,
	}
	c := newCentre(t, scenario)
	c.lose.Store(2)
	_, d := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
	c.send(catalogue.BirthFile, mother(), form(catalogue.BirthFile, nil, nil), matched)
	supplied := false
	for range 240 {
		c.pass(30 * time.Minute)
		c.start()
		if _, err := c.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		if l := c.leg(mother(), "residence"); l.Item != "" && !supplied {
			c.lose.Store(2)
			supplied = true
			if _, reply := c.send(catalogue.Supplement, father(), scanned(d.No, l.Item), matched); reply.Status != request.StatusAccepted {
				t.Fatalf("C07 is %s because of %q", reply.Status, reply.Reason)
			}
		}
	}
	dossiers, drafts, supplements, _ := c.hub.Counts()
	if dossiers != 1 || drafts != 1 || supplements != 1 {
		t.Errorf("%d dossiers, %d drafts, %d supplements at the hub\n%s", dossiers, drafts, supplements, c.log)
	}
	if got := c.asked(mother()); len(got) != 1 || got[0].Overall != "done" || got[0].No != d.No {
		t.Errorf("in the end: %+v", got)
	}
	if jobs, err := c.inbox.Jobs(t.Context()); err != nil || len(jobs) != 0 {
		t.Errorf("%d jobs are left, %v", len(jobs), err)
	}
}

// TestSlip: who holds the slip is told how far the dossier is, and nothing of its legs.
func TestSlip(t *testing.T) {
	c := newCentre(t, hub.Scenario{})
	m, _ := c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
	slip, err := ticket.Of("h001", m.Outer.ID)
	if err != nil {
		t.Fatal(err)
	}
	look := func() request.AnswerDossier {
		m, reply := c.send(catalogue.DossierStatus, mother(), form(catalogue.DossierStatus, map[string]string{"by": "slip"}, map[string]request.Value{"dossier": request.TextValue(slip.Code())}), c.claimed)
		_, a := c.open(reply, m)
		if a.Dossier == nil || a.Linked != nil {
			t.Fatalf("told %v", a)
		}
		return *a.Dossier
	}
	if got := look(); got.State != request.DossierReceived || got.Overall != "received" {
		t.Errorf("%+v", got)
	}
	c.until("2026-03-09", 9) // longer than other slips are looked up
	if got := look(); got.State != request.DossierReceived || got.Overall != "done" {
		t.Errorf("%+v", got)
	}
	slip.Number = "0000000000"
	if got := look(); got.State != request.DossierUnknown || got.Overall != "" {
		t.Errorf("another slip: %+v", got)
	}
}

// claimed takes person and card out of a request.
func (c *centre) claimed(_ *request.Outer, i *request.Inner) {
	opening, err := c.device.Opening(c.t, i.Visit).Bytes()
	if err != nil {
		c.t.Fatal(err)
	}
	i.Subject, i.Consent = nil, nil
	i.Evidence = request.Evidence{
		Level: request.E1, Facts: request.Facts{Claim: true, Verdict: request.VerdictNone, Proof: request.ProofNone}, Opening: opening, CapturedAt: i.Evidence.CapturedAt,
	}
}

// TestContradictions: what no form can say is refused in a word.
func TestContradictions(t *testing.T) {
	c := newCentre(t, hub.Scenario{})
	own := death("2")
	own.Values["deceased_number"] = request.TextValue(mother().Number)
	one := birth("mother")
	one.Values["father"] = request.PersonValue(mother())
	for word, m := range map[string]struct {
		service string
		who     request.Subject
		form    request.GenericForm
	}{
		"informant-is-not-mother": {catalogue.Birth, father(), birth("mother")},
		"informant-is-not-father": {catalogue.Birth, mother(), birth("father")},
		"parents-are-one":         {catalogue.Birth, mother(), one},
		"informant-is-deceased":   {catalogue.Death, mother(), own},
	} {
		sent, reply := c.send(m.service, m.who, m.form, matched)
		if reply.Status != request.StatusRefused {
			t.Errorf("%s: %s", word, reply.Status)
			continue
		}
		if r, _ := c.result(reply, sent); !slices.Equal(r.Codes, []string{word}) {
			t.Errorf("%s: told %v", word, r.Codes)
		}
	}
	c.work()
	if n, _, _, asked := c.hub.Counts(); n != 0 || asked != 0 {
		t.Errorf("%d dossiers after %d questions", n, asked)
	}
}

// TestNamesNobody: neither log nor inbox tells of whom a dossier is.
func TestNamesNobody(t *testing.T) {
	c := newCentre(t, hub.Scenario{Troubles: []trouble.Kind{trouble.HTML, trouble.Drop}})
	c.apply(catalogue.Birth, mother(), birth("mother"), request.StatusAccepted)
	c.apply(catalogue.Death, father(), death("2"), request.StatusAccepted)
	c.until("2026-03-09", 9)
	texts := map[string]string{"log": c.log.String()}
	for _, file := range []string{c.file, c.file + "-wal"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[file] = string(b)
	}
	for name, text := range texts {
		for _, who := range []request.Subject{mother(), father(), deceased()} {
			for _, word := range []string{who.Number, who.Name, secret, "CS-0001"} {
				if strings.Contains(text, word) {
					t.Errorf("%s tells %q", name, word)
				}
			}
		}
	}
}

// TestKnown: the hub is told how well each person of the form is known, and of nobody more
// than the centre found.
func TestKnown(t *testing.T) {
	for by, want := range map[request.KnownBy]string{
		request.KnownByCard: `"known":{"father":"E2"}`, request.KnownByCode: `"known":{"father":"E1"}`, "": "",
	} {
		c := newCentre(t, hub.Scenario{})
		c.send(catalogue.Birth, mother(), birth("mother"), matched, func(_ *request.Outer, i *request.Inner) {
			if by == "" {
				return
			}
			k := request.Known{Who: "father", By: by}
			if by == request.KnownByCard {
				e := c.device.Evidence(t, c.fleet.Card(t, father()), c.device.Opening(t, i.Visit))
				k.Evidence = &e
			}
			i.People = []request.Known{k}
		})
		c.work()
		if got := string(c.put); !strings.Contains(got, want) || want == "" && strings.Contains(got, `"known"`) {
			t.Errorf("by %q: the hub is not told %s", by, want)
		}
	}
}
