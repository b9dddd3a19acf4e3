package session_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// identified brings a visit about a service to its first question.
func (k *kit) identified(service string) {
	k.t.Helper()
	k.act(local.VerbBegin, service)
	k.at(local.StepAbout)
	k.act(local.VerbContinue, "")
	k.at(local.StepPlace)
	k.place()
	k.act(local.VerbKey, "000123")
	k.at(local.StepIdentify)
	k.act(local.VerbYes, "")
}

// answer answers the question that is being asked, which has to be the one expected.
func (k *kit) answer(field, text string) {
	k.t.Helper()
	if q := k.at(local.StepQuestion).Question; q.Field != field {
		k.t.Fatalf("%s is asked, not %s", q.Field, field)
	}
	k.act(local.VerbAnswer, text)
}

// sent sends what was checked, and opens it as the centre does.
func (k *kit) sent(service string) (saved, map[string]request.Value) {
	k.t.Helper()
	k.at(local.StepCheck)
	k.act(local.VerbSubmit, "")
	k.at(local.StepAgree)
	k.act(local.VerbYes, "")
	k.at(local.StepDone)
	s := k.last(service)
	svc, _ := catalogue.Lookup(service)
	form, err := svc.Read(s.inner.Form)
	if err != nil {
		k.t.Fatalf("the centre would not take it: %v", err)
	}
	return s, form.(request.GenericForm).Values
}

// TestQuestions: one question after the other, each as the answers before want it, and
// every answer can be changed.
func TestQuestions(t *testing.T) {
	visit(t, func(k *kit) {
		k.identified(catalogue.Pension)
		if v := k.at(local.StepQuestion); !v.Desk {
			t.Error("a card alone is not enough, and nobody said so")
		}
		k.answer("act", "account")
		k.answer("bank", "97049")
		if q := k.at(local.StepQuestion).Question; q.Field != "bank" || q.Problem != string(catalogue.TooShort) || q.Value != "" {
			t.Errorf("a bank of five digits: %s at %s", q.Problem, q.Field)
		}
		k.answer("bank", "970499")
		k.answer("account", " 09900001ab ")
		k.answer("phone", "")
		want := []string{"name", "act", "bank", "account", "phone"}
		var got []string
		for _, a := range k.at(local.StepCheck).Answers {
			got = append(got, a.Field)
		}
		if !slices.Equal(got, want) {
			t.Errorf("checked: %v, want %v", got, want)
		}
		// Another act has no bank and no account.
		k.change("act")
		if q := k.at(local.StepQuestion).Question; q.Value != "account" || !q.Back {
			t.Errorf("asked again: back %v", q.Back)
		}
		k.act(local.VerbBack, "")
		k.at(local.StepCheck)
		k.change("act")
		k.answer("act", "confirm")
		s, values := k.sent(catalogue.Pension)
		if act, _ := values["act"].Text(); act != "confirm" || len(values) != 2 {
			t.Errorf("sent %d values, act %s", len(values), act)
		}
		if month, _ := values["month"].Text(); month != "03/2026" {
			t.Errorf("the kiosk's month is %q", month)
		}
		if len(s.inner.Consent) != 1 || s.inner.Consent[0].Purpose != catalogue.PurposePension || s.inner.Subject == nil {
			t.Errorf("%d consents", len(s.inner.Consent))
		}
		for _, secret := range []string{"970499", "09900001AB", "09900001ab"} {
			if strings.Contains(k.log.String(), secret) {
				t.Errorf("the log has %s", secret)
			}
		}
	}, offering(catalogue.CheckIn, catalogue.Pension))
}

// change asks for a question to be asked again.
func (k *kit) change(field string) {
	k.t.Helper()
	v := k.state().Visit
	err := k.session.Act(k.t.Context(), local.Action{Version: local.Version, Visit: v.ID, Step: v.Step, Verb: local.VerbChange, Field: field})
	if err != nil {
		k.t.Fatal(err)
	}
	k.at(local.StepQuestion)
}

// TestAnswersToOtherQuestions: what is not being asked is not taken.
func TestAnswersToOtherQuestions(t *testing.T) {
	visit(t, func(k *kit) {
		k.identified(catalogue.StayNotice)
		v := k.state().Visit
		for _, field := range []string{"phone", "nights", "nonsense", ""} {
			err := k.session.Act(k.t.Context(), local.Action{Version: local.Version, Visit: v.ID, Step: v.Step, Verb: local.VerbAnswer, Field: field, Value: "1"})
			if !errors.Is(err, local.ErrNotOffered) {
				t.Errorf("%q: %v", field, err)
			}
		}
		if err := k.try(local.VerbBack, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("back from the first question: %v", err)
		}
	}, offering(catalogue.CheckIn, catalogue.StayNotice))
}

// TestChoicesThatLeadNowhere are not offered: the home of somebody else wants a second
// card, and a document a scanner.
func TestChoicesThatLeadNowhere(t *testing.T) {
	for _, c := range []struct {
		service string
		before  [][2]string
		field   string
		want    []string
	}{
		{catalogue.Residence, [][2]string{{"type", "permanent"}, {"address", "Số 9, đường Mẫu"}}, "home", []string{"own", "family", "rented"}},
		{catalogue.Supplement, [][2]string{{"dossier", "HS-1"}, {"item", "BS-1"}}, "handed", []string{"counter"}},
	} {
		visit(t, func(k *kit) {
			k.identified(c.service)
			for _, a := range c.before {
				k.answer(a[0], a[1])
			}
			q := k.at(local.StepQuestion).Question
			if q.Field != c.field || !slices.Equal(q.Choices, c.want) {
				t.Errorf("%s: %s of %v", c.service, q.Field, q.Choices)
			}
		}, offering(catalogue.CheckIn, c.service))
	}
}

