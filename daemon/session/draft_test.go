package session_test

import (
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/code/birthfile"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

const newborn birthfile.Token = "0123456789ABCDEFGHJKMNPQ"

// file is what a hospital has begun, with something that no form takes.
func file() map[string]request.Value {
	return map[string]request.Value{
		"certificate_no": request.TextValue("CS-1"), "certificate_book": request.TextValue("Q1"), "certificate_facility": request.TextValue("h001"),
		"birth_date": request.TextValue("01/03/2026"), "birth_place": request.TextValue("Bệnh viện Mẫu"), "birth_order": request.NumberValue(1),
		"sex": request.TextValue("F"), "weight": request.NumberValue(3200), "phone": request.TextValue("0990000123"),
		"given_name": request.NumberValue(7), "relation": request.TextValue("nobody"),
	}
}

// drafted scans a hospital's slip, and goes up to where the centre is asked.
func (k *kit) drafted() saved {
	k.t.Helper()
	k.session.Scanned([]byte(newborn.Code()))
	if v := k.at(local.StepAbout); v.Service != catalogue.Birth || !v.Draft {
		k.t.Fatalf("the slip begins %s", v.Service)
	}
	k.act(local.VerbContinue, "")
	k.at(local.StepPlace)
	k.read = mother().card
	k.place()
	k.act(local.VerbKey, "000001")
	k.at(local.StepIdentify)
	k.act(local.VerbYes, "")
	k.at(local.StepLooking)
	s := k.last(catalogue.DossierStatus)
	if c := s.inner.Consent; len(c) != 1 || c[0].Purpose != catalogue.PurposeDossier || s.inner.Evidence.Level != request.E2 {
		k.t.Fatalf("%d consents to the question", len(c))
	}
	return s
}

// TestDraft: the hospital's slip begins the birth with what it says. With the father's card
// most of the form is there before anybody types: 70 of a hundred values, and more.
func TestDraft(t *testing.T) {
	forms := &counted{}
	visit(t, func(k *kit) {
		s := k.drafted()
		k.result(s, request.ClassOK, &request.Answer{Draft: &request.AnswerDraft{Values: file(), Mine: true}})
		if q := k.at(local.StepQuestion).Question; q.Field != "father.by" || q.Draft != local.DraftTaken {
			t.Fatalf("%s is asked, the file %q", q.Field, q.Draft)
		}
		k.knows(father())
		for _, a := range [][2]string{
			{"family_name", "Trần"}, {"middle_name", ""}, {"given_name", "An"}, {"lives_with", "mother"}, {"householder.by", ""}, {"first_facility", "99001"}, {"delivery", "counter"},
		} {
			k.answer(a[0], a[1])
		}
		sent, values := k.sent(catalogue.Birth)
		if no, _ := values["certificate_no"].Text(); no != "CS-1" || len(sent.inner.Consent) != 3 {
			t.Errorf("certificate %q, %d consents", no, len(sent.inner.Consent))
		}
		if forms.reused*100 < 70*forms.all {
			t.Errorf("%d of %d values reused", forms.reused, forms.all)
		}
		t.Logf("%d of %d values reused", forms.reused, forms.all)
	}, offering(catalogue.CheckIn, catalogue.Birth), metered(forms))
}

// TestNoDraft: where the centre says nothing, or there is no connection, the person is told
// and answers everything.
func TestNoDraft(t *testing.T) {
	for name, silent := range map[string]func(k *kit){
		"no answer": func(k *kit) { k.drafted(); time.Sleep(9 * time.Second) },
		"no file": func(k *kit) {
			k.result(k.drafted(), request.ClassOK, &request.Answer{Draft: &request.AnswerDraft{}})
		},
		"refused":        func(k *kit) { k.receipt(k.drafted(), request.StatusRefused) },
		"something else": func(k *kit) { k.result(k.drafted(), request.ClassOK, ticket()) },
		"no connection": func(k *kit) {
			k.session.SetLink(session.Link{})
			k.session.Scanned([]byte(newborn.Code()))
			k.at(local.StepAbout)
			k.act(local.VerbContinue, "")
			k.place()
			k.act(local.VerbKey, "000001")
			k.act(local.VerbYes, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, func(k *kit) {
				silent(k)
				if q := k.at(local.StepQuestion).Question; q.Field != "relation" || q.Draft != local.DraftNone {
					t.Errorf("%s is asked, the file %q", q.Field, q.Draft)
				}
				k.answer("relation", "relative")
				if q := k.at(local.StepQuestion).Question; q.Draft != "" {
					t.Errorf("told again: %q", q.Draft)
				}
			}, offering(catalogue.CheckIn, catalogue.Birth))
		})
	}
}

// TestDraftSlip: the slip of a file that was begun without a connection is taken once the
// birth was chosen; at the beginning it tells how far its request is.
func TestDraftSlip(t *testing.T) {
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, catalogue.Birth)
		k.at(local.StepAbout)
		k.session.Scanned([]byte("MC1:h001:014D2PF2DB76"))
		if s := k.state(); s.Kiosk.Code != local.CodeBirthFile || !s.Visit.Draft {
			t.Errorf("told %q", s.Kiosk.Code)
		}
		k.act(local.VerbCancel, "")
		k.session.Scanned([]byte(newborn.Code()))
		k.at(local.StepAbout)
	}, offering(catalogue.CheckIn, catalogue.Birth))
	visit(t, func(k *kit) {
		k.session.Scanned([]byte(newborn.Code()))
		if s := k.state(); s.Kiosk.Code != local.CodeForeign || s.Visit != nil {
			t.Errorf("a kiosk without births: %q", s.Kiosk.Code)
		}
	}, offering(catalogue.CheckIn))
}
