package session_test

import (
	"errors"
	"slices"
	"testing"

	"motcua/daemon/session"
	"motcua/protocol/catalogue"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// offering makes a kiosk that offers services.
func offering(services ...string) func(*session.Config) {
	return func(c *session.Config) { c.Services = services }
}

// TestMenu: a tap leads to the choice of what the kiosk offers, a card to the check-in.
func TestMenu(t *testing.T) {
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, "")
		k.at(local.StepMenu)
		if err := k.try(local.VerbService, catalogue.Pension); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("what the kiosk does not offer: %v", err)
		}
		k.act(local.VerbService, catalogue.CheckIn)
		if v := k.at(local.StepPlace); v.Service != catalogue.CheckIn {
			t.Errorf("the visit is about %s", v.Service)
		}
		k.act(local.VerbCancel, "")
		k.place()
		if v := k.at(local.StepKey); v.Service != catalogue.CheckIn {
			t.Errorf("a card begins %s", v.Service)
		}
	}, offering(catalogue.CheckIn, catalogue.Feedback, catalogue.DossierStatus))
}

// TestMenuOfOne: where there is one thing to choose nobody is asked to choose it.
func TestMenuOfOne(t *testing.T) {
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, "")
		k.at(local.StepPlace)
	}, offering(catalogue.CheckIn, catalogue.DossierStatus))
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, "")
		k.at(local.StepQuestion)
	}, offering(catalogue.Feedback))
}

// TestCardInTheMenu: a card that is placed while its holder chooses is read once they
// have chosen what needs it.
func TestCardInTheMenu(t *testing.T) {
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, "")
		k.place()
		k.at(local.StepMenu)
		k.act(local.VerbService, catalogue.CheckIn)
		k.at(local.StepKey)
	}, offering(catalogue.CheckIn, catalogue.Feedback))
}

// TestCardBeforeTheMenu: where there is no check-in, a card is read first and its
// holder chooses then; that they gave a card is no part of an answer without a name.
func TestCardBeforeTheMenu(t *testing.T) {
	visit(t, func(k *kit) {
		k.place()
		k.act(local.VerbKey, "000123")
		k.at(local.StepMenu)
		k.act(local.VerbService, catalogue.Feedback)
		k.at(local.StepQuestion)
		k.act(local.VerbAnswer, "help")
		k.at(local.StepCheck)
		k.act(local.VerbSubmit, "")
		k.at(local.StepDone)
		if in := k.last(catalogue.Feedback).inner; in.Subject != nil || in.Evidence.Facts.Chip || in.Evidence.SOD != nil {
			t.Error("the request names somebody")
		}
	}, offering(catalogue.Feedback, catalogue.DossierStatus))
}

// TestFeedback: somebody without a card asks for help, or rates; both are sent, and a
// call stands at once.
func TestFeedback(t *testing.T) {
	visit(t, func(k *kit) {
		k.act(local.VerbBegin, catalogue.Feedback)
		q := k.at(local.StepQuestion).Question
		if q.Field != "act" || !slices.Equal(q.Choices, []string{"rate", "help"}) || q.Back || q.Skip {
			t.Errorf("the first question: field %s, choices %v, back %v, skip %v", q.Field, q.Choices, q.Back, q.Skip)
		}
		if err := k.try(local.VerbAnswer, "dance"); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("no choice of it: %v", err)
		}
		k.act(local.VerbAnswer, "help")
		k.at(local.StepCheck)
		k.act(local.VerbSubmit, "")
		k.at(local.StepDone)
		if !k.state().Kiosk.StaffCalled {
			t.Error("nobody was called")
		}
		s := k.last(catalogue.Feedback)
		e := s.inner.Evidence
		if e.Level != request.E0 || e.Facts.Claim || s.inner.Subject != nil || len(s.inner.Consent) != 0 {
			t.Errorf("evidence %s, claim %v", e.Level, e.Facts.Claim)
		}
		opening, err := request.DecodeOpening(e.Opening)
		if err != nil || opening.Visit != s.inner.Visit || opening.Device != "demo-k01" {
			t.Errorf("the record of the visit's beginning: %v", err)
		}
		form, err := request.DecodeGenericForm(s.inner.Form)
		if err != nil {
			t.Fatal(err)
		}
		svc, _ := catalogue.Lookup(catalogue.Feedback)
		if _, err := svc.Read(s.inner.Form); err != nil {
			t.Errorf("the centre would not take it: %v", err)
		}
		if act, _ := form.Values["act"].Text(); act != "help" {
			t.Errorf("sent act %q", act)
		}
		k.receipt(s, request.StatusAccepted)
		k.result(s, request.ClassReception, &request.Answer{Filed: &request.AnswerFiled{No: "h001-F01-260302-0001", Next: "Thank you."}})
		if v := k.at(local.StepDone); v.Filed == nil || v.Filed.Next != "Thank you." || v.Ticket != nil || v.Slip != "" {
			t.Errorf("the end shows ticket %v, slip %q", v.Ticket, v.Slip)
		}
		k.act(local.VerbFinish, "")
		k.at(session.Attract)
	}, offering(catalogue.CheckIn, catalogue.Feedback))
}

// TestWithheld: what cannot be done now is told before anybody begins it.
func TestWithheld(t *testing.T) {
	visit(t, func(k *kit) {
		k.session.SetLink(session.Link{})
		menu := k.state().Kiosk.Services
		want := []local.Offer{{Service: catalogue.CheckIn}, {Service: catalogue.ResultReady, Withheld: local.WithheldOffline}, {Service: catalogue.CertifiedCopy, Withheld: local.WithheldOffline}}
		if !slices.Equal(menu, want) {
			t.Errorf("offline the menu is %v", menu)
		}
		k.act(local.VerbBegin, "")
		k.act(local.VerbService, catalogue.ResultReady)
		k.at(local.StepAbout)
		if err := k.try(local.VerbContinue, ""); !errors.Is(err, local.ErrNotOffered) {
			t.Errorf("begun without a connection: %v", err)
		}
		k.act(local.VerbBack, "")
		k.at(local.StepMenu)
		k.session.SetLink(session.Link{Online: true})
		if got := k.state().Kiosk.Services[2].Withheld; got != local.WithheldOfficer {
			t.Errorf("with nobody on duty: %q", got)
		}
		k.act(local.VerbService, catalogue.ResultReady)
		k.at(local.StepAbout)
		k.act(local.VerbContinue, "")
		k.at(local.StepPlace)
	}, offering(catalogue.CheckIn, catalogue.ResultReady, catalogue.CertifiedCopy))
}
