package dossier_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/workday"
)

func calendar(t *testing.T) *workday.Calendar {
	t.Helper()
	c, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, workday.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// news is what an agency says, and what the dossier is afterwards.
type news struct {
	at      string
	leg     dossier.Procedure
	state   dossier.State
	reason  dossier.Reason
	overall dossier.Overall
	due     map[dossier.Procedure]string // days; empty: none
}

// TestStories follows dossiers from the counter to their ends.
func TestStories(t *testing.T) {
	for _, story := range []struct {
		name  string
		kind  dossier.Kind
		filed string
		due   map[dossier.Procedure]string // as promised on the slip
		news  []news
	}{
		{
			"a birth whose number comes late", dossier.Birth, "2026-03-03 10:00",
			map[dossier.Procedure]string{"birth": "2026-03-03", "personal-number": "", "residence": "2026-03-05", "insurance-card": "2026-03-05"},
			[]news{
				{"2026-03-03 11:00", "birth", dossier.Processing, "", dossier.AllReceived, nil},
				{"2026-03-03 16:00", "birth", dossier.Done, "", dossier.Partial, map[dossier.Procedure]string{"residence": "2026-03-06"}}, // after 15:00
				{"2026-03-03 16:01", "personal-number", dossier.PendingNumber, "", dossier.Partial, nil},
				{"2026-03-05 09:00", "residence", dossier.Done, "", dossier.Partial, nil},
				{"2026-03-05 10:00", "insurance-card", dossier.Done, "", dossier.Partial, nil},
				{"2026-03-09 10:00", "personal-number", dossier.PendingNumber, "", dossier.Partial, nil},
				{"2026-03-10 10:00", "personal-number", dossier.Done, "", dossier.AllDone, nil},
			},
		},
		{
			"a birth for which something is missing", dossier.Birth, "2026-02-12 16:00",
			map[dossier.Procedure]string{"birth": "2026-02-13", "residence": "2026-02-24"}, // over Tết
			[]news{
				{"2026-02-13 09:00", "birth", dossier.NeedsSupplement, "", dossier.AllReceived, map[dossier.Procedure]string{"birth": ""}},
				{"2026-02-27 09:00", "birth", dossier.Processing, "", dossier.AllReceived, map[dossier.Procedure]string{"birth": "2026-02-27"}},
				{"2026-02-27 10:00", "birth", dossier.Done, "", dossier.Partial, map[dossier.Procedure]string{"residence": "2026-03-03"}},
			},
		},
		{
			"a birth for which nobody brought it", dossier.Birth, "2026-03-03 10:00", nil,
			[]news{
				{"2026-03-03 11:00", "birth", dossier.NeedsSupplement, "", dossier.AllReceived, nil},
				{"2026-03-12 18:00", "birth", dossier.Rejected, "", dossier.Expired, nil}, // seven working days
			},
		},
		{
			"a death with three procedures", dossier.Death3, "2026-03-06 15:30",
			map[dossier.Procedure]string{"death": "2026-03-09", "residence-end": "2026-03-11", "funeral-benefit": ""},
			[]news{
				{"2026-03-09 09:00", "death", dossier.Done, "", dossier.Partial, nil},
				{"2026-03-10 09:00", "residence-end", dossier.Done, "", dossier.Partial, nil},
				{"2026-03-20 09:00", "funeral-benefit", dossier.Rejected, "not-entitled", dossier.Partial, nil},
			},
		},
		{
			"a death that is not registered", dossier.Death2, "2026-03-06 09:00", nil,
			[]news{{"2026-03-06 10:00", "death", dossier.Rejected, "registered-elsewhere", dossier.AllRejected, nil}},
		},
	} {
		t.Run(story.name, func(t *testing.T) {
			d, err := dossier.File(story.kind, at(t, story.filed), calendar(t))
			if err != nil {
				t.Fatal(err)
			}
			due(t, d, story.due)
			for _, n := range story.news {
				err := d.Say(n.leg, n.state, n.reason, at(t, n.at))
				if late := errors.Is(err, dossier.ErrOrder) && n.overall == dossier.Expired; err != nil && !late {
					t.Fatalf("%s %s: %v", n.leg, n.state, err)
				}
				if got := d.Overall(); got != n.overall {
					t.Errorf("after %s %s: %s, want %s", n.leg, n.state, got, n.overall)
				}
				due(t, d, n.due)
			}
		})
	}
}

func due(t *testing.T, d *dossier.Dossier, want map[dossier.Procedure]string) {
	t.Helper()
	for _, l := range d.Legs {
		day, asked := want[l.Procedure]
		got := ""
		if !l.Due.IsZero() {
			got = workday.DayOf(l.Due).String()
		}
		if asked && got != day {
			t.Errorf("%s is due on %q, want %q", l.Procedure, got, day)
		}
	}
}

func TestSay(t *testing.T) {
	d, err := dossier.File(dossier.Birth, at(t, "2026-03-03 10:00"), calendar(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Say("passport", dossier.Done, "", at(t, "2026-03-03 11:00")); !errors.Is(err, dossier.ErrUnknownLeg) {
		t.Errorf("a leg that is not there: %v", err)
	}
	if err := d.Say(dossier.Residence, dossier.Done, "", at(t, "2026-03-03 11:00")); !errors.Is(err, dossier.ErrOrder) {
		t.Errorf("a leg that waits was finished: %v", err)
	}
	if err := d.Say(dossier.BirthRegistration, dossier.Processing, "", at(t, "2026-03-03 09:00")); err != nil || d.Legs[0].State != dossier.Received {
		t.Errorf("news from before: %v, %s", err, d.Legs[0].State)
	}
	if l := d.Legs[0]; l.Overdue(at(t, "2026-03-03 17:00")) || !l.Overdue(at(t, "2026-03-03 17:01")) || l.Age(at(t, "2026-03-03 12:00")) != 2*time.Hour || l.Age(at(t, "2026-03-01 12:00")) != 0 {
		t.Errorf("overdue or age of %+v", l)
	}
	// Something has to be verified: residence has five days instead of two.
	if err := d.NeedsVerifying(at(t, "2026-03-03 11:00")); err != nil {
		t.Fatal(err)
	}
	due(t, d, map[dossier.Procedure]string{"birth": "2026-03-03", "residence": "2026-03-10", "insurance-card": "2026-03-05"})
	if err := d.Say(dossier.BirthRegistration, dossier.Done, "", at(t, "2026-03-03 12:00")); err != nil {
		t.Fatal(err)
	}
	due(t, d, map[dossier.Procedure]string{"residence": "2026-03-10"})
	for _, kind := range []dossier.Kind{"", "death-1"} {
		if _, err := dossier.File(kind, at(t, "2026-03-03 10:00"), calendar(t)); err == nil {
			t.Errorf("a dossier of kind %q", kind)
		}
	}
}

// TestAnyNews: whatever agencies say in whatever order, a dossier stays one that can
// be told: what is final stays, nothing is due that waits for the citizen, a leg
// waits only for a first one that goes on, and it is the same after it was kept.
func TestAnyNews(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 7))
	c := calendar(t)
	states := []dossier.State{
		dossier.Received, dossier.Processing, dossier.NeedsSupplement, dossier.PendingNumber, dossier.Done, dossier.Done, dossier.Rejected, dossier.Cancelled, dossier.Waiting, "lost",
	}
	for range 2000 {
		kind := []dossier.Kind{dossier.Birth, dossier.Death2, dossier.Death3, dossier.Death4}[random.IntN(4)]
		now := at(t, "2026-01-05 08:00").Add(time.Duration(random.IntN(300*24)) * time.Hour)
		d, err := dossier.File(kind, now, c)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			before := append([]dossier.Leg{}, d.Legs...)
			now = now.Add(time.Duration(random.IntN(72)) * time.Hour)
			err := d.Say(d.Legs[random.IntN(len(d.Legs))].Procedure, states[random.IntN(len(states))], "because", now)
			if err != nil && !errors.Is(err, dossier.ErrOrder) {
				t.Fatal(err)
			}
			check(t, before, d)
			d = kept(t, d, c)
		}
	}
}

