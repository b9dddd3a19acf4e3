package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/code/vietqr"
	"motcua/protocol/emrtd"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// payCode is a code for a sum.
func payCode(t *testing.T, amount uint64) string {
	t.Helper()
	code, err := vietqr.Make(vietqr.Payment{Bank: "970415", Account: "113366668888", Amount: amount, Purpose: "CI-1"})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// fee is a ticket with what is to be paid.
func fee(due uint64, code string) *request.Answer {
	a := ticket()
	a.CheckIn.Fee = &request.Fee{Due: due, Code: code}
	return a
}

// departed answers the questions of a fee-paying check-in.
func (k *kit) departed() {
	k.t.Helper()
	k.answer("specialty", "eye")
	k.answer("group", "over-75")
	k.answer("phone", "")
}

// TestPaid: the person chooses a department, and gets number, room, fee and a code that
// pays it, on the screen and on paper.
func TestPaid(t *testing.T) {
	p := &press{}
	visit(t, func(k *kit) {
		k.identified(catalogue.PaidCheckIn)
		k.departed()
		s, values := k.sent(catalogue.PaidCheckIn)
		if specialty, _ := values["specialty"].Text(); specialty != "eye" || s.inner.Subject == nil || s.inner.Evidence.Level != request.E2 || len(s.inner.Consent) != 1 {
			t.Errorf("sent for %s, %s, %d consents", specialty, s.inner.Evidence.Level, len(s.inner.Consent))
		}
		k.receipt(s, request.StatusAccepted)
		k.result(s, request.ClassOK, fee(1_150_000, payCode(t, 1_150_000)))
		time.Sleep(6 * time.Second)
		v := k.at(local.StepDone)
		if v.Ticket == nil || v.Ticket.Number != "A012" || v.Fee == nil || v.Fee.Due != 1_150_000 || v.Fee.Code != payCode(t, 1_150_000) {
			t.Errorf("ticket %+v, fee %+v", v.Ticket, v.Fee)
		}
		slips := p.printed()
		if len(slips) != 1 || !strings.Contains(slips[0], "|Fee|1,150,000 VND|") || !strings.Contains(slips[0], payCode(t, 1_150_000)) || strings.Contains(slips[0], "Insurance") {
			t.Errorf("slips %q", slips)
		}
	}, offering(catalogue.PaidCheckIn, catalogue.QueueTicket), with(p))
}

// TestWrongCode: a code that pays another sum than the centre's, any sum, or nothing that
// is known, is neither shown nor printed; the fee is.
func TestWrongCode(t *testing.T) {
	const wall = "00020101021138560010A0000007270126000697041501121133666688880208QRIBFTTA53037045802VN6304F443"
	for story, code := range map[string]string{
		"another sum": payCode(t, 151_000), "any sum": wall, "damaged": payCode(t, 150_000)[1:], "a link": "https://example.org/pay", "none": "",
	} {
		t.Run(story, func(t *testing.T) {
			p := &press{}
			visit(t, func(k *kit) {
				k.identified(catalogue.PaidCheckIn)
				k.departed()
				s, _ := k.sent(catalogue.PaidCheckIn)
				k.receipt(s, request.StatusAccepted)
				k.result(s, request.ClassOK, fee(150_000, code))
				time.Sleep(6 * time.Second)
				if v := k.at(local.StepDone); v.Fee == nil || v.Fee.Due != 150_000 || v.Fee.Code != "" {
					t.Errorf("fee %+v", v.Fee)
				}
				if slips := p.printed(); len(slips) != 1 || !strings.Contains(slips[0], "150,000 VND") || strings.Contains(slips[0], "bank's app") {
					t.Errorf("slips %q", slips)
				}
			}, offering(catalogue.PaidCheckIn, catalogue.QueueTicket), with(p))
		})
	}
}

// TestPaidUnanswered: whatever the centre does or does not say, the person has a slip.
func TestPaidUnanswered(t *testing.T) {
	for _, c := range []struct {
		story string
		then  func(k *kit, s saved)
		slip  string
		held  bool
	}{
		{"the hospital is away", func(k *kit, s saved) { k.receipt(s, request.StatusAccepted) }, "place your card here again", false},
		{"the hospital does not take it", func(k *kit, s saved) {
			k.receipt(s, request.StatusAccepted)
			k.result(s, request.ClassReception, nil)
		}, "The hospital has your request. Please show this slip at the desk", true},
		{"no receipt comes", func(*kit, saved) {}, "There is no queue number yet", false},
	} {
		t.Run(c.story, func(t *testing.T) {
			p := &press{}
			visit(t, func(k *kit) {
				k.identified(catalogue.PaidCheckIn)
				k.departed()
				s, _ := k.sent(catalogue.PaidCheckIn)
				c.then(k, s)
				time.Sleep(15 * time.Second)
				v := k.at(local.StepDone)
				if slips := p.printed(); len(slips) != 1 || !strings.Contains(slips[0], c.slip) {
					t.Errorf("slips %q", slips)
				}
				if v.Receipt == nil || v.Receipt.Held != c.held || v.Ticket != nil {
					t.Errorf("receipt %+v", v.Receipt)
				}
			}, offering(catalogue.PaidCheckIn, catalogue.QueueTicket), with(p))
		})
	}
	p := &press{}
	visit(t, func(k *kit) {
		k.session.SetLink(session.Link{Code: fault.Offline})
		k.identified(catalogue.PaidCheckIn)
		k.departed()
		k.sent(catalogue.PaidCheckIn)
		time.Sleep(6 * time.Second)
		if slips := p.printed(); len(slips) != 1 || !strings.Contains(slips[0], "There is no queue number yet") {
			t.Errorf("offline: slips %q", slips)
		}
	}, offering(catalogue.PaidCheckIn, catalogue.QueueTicket), with(p))
}

// TestClaim: who cannot have the chip read goes on with what the card's code says, which
// the request calls a claim, and the slip sends to the desk.
func TestClaim(t *testing.T) {
	p := &press{}
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, catalogue.PaidCheckIn)
		k.act(local.VerbContinue, "")
		if v := k.at(local.StepPlace); v.Claim || k.try(local.VerbClaim, "") == nil {
			t.Error("somebody who has shown nothing goes on")
		}
		k.scan(cardCode)
		if !k.at(local.StepPlace).Claim {
			t.Fatal("the code alone does not do")
		}
		k.act(local.VerbClaim, "")
		v := k.at(local.StepIdentify)
		if v.Person == nil || v.Person.Name != "Nguyễn Văn Mẫu" || v.Person.Level != "E1" || v.Person.Sex != "M" || k.reads != 0 {
			t.Errorf("%d readings", k.reads)
		}
		k.act(local.VerbYes, "")
		k.departed()
		s, _ := k.sent(catalogue.PaidCheckIn)
		e := s.inner.Evidence
		if s.inner.Subject == nil || s.inner.Subject.Number != "099090001234" || e.Level != request.E1 || !e.Facts.Claim || e.Facts.Chip || len(e.SOD) != 0 || len(e.Opening) == 0 {
			t.Errorf("evidence %s", e.Level)
		}
		k.receipt(s, request.StatusAccepted)
		k.result(s, request.ClassOK, fee(150_000, ""))
		time.Sleep(6 * time.Second)
		if slips := p.printed(); len(slips) != 1 || !strings.Contains(slips[0], "The chip of your card was not read") {
			t.Errorf("slips %q", slips)
		}
	}, offering(catalogue.PaidCheckIn, catalogue.QueueTicket), with(p))
}

