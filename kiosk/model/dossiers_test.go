package model_test

import (
	"strings"
	"testing"

	"motcua/kiosk/model"
	"motcua/kiosk/text"
	"motcua/protocol/dossier"
	"motcua/protocol/local"
)

func birth(no string) local.Dossier {
	return local.Dossier{No: no, Kind: "birth", Overall: "partial", Legs: []local.Leg{
		{Procedure: "birth", State: "done"},
		{Procedure: "residence", State: "needs-supplement", ItemBy: "11/03/2026"},
		{Procedure: "insurance-card", State: "processing", Due: "04/03/2026"},
		{Procedure: "personal-number", State: "received", Stale: true, AsOf: 1772411400000},
	}}
}

// TestDossiers: each leg says its state and the date that belongs to it; of several
// dossiers one is shown after the other.
func TestDossiers(t *testing.T) {
	s, v := lookedUp(&local.Lookup{State: local.LookupDossiers, Dossiers: []local.Dossier{birth("N-1"), birth("N-2")}})
	if len(v.Rows) != 4 || !v.Rows[1].Strong || v.Rows[0].Strong || !strings.Contains(text.Plain(v.Small), "N-1") || v.Notice == nil || !strings.Contains(text.Plain(v.Notice.Text), "02/03/2026") {
		t.Errorf("%+v", v)
	}
	for i, want := range []string{"", "11/03/2026", "04/03/2026", ""} {
		if !strings.Contains(text.Plain(v.Rows[i].Value), want) {
			t.Errorf("row %d says %q, want %s", i, v.Rows[i].Value, want)
		}
	}
	for _, want := range []string{"N-2", "N-1"} {
		s.Tap("more", at(1))
		if got := s.View(at(1)); !strings.Contains(text.Plain(got.Small), want) {
			t.Errorf("next: %q, want %s", got.Small, want)
		}
	}
	held := birth("N-3")
	held.Held = true
	if _, v := lookedUp(&local.Lookup{State: local.LookupDossiers, Dossiers: []local.Dossier{held}}); v.Notice == nil || v.Notice.Tone != model.Care || len(v.Buttons) != 1 {
		t.Errorf("held: %+v", v)
	}
}

// TestLookingForDossiers: who laid a card down is not told of a slip.
func TestLookingForDossiers(t *testing.T) {
	titles := map[string]bool{}
	for _, p := range []*local.Person{nil, {Name: "NGUYỄN VĂN AN"}} {
		s := begun(nil)
		n := snap(&local.Visit{ID: "v-1", Service: "C06", Step: local.StepLooking, Person: p})
		n.Rev = 2
		s.Receive(n, at(1))
		titles[s.View(at(1)).Title] = true
	}
	if len(titles) != 2 || titles[""] {
		t.Errorf("%v", titles)
	}
}

// TestDossierWords: whatever the centre knows of dossiers has words in every language.
func TestDossierWords(t *testing.T) {
	keys := []string{"dossier.kind.birth", "dossier.kind.death"}
	for _, o := range []dossier.Overall{dossier.AllDone, dossier.AllRejected, dossier.Expired} {
		keys = append(keys, "dossier.overall."+string(o))
	}
	for _, s := range []dossier.State{
		dossier.Waiting, dossier.Received, dossier.Processing, dossier.NeedsSupplement, dossier.PendingNumber, dossier.Done, dossier.Rejected, dossier.Cancelled,
	} {
		keys = append(keys, "dossier.state."+string(s))
	}
	for _, p := range []dossier.Procedure{
		dossier.BirthRegistration, dossier.PersonalNumber, dossier.Residence, dossier.InsuranceCard,
		dossier.DeathRegistration, dossier.ResidenceEnd, dossier.FuneralBenefit, dossier.SurvivorBenefit,
	} {
		keys = append(keys, "dossier.leg."+string(p))
	}
	for _, l := range text.Langs() {
		for _, k := range keys {
			if words, ok := l.Lookup(text.Key(k)); !ok || words == "" {
				t.Errorf("%s has no words for %s", l, k)
			}
		}
	}
}