// TestCodeAnswers: a question for a code is answered by holding one before the reader.
func TestCodeAnswers(t *testing.T) {
	visit(t, func(k *kit) {
		k.identified(catalogue.Supplement)
		if !k.at(local.StepQuestion).Question.Scan {
			t.Error("the reader's light stays off")
		}
		k.session.Scanned([]byte("HS-0990-0001"))
		k.answer("item", "BS-1")
	}, offering(catalogue.CheckIn, catalogue.Supplement))
}

// TestReport: who is told that chip and record differ reports it on the way, with what
// is known already, and goes on with the check-in. Each request has its own consent.
func TestReport(t *testing.T) {
	visit(t, func(k *kit) {
		k.place()
		k.act(local.VerbKey, "000123")
		k.at(local.StepIdentify)
		k.act(local.VerbYes, "")
		k.at(local.StepAsking)
		a := k.insured(request.ClassDiscrepancy)
		a.Insurance.Code = "060"
		k.result(k.last(catalogue.CardValidity), request.ClassDiscrepancy, a)
		k.at(local.StepInsurance)
		k.act(local.VerbService, catalogue.Discrepancy)
		k.answer("kind", "diacritics")
		k.answer("disclose", "yes")
		k.answer("wish", "")
		k.answer("phone", "")
		s, values := k.sent(catalogue.Discrepancy)
		var got strings.Builder
		for _, id := range []string{"record", "field", "chip"} {
			text, _ := values[id].Text()
			got.WriteString(fmt.Sprintf("%s %d ", text[:min(9, len(text))], len(text)))
		}
		if !strings.HasPrefix(got.String(), "insurance 9 name 4 ") || !strings.HasSuffix(got.String(), " 64 ") {
			t.Errorf("what the insurer had said: %s", got.String())
		}
		if c := s.inner.Consent; len(c) != 1 || c[0].Purpose != catalogue.PurposeCorrection {
			t.Errorf("%d consents to the report", len(c))
		}
		k.receipt(s, request.StatusAccepted)
		k.result(s, request.ClassOK, &request.Answer{Filed: &request.AnswerFiled{No: "1", Next: "."}})
		if v := k.at(local.StepDone); !v.CheckIn || v.Filed == nil {
			t.Error("the check-in cannot go on")
		}
		k.act(local.VerbContinue, "")
		if v := k.at(local.StepCheck); v.Service != catalogue.CheckIn || v.Filed != nil {
			t.Errorf("on with %s", v.Service)
		}
		k.act(local.VerbSubmit, "")
		k.at(local.StepDone)
		if c := k.last(catalogue.CheckIn).inner.Consent; len(c) != 2 || c[0].Purpose != catalogue.PurposeInsurance {
			t.Errorf("%d consents to the check-in", len(c))
		}
	}, offering(catalogue.CheckIn, catalogue.Discrepancy))
}

// TestEveryServiceOfTheMenuCanBeFilledIn: each has a way through its questions that the
// centre takes.
func TestEveryServiceOfTheMenuCanBeFilledIn(t *testing.T) {
	for _, svc := range catalogue.Offered() {
		if svc.Flow != catalogue.FlowGeneric {
			continue
		}
		t.Run(svc.ID, func(t *testing.T) {
			visit(t, func(k *kit) {
				k.session.SetDevices([]local.PartState{{Part: "printer", State: "ready"}})
				if svc.Subject {
					k.identified(svc.ID)
				} else {
					k.act(local.VerbBegin, svc.ID)
					if svc.Evidence != request.E0 {
						k.act(local.VerbContinue, "")
					}
				}
				for asked := 0; stepOf(k.state()) == local.StepQuestion; asked++ {
					f, _ := svc.Questions().Field(k.state().Visit.Question.Field)
					k.act(local.VerbAnswer, good(f, k.state().Visit.Question.Choices))
					if asked > len(svc.Questions().Fields)+4 { // some are told that it is late
						t.Fatalf("%s is asked without end", f.ID)
					}
				}
				if len(svc.Purposes) > 0 {
					k.sent(svc.ID)
				}
			}, offering(catalogue.CheckIn, svc.ID), func(c *session.Config) {
				if svc.Duty {
					c.Duty, c.Vaccines = &roll{open: true, strangers: true}, dayOf(onDuty.Ref, covid)
				}
				c.Printer = &press{}
			})
		})
	}
}

// good is an answer to a question.
func good(f catalogue.Field, choices []string) string {
	if len(choices) > 0 {
		return choices[len(choices)-1]
	}
	switch f.Kind {
	case catalogue.KindYesNo:
		return "yes"
	case catalogue.KindNumber:
		return fmt.Sprint(f.Max)
	case catalogue.KindDay:
		return "29/02/2024"
	case catalogue.KindPhone:
		return "0990000123"
	case catalogue.KindIDNumber:
		return fmt.Sprintf("0990900%02d%03d", len(f.ID), f.ID[0])
	case catalogue.KindName:
		return "Mẫu Thị Hoa"
	case catalogue.KindDayOrYear:
		return "1990"
	case catalogue.KindTime:
		return "01/03/2026 07:30"
	default:
		return strings.Repeat("0990", 3)[:max(f.Min, 6)]
	}
}
