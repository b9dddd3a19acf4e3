package session_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/insurance"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// said is what the centre makes of an answer of the insurer: a code, or that there was
// none.
func said(a insurance.Action) *request.Answer {
	in := request.AnswerInsurance{Class: a.Class, Code: a.Code, AsOf: time.Now().UnixMilli()}
	if a.Class == request.ClassOK || a.Class == request.ClassNewCard {
		in.CardNo, in.ValidFrom = "GD4990990000001", "01/01/2026"
	}
	return &request.Answer{Insurance: &in}
}

// answers are how the insurer may be, and what the kiosk hears of a code then. The
// centre's half of this table is in protocol/gateway/bhyt, TestEveryCode.
func answers() map[string]func(k *kit, a insurance.Action) insurance.Action {
	tell := func(k *kit, a insurance.Action) {
		q := k.last("H09")
		k.receipt(q, request.StatusAccepted)
		k.result(q, a.Class, said(a))
	}
	return map[string]func(k *kit, a insurance.Action) insurance.Action{
		"online": func(k *kit, a insurance.Action) insurance.Action { tell(k, a); return a },
		"slow": func(k *kit, a insurance.Action) insurance.Action {
			time.Sleep(7 * time.Second)
			k.at(local.StepAsking)
			tell(k, a)
			return a
		},
		"down, and the centre says so": func(k *kit, _ insurance.Action) insurance.Action {
			tell(k, insurance.Silence())
			return insurance.Silence()
		},
		"down, and nobody says so": func(k *kit, _ insurance.Action) insurance.Action {
			k.receipt(k.last("H09"), request.StatusAccepted)
			time.Sleep(8 * time.Second)
			return insurance.Silence()
		},
	}
}

// TestEveryAnswerOfTheInsurer: for each of the 27 codes, and one of tomorrow, with the
// insurer online, slow and down: which screen, which words, which line on the slip. The
// person always leaves with a ticket, or has called staff.
func TestEveryAnswerOfTheInsurer(t *testing.T) {
	unknown := insurance.Of("999")
	unknown.Code = "999"
	for how, answer := range answers() {
		for _, a := range append(insurance.Codes(), unknown) {
			t.Run(how+"/"+a.Code, func(t *testing.T) {
				p := &press{}
				visit(t, func(k *kit) {
					k.toIdentify()
					k.act(local.VerbYes, "")
					k.at(local.StepAsking)
					want := answer(k, a)
					k.tells(want)
					k.act(local.VerbContinue, "")
					k.at(local.StepCheck)
					k.act(local.VerbSubmit, "")
					k.ticketed(p, want)
				}, with(p))
				visit(t, func(k *kit) {
					k.toIdentify()
					k.act(local.VerbYes, "")
					k.paysInstead(answer(k, a))
				}, offering(catalogue.CheckIn, catalogue.PaidCheckIn))
				visit(t, func(k *kit) {
					k.toIdentify()
					k.act(local.VerbYes, "")
					answer(k, a)
					k.act(local.VerbStaff, "")
					k.at(local.StepStaff)
					if !k.state().Kiosk.StaffCalled {
						t.Error("nobody is called")
					}
				})
			})
		}
	}
}

// paysInstead: where the answer lets the person pay, the department is asked next, who
// goes back has the insured check-in again, and who goes on gets number and fee. Where it
// does not, nobody is led there.
func (k *kit) paysInstead(want insurance.Action) {
	k.t.Helper()
	if in := k.at(local.StepInsurance).Insurance; in.Pays != want.Pays {
		k.t.Errorf("may pay: %v", in.Pays)
	}
	if err := k.try(local.VerbService, catalogue.PaidCheckIn); (err == nil) != want.Pays {
		k.t.Errorf("paying: %v", err)
	}
	if !want.Pays {
		k.at(local.StepInsurance)
		return
	}
	if q := k.at(local.StepQuestion).Question; q.Field != "specialty" || !q.Back {
		k.t.Errorf("asked %s, back %v", q.Field, q.Back)
	}
	k.departed()
	s, _ := k.sent(catalogue.PaidCheckIn)
	if k.count(catalogue.CheckIn) != 0 || len(s.inner.Consent) != 1 || s.inner.Evidence.Level != request.E2 {
		k.t.Errorf("%d insured check-ins, %d consents", k.count(catalogue.CheckIn), len(s.inner.Consent))
	}
	k.receipt(s, request.StatusAccepted)
	k.result(s, request.ClassOK, fee(150_000, ""))
	if v := k.at(local.StepDone); v.Ticket == nil || v.Fee == nil || v.CheckIn {
		k.t.Errorf("ticket %v, fee %+v", v.Ticket != nil, v.Fee)
	}
}

