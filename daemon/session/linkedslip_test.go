package session_test

import (
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// filed files a death and goes to its end.
func (k *kit) filed() saved {
	k.t.Helper()
	k.read = mother().card
	k.identified(catalogue.Death)
	for _, a := range [][2]string{
		{"relation", "spouse"},
		{"deceased.by", "word"},
		{"deceased_number", father().number},
		{"deceased_name", father().name},
		{"deceased_birth", "1988"},
		{"notice", ""},
		{"died_at", "01/03/2026 07:30"},
		{"died_in", "Số 9, đường Mẫu"},
		{"procedures", "3"},
		{"relatives", "vneid"},
		{"payee", mother().name},
		{"bank", "970499"},
		{"account", "0990000123"},
		{"phone", "0990000123"},
	} {
		k.answer(a[0], a[1])
	}
	s, _ := k.sent(catalogue.Death)
	return s
}

// begunDossier is what the centre says of a death with three procedures.
func begunDossier() *request.Answer {
	at := time.Now().UnixMilli()
	leg := func(procedure, due string) request.LinkedLeg {
		return request.LinkedLeg{Procedure: procedure, Agency: "ward", State: "waiting", Since: at, AsOf: at, Source: request.SourceCentre, Due: due}
	}
	return &request.Answer{Linked: &request.AnswerLinked{Dossiers: []request.LinkedDossier{{
		No: "h001-C02-260302-0001", Kind: "death-3", Overall: "received", Filed: at,
		Legs: []request.LinkedLeg{leg("death", "02/03/2026"), leg("residence-end", "04/03/2026"), leg("funeral-benefit", "")},
	}}}}
}

// TestLinkedSlip: the slip has the number of the dossier, each procedure with its day, and
// the code to look it up, and names nobody.
func TestLinkedSlip(t *testing.T) {
	p := &press{}
	visit(t, func(k *kit) {
		s := k.filed()
		k.receipt(s, request.StatusAccepted)
		k.result(s, request.ClassOK, begunDossier())
		if v := k.at(local.StepDone); v.Filed == nil || v.Dossier == nil || len(v.Dossier.Legs) != 3 || v.Dossier.Legs[1].Due != "04/03/2026" {
			t.Error("the procedures are not shown")
		}
		k.result(s, request.ClassOK, begunDossier()) // of the hub's taking it
		time.Sleep(6 * time.Second)
		all := p.printed()
		if len(all) != 1 {
			t.Fatalf("%d slips", len(all))
		}
		for _, want := range []string{"h001-C02-260302-0001", "Death certificate|02/03/2026", "End of residence|04/03/2026", "Funeral benefit|No fixed day", "MC1:h001:"} {
			if !strings.Contains(all[0], want) {
				t.Errorf("%q is not on the slip %s", want, all[0])
			}
		}
		for _, secret := range []string{father().number, father().name, mother().name, "0990000123"} {
			if strings.Contains(all[0], secret) {
				t.Error("the slip names somebody")
			}
		}
	}, offering(catalogue.CheckIn, catalogue.Death), with(p))
}

// TestLinkedSlipOffline: without a connection the slip says that nothing is registered.
func TestLinkedSlipOffline(t *testing.T) {
	p := &press{}
	visit(t, func(k *kit) {
		k.session.SetLink(session.Link{})
		k.filed()
		k.at(local.StepDone)
		time.Sleep(6 * time.Second)
		if all := p.printed(); len(all) != 1 || !strings.Contains(all[0], "nothing is registered yet") {
			t.Errorf("printed %q", all)
		}
	}, offering(catalogue.CheckIn, catalogue.Death), with(p))
}

// TestDraftSlipCode: the slip of a newborn's file has the code that begins the birth.
func TestDraftSlipCode(t *testing.T) {
	p := &press{}
	visit(t, func(k *kit) {
		k.read = mother().card
		k.identified(catalogue.BirthFile)
		for _, a := range [][2]string{
			{"certificate_no", "CS-1"}, {"certificate_book", "Q1"}, {"birth_date", "01/03/2026"}, {"sex", "F"}, {"birth_order", "1"}, {"weight", ""}, {"phone", ""},
		} {
			k.answer(a[0], a[1])
		}
		s, values := k.sent(catalogue.BirthFile)
		place, _ := values["birth_place"].Text()
		facility, _ := values["certificate_facility"].Text()
		if place != "Bệnh viện Mẫu" || facility != "h001" {
			t.Errorf("born at %q, %q", place, facility)
		}
		k.receipt(s, request.StatusAccepted)
		k.result(s, request.ClassOK, &request.Answer{Filed: &request.AnswerFiled{No: string(newborn), Next: "."}})
		time.Sleep(6 * time.Second)
		if all := p.printed(); len(all) != 1 || !strings.Contains(all[0], newborn.Code()) {
			t.Errorf("printed %q", all)
		}
	}, offering(catalogue.CheckIn, catalogue.BirthFile), with(p))
}