// TestClaimAfterTrouble: a card that cannot be read leaves the way by its code; one that
// contradicts its code, is forged, or is for a service that wants a chip does not.
func TestClaimAfterTrouble(t *testing.T) {
	unreadable := func(context.Context, emrtd.Options) (*emrtd.Document, error) { return nil, errors.New("noise") }
	forged := func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
		return document(o, emrtd.Forged), nil
	}
	other := func(_ context.Context, o emrtd.Options) (*emrtd.Document, error) {
		doc := document(o, emrtd.Genuine)
		doc.MRZ.Lines = []string{"x"} // the zone was read, and is compared
		return doc, nil
	}
	for _, c := range []struct {
		story, service, code string
		read                 func(context.Context, emrtd.Options) (*emrtd.Document, error)
		fault                fault.Code
		want                 bool
	}{
		{"not readable", catalogue.PaidCheckIn, cardCode, unreadable, fault.Unreadable, true},
		{"another card's code", catalogue.PaidCheckIn, cardCode, other, fault.Mismatch, false},
		{"forged", catalogue.PaidCheckIn, cardCode, forged, fault.Forged, false},
		{"a service that wants the chip", catalogue.Pension, cardCode, unreadable, fault.Unreadable, false},
	} {
		t.Run(c.story, func(t *testing.T) {
			visit(t, func(k *kit) {
				k.read = c.read
				k.act(local.VerbBegin, c.service)
				k.act(local.VerbContinue, "")
				k.scan(c.code)
				k.place()
				p := k.problem(c.fault)
				if got := slices.Contains(p.Exits, local.VerbClaim); got != c.want {
					t.Errorf("exits %v", p.Exits)
				}
				if err := k.try(local.VerbClaim, ""); (err == nil) != c.want {
					t.Errorf("claimed: %v", err)
				}
				if c.want {
					k.at(local.StepIdentify)
				}
			}, offering(catalogue.PaidCheckIn, catalogue.Pension))
		})
	}
}