// TestNotPayingAfterAll: who goes back from the first question has the insured check-in
// again, with what the insurer has said.
func TestNotPayingAfterAll(t *testing.T) {
	visit(t, func(k *kit) {
		k.toIdentify()
		k.act(local.VerbYes, "")
		k.result(k.last("H09"), request.ClassPending, said(insurance.Of("050")))
		k.act(local.VerbService, catalogue.PaidCheckIn)
		k.at(local.StepQuestion)
		k.act(local.VerbBack, "")
		k.at(local.StepCheck)
		k.act(local.VerbSubmit, "")
		k.at(local.StepDone)
		if in := k.last("H01").inner; len(in.Consent) != 2 || k.count(catalogue.PaidCheckIn) != 0 {
			t.Errorf("%d consents", len(in.Consent))
		}
	}, offering(catalogue.CheckIn, catalogue.PaidCheckIn))
}

// tells checks the screen of an answer.
func (k *kit) tells(want insurance.Action) {
	k.t.Helper()
	in := k.at(local.StepInsurance).Insurance
	class := want.Class
	if class == request.ClassOps { // nothing that the person can do about
		class = request.ClassUnavailable
	}
	if in.Class != string(class) || in.TextKey != want.TextKey {
		k.t.Errorf("told as %s, %s; want %s, %s", in.Class, in.TextKey, class, want.TextKey)
	}
	card := want.Class == request.ClassOK || want.Class == request.ClassNewCard
	if (in.CardMasked != "") != card {
		k.t.Errorf("a card is shown: %v", !card)
	}
	again := k.try(local.VerbRetry, "") == nil
	if want := slices.Contains([]request.Class{request.ClassRetry, request.ClassUnavailable}, want.Class); again != want {
		k.t.Errorf("can ask again: %v", again)
	}
	if again {
		k.result(k.last("H09"), want.Class, said(want))
		k.at(local.StepInsurance)
	}
}

// ticketed answers the check-in, and checks what is on the slip.
func (k *kit) ticketed(p *press, want insurance.Action) {
	k.t.Helper()
	sent := k.last("H01")
	form, err := request.DecodeCheckIn(sent.inner.Form)
	if err != nil || form.Insurance != nil && (form.Insurance.Class != want.Class || form.Insurance.Code != want.Code) {
		k.t.Errorf("the check-in says %v, %v", form.Insurance, err)
	}
	k.receipt(sent, request.StatusAccepted)
	k.result(sent, request.ClassOK, ticket())
	time.Sleep(6 * time.Second)
	v := k.at(local.StepDone)
	if v.Ticket == nil || v.Ticket.Number != "A012" || v.Slip != local.SlipPrinted {
		k.t.Errorf("ticket %v, slip %q", v.Ticket != nil, v.Slip)
	}
	slips := p.printed()
	if len(slips) != 1 || !strings.Contains(slips[0], "|Insurance|"+want.Slip.EN+"|") {
		k.t.Errorf("slips %q, want %q", slips, want.Slip.EN)
	}
	if all := strings.Join(slips, ""); strings.Contains(all, "GD499") || strings.Contains(all, "GD4•") { // a slip's own code may hold GD4
		k.t.Error("a card's number is on the slip")
	}
}

// TestASlipWithoutNumberTellsTheInsurance: offline the slip has the kiosk's own number,
// and says that the insurance is pending.
func TestASlipWithoutNumberTellsTheInsurance(t *testing.T) {
	p := &press{}
	visit(t, func(k *kit) {
		k.toIdentify()
		k.session.SetLink(session.Link{Code: fault.Offline})
		k.act(local.VerbYes, "")
		if in := k.at(local.StepInsurance).Insurance; in.TextKey != "insurance.unavailable" {
			t.Errorf("told by %s", in.TextKey)
		}
		k.act(local.VerbContinue, "")
		k.act(local.VerbSubmit, "")
		time.Sleep(6 * time.Second)
		k.at(local.StepDone)
		if slips := p.printed(); len(slips) != 1 || !strings.Contains(slips[0], "|Insurance|pending|") {
			t.Errorf("slips %q", slips)
		}
	}, with(p))
}
