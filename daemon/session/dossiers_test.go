package session_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// toLooking chooses the look-up of dossiers from the menu, with the person's card.
func (k *kit) toLooking() {
	k.t.Helper()
	k.act(local.VerbBegin, "")
	k.at(local.StepMenu)
	k.act(local.VerbService, catalogue.DossierStatus)
	k.at(local.StepPlace)
	k.place()
	k.act(local.VerbKey, "000123")
	k.at(local.StepIdentify)
	k.act(local.VerbYes, "")
}

func withDossiers() *request.Answer {
	return &request.Answer{Linked: &request.AnswerLinked{Dossiers: []request.LinkedDossier{{
		No: "h001-C01-260302-0001", Kind: "birth", Overall: "partial", Filed: 1772411400000, Hub: true, Legs: []request.LinkedLeg{
			{Procedure: "birth", Agency: "ward", State: "done", Since: 1772411400000, AsOf: 1772411400000, Source: request.SourceHub},
			{Procedure: "residence", Agency: "police", State: "needs-supplement", Since: 1772411400000, AsOf: 1772411400000, Source: request.SourceHub, Item: "consent", ItemBy: "11/03/2026"},
		},
	}}}}
}

// TestDossiersByCard: who lays the card down is shown all legs of their dossiers, and
// has agreed to that; the request says no more than whose card it was.
func TestDossiersByCard(t *testing.T) {
	visit(t, func(k *kit) {
		k.toLooking()
		k.at(local.StepLooking)
		asked := k.last(catalogue.DossierStatus)
		if in := asked.inner; in.Subject == nil || in.Evidence.Level != request.E2 || len(in.Consent) != 1 || in.Consent[0].Purpose != catalogue.PurposeDossier {
			t.Errorf("subject %v, %s, consent %v", in.Subject != nil, in.Evidence.Level, in.Consent)
		}
		svc, _ := catalogue.Lookup(catalogue.DossierStatus)
		form, err := svc.Read(asked.inner.Form)
		if err != nil || len(form.(request.GenericForm).Values) != 1 {
			t.Fatalf("the form: %v", err)
		}
		k.receipt(asked, request.StatusAccepted)
		k.result(asked, request.ClassOK, withDossiers())
		l := k.at(local.StepLookup).Lookup
		if l.State != local.LookupDossiers || len(l.Dossiers) != 1 || l.Dossiers[0].No != "h001-C01-260302-0001" || len(l.Dossiers[0].Legs) != 2 || l.Dossiers[0].Legs[1].ItemBy != "11/03/2026" {
			t.Errorf("told %+v", l)
		}
		if strings.Contains(k.log.String(), "C01-260302") {
			t.Error("the log has the dossier's number")
		}
		k.act(local.VerbFinish, "")
	}, offering(catalogue.CheckIn, catalogue.Feedback, catalogue.DossierStatus))
}

// TestDossiersUnanswered: the screen says that the centre has said nothing, and asks
// again when it is told to. Nobody is told of an answer about something else.
func TestDossiersUnanswered(t *testing.T) {
	for name, fail := range map[string]func(k *kit){
		"no answer":      func(*kit) { time.Sleep(9 * time.Second) },
		"refused":        func(k *kit) { k.receipt(k.last("C06"), request.StatusRefused) },
		"about a slip":   func(k *kit) { k.result(k.last("C06"), request.ClassOK, received()) },
		"without answer": func(k *kit) { k.result(k.last("C06"), request.ClassUnavailable, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, func(k *kit) {
				k.toLooking()
				fail(k)
				if l := k.at(local.StepLookup).Lookup; l.State != local.LookupSilent {
					t.Fatalf("told %+v", l)
				}
				k.act(local.VerbRetry, "")
				k.at(local.StepLooking)
				k.result(k.last("C06"), request.ClassOK, &request.Answer{Linked: &request.AnswerLinked{}})
				if l := k.at(local.StepLookup).Lookup; l.State != local.LookupNone {
					t.Errorf("told %+v", l)
				}
			}, offering(catalogue.CheckIn, catalogue.Feedback, catalogue.DossierStatus))
		})
	}
}

// TestDossiersOffline: nothing of a person is kept at the kiosk, and the menu says so.
func TestDossiersOffline(t *testing.T) {
	visit(t, func(k *kit) {
		k.session.SetLink(session.Link{Online: false})
		k.act(local.VerbBegin, "")
		k.at(local.StepMenu)
		if !slices.Contains(k.state().Kiosk.Services, local.Offer{Service: catalogue.DossierStatus, Withheld: local.WithheldOffline}) {
			t.Errorf("offered %+v", k.state().Kiosk.Services)
		}
		k.act(local.VerbService, catalogue.DossierStatus)
		k.at(local.StepAbout)
	}, offering(catalogue.CheckIn, catalogue.Feedback, catalogue.DossierStatus))
}

// TestDossiersOfABlockedCard: the card of somebody who was registered as dead shows
// nothing, and staff are called.
func TestDossiersOfABlockedCard(t *testing.T) {
	visit(t, func(k *kit) {
		k.toLooking()
		k.blocked(k.last("C06"))
		k.problem(fault.CardBlocked)
		if !k.state().Kiosk.StaffCalled {
			t.Error("nobody is called")
		}
	}, offering(catalogue.CheckIn, catalogue.Feedback, catalogue.DossierStatus))
}