func check(t *testing.T, before []dossier.Leg, d *dossier.Dossier) {
	t.Helper()
	first := d.Legs[0].State
	for i, l := range d.Legs {
		switch {
		case before[i].State.Final() && l != before[i]:
			t.Fatalf("%s was %s and is %s", l.Procedure, before[i].State, l.State)
		case l.State == dossier.NeedsSupplement && (!l.Due.IsZero() || l.SupplementBy.IsZero()):
			t.Fatalf("the citizen has to bring something: %+v", l)
		case l.State == dossier.Waiting && (i == 0 || first.Final()):
			t.Fatalf("%s waits, and %s is %s", l.Procedure, d.Legs[0].Procedure, first)
		case l.AsOf.Before(before[i].AsOf):
			t.Fatalf("%s grows younger", l.Procedure)
		case l.Since.After(l.AsOf), (l.Since != before[i].Since) != (l.State != before[i].State) && l.AsOf.After(before[i].AsOf):
			t.Fatalf("%s was %s since %v and is %s since %v", l.Procedure, before[i].State, before[i].Since, l.State, l.Since)
		case (l.State == dossier.Rejected || l.State == dossier.Cancelled) != (l.Reason != ""):
			t.Fatalf("%s is %s because of %q", l.Procedure, l.State, l.Reason)
		}
	}
}

