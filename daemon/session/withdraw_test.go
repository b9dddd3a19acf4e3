package session_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/fault"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// TestWithdrawBySlip: whoever holds a slip, however old, takes back what was agreed to
// with its request: nobody is named, and it needs no connection.
func TestWithdrawBySlip(t *testing.T) {
	for _, age := range []time.Duration{time.Hour, 40 * 24 * time.Hour} {
		visit(t, func(k *kit) {
			k.kept = map[string][]session.Kept{slipNumber: {{SavedAt: time.Now().Add(-age), Status: request.StatusAccepted, SettledAt: time.Now()}}}
			k.session.SetLink(session.Link{Code: fault.Offline})
			k.scan(slipOf(slipNumber))
			if l := k.at(local.StepLookup).Lookup; !l.Withdraw {
				t.Fatalf("a slip of %v: %+v", age, l)
			}
			if err := k.try(local.VerbService, catalogue.Feedback); !errors.Is(err, local.ErrNotOffered) {
				t.Errorf("another service by a slip: %v", err)
			}
			k.act(local.VerbService, catalogue.WithdrawConsent)
			if rows := k.at(local.StepCheck).Answers; len(rows) != 1 || rows[0].Field != "slip" {
				t.Errorf("checked: %+v", rows)
			}
			k.act(local.VerbSubmit, "")
			k.at(local.StepDone)
			s := k.last(catalogue.WithdrawConsent)
			svc, _ := catalogue.Lookup(catalogue.WithdrawConsent)
			form, err := svc.Read(s.inner.Form)
			if err != nil {
				t.Fatalf("the centre would not take it: %v", err)
			}
			values := form.(request.GenericForm).Values
			by, _ := values["by"].Text()
			code, _ := values["slip"].Text()
			if by != "slip" || code != slipOf(slipNumber) || s.inner.Subject != nil || len(s.inner.Consent) != 0 || s.inner.Evidence.Level != request.E1 || k.reads != 0 {
				t.Errorf("sent by %s, %d consents, evidence %s", by, len(s.inner.Consent), s.inner.Evidence.Level)
			}
		}, offering(catalogue.CheckIn, catalogue.DossierStatus, catalogue.WithdrawConsent))
	}
}

// TestWithdrawByCard: the holder of a card says what their data is no longer to be used
// for, and agrees to nothing on the way.
func TestWithdrawByCard(t *testing.T) {
	visit(t, func(k *kit) {
		k.identified(catalogue.WithdrawConsent)
		q := k.at(local.StepQuestion).Question
		if q.Field != "what" || !slices.Equal(q.Choices, []string{"care", "records", "vaccination", "civil", "social", "all"}) {
			t.Fatalf("asked %s of %v", q.Field, q.Choices)
		}
		k.answer("what", "records")
		k.at(local.StepCheck)
		k.act(local.VerbSubmit, "")
		k.at(local.StepDone)
		s := k.last(catalogue.WithdrawConsent)
		form, err := request.DecodeGenericForm(s.inner.Form)
		if err != nil {
			t.Fatal(err)
		}
		by, _ := form.Values["by"].Text()
		what, _ := form.Values["what"].Text()
		if by != "person" || what != "records" || s.inner.Subject == nil || len(s.inner.Consent) != 0 || s.inner.Evidence.Level != request.E2 {
			t.Errorf("sent by %s for %s, %d consents", by, what, len(s.inner.Consent))
		}
	}, offering(catalogue.CheckIn, catalogue.WithdrawConsent))
}

// TestWithdrawIsNotOffered: for a slip of another place, by a kiosk that has not the
// service, and without room for the request.
func TestWithdrawIsNotOffered(t *testing.T) {
	foreign := func(k *kit) { k.scan("MC1:h002:014D2PF2DB" + slipOf(slipNumber)[len("MC1:h001:014D2PF2DB"):]) }
	own := func(k *kit) {
		k.kept = map[string][]session.Kept{slipNumber: {{SavedAt: time.Now(), Status: request.StatusAccepted, SettledAt: time.Now()}}}
		k.scan(slipOf(slipNumber))
	}
	for story, row := range map[string]struct {
		scan     func(k *kit)
		services []string
	}{
		"another place":       {foreign, []string{catalogue.CheckIn, catalogue.DossierStatus, catalogue.WithdrawConsent}},
		"without the service": {own, []string{catalogue.CheckIn, catalogue.DossierStatus}},
	} {
		visit(t, func(k *kit) {
			row.scan(k)
			if v := k.state().Visit; v != nil && v.Lookup != nil && v.Lookup.Withdraw {
				t.Errorf("%s: offered", story)
			}
			if err := k.try(local.VerbService, catalogue.WithdrawConsent); err == nil {
				t.Errorf("%s: begun", story)
			}
		}, offering(row.services...))
	}
}