// kept is a dossier that was written and read.
func kept(t *testing.T, d *dossier.Dossier, c *workday.Calendar) *dossier.Dossier {
	t.Helper()
	b, err := json.Marshal(d.Record)
	if err != nil {
		t.Fatal(err)
	}
	var r dossier.Record
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	again, err := dossier.Resume(r, c)
	if err != nil {
		t.Fatal(err)
	}
	b2, err := json.Marshal(again.Record)
	if err != nil || string(b2) != string(b) || again.Overall() != d.Overall() || len(again.Missing()) != len(d.Missing()) {
		t.Fatalf("kept as %s, read as %s: %v", b, b2, err)
	}
	return again
}

// TestSupply: what was brought in time is not too late because the agency saw it late.
func TestSupply(t *testing.T) {
	d, err := dossier.File(dossier.Birth, at(t, "2026-03-03 10:00"), calendar(t))
	if err != nil {
		t.Fatal(err)
	}
	if d.Supply(dossier.BirthRegistration, at(t, "2026-03-03 10:30")) || d.Supply("passport", at(t, "2026-03-03 10:30")) {
		t.Error("nothing was missing")
	}
	if err := d.Say(dossier.BirthRegistration, dossier.NeedsSupplement, "", at(t, "2026-03-03 11:00")); err != nil {
		t.Fatal(err)
	}
	late, err := dossier.Resume(d.Record, calendar(t))
	if err != nil {
		t.Fatal(err)
	}
	if !d.Supply(dossier.BirthRegistration, at(t, "2026-03-12 16:00")) { // the seventh working day
		t.Error("brought in time")
	}
	d = kept(t, d, calendar(t))
	if err := d.Say(dossier.BirthRegistration, dossier.Processing, "", at(t, "2026-03-13 09:00")); err != nil || !d.Legs[0].Supplied.IsZero() {
		t.Errorf("the agency goes on with it: %v, %+v", err, d.Legs[0])
	}
	if late.Supply(dossier.BirthRegistration, at(t, "2026-03-13 08:00")) || late.Overall() != dossier.Expired {
		t.Errorf("brought a day late: %s", late.Overall())
	}
}

func TestResume(t *testing.T) {
	c := calendar(t)
	d, err := dossier.File(dossier.Death2, at(t, "2026-03-03 10:00"), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, spoil := range []func(r *dossier.Record){
		func(r *dossier.Record) { r.Kind = dossier.Birth },
		func(r *dossier.Record) { r.Kind = "" },
		func(r *dossier.Record) { r.Legs = r.Legs[:1] },
		func(r *dossier.Record) { r.Legs[0], r.Legs[1] = r.Legs[1], r.Legs[0] },
		func(r *dossier.Record) { r.Legs[0].State = "lost" },
	} {
		r := d.Record
		r.Legs = append([]dossier.Leg{}, d.Legs...)
		spoil(&r)
		if _, err := dossier.Resume(r, c); err == nil {
			t.Errorf("a dossier that is none: %+v", r)
		}
	}
	again, err := dossier.Resume(d.Record, c)
	if err != nil || !reflect.DeepEqual(again.Legs, d.Legs) {
		t.Errorf("resumed: %+v, %v", again, err)
	}
}
