package gateway_test

import (
	"testing"

	"motcua/protocol/catalogue"
	"motcua/protocol/catalogue/cataloguetest"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// TestPeople holds the evidence of somebody else in a form to the form, the visit and the
// card, as the subject's is: it is worth what the centre finds, and what cannot be honest
// is refused.
func TestPeople(t *testing.T) {
	mother, father := gatewaytest.Person(1), request.Subject{Number: "099090000002", Name: "TRẦN VĂN GIẢ", Birth: "03/04/1988", Sex: "M"}
	for _, c := range []struct {
		name   string
		reason string
		level  request.Level // of the father, where it is taken
		change func(e *request.Evidence, i *request.Inner)
	}{
		{"a card that was there", "", request.E2, nil},
		{"a card without a proof that it was there", "", request.E1, func(e *request.Evidence, _ *request.Inner) {
			e.AA, e.Facts.Proof, e.Level = nil, request.ProofNone, request.E1
		}},
		{"somebody else's finger", "", request.E2, func(e *request.Evidence, _ *request.Inner) {
			e.Level, e.Facts.Biometric = request.E3, &request.Biometric{Modality: "finger", Method: "local", Matched: true, Score: 60, Threshold: 40, Liveness: "not-checked"}
		}},
		{"the code of a card", "", request.E1, func(_ *request.Evidence, i *request.Inner) {
			i.People[0] = request.Known{Who: "father", By: request.KnownByCode}
		}},
		{"by word alone", "", request.E1, func(_ *request.Evidence, i *request.Inner) {
			i.People[0] = request.Known{Who: "father", By: request.KnownByWord}
		}},
		{"somebody else's card", "subject-not-on-card", "", func(_ *request.Evidence, i *request.Inner) {
			i.Form = birthOf(t, mother, request.Subject{Number: "099090000003", Name: father.Name, Birth: father.Birth, Sex: "M"})
		}},
		{"somebody whom the form does not know", "nobody-of-the-form", "", func(_ *request.Evidence, i *request.Inner) { i.People[0].Who = "uncle" }},
		{"a changed card", "card-forged", "", func(e *request.Evidence, _ *request.Inner) { e.DG1[len(e.DG1)-1] ^= 1 }},
		{"another chip's signature", "chip-proof-false", "", func(e *request.Evidence, _ *request.Inner) { e.AA.Signature[9] ^= 1 }},
		{"of another visit", "evidence-of-another-visit", "", func(_ *request.Evidence, i *request.Inner) {
			i.Visit = "v-other"
		}},
		{"the mother's own card", "one-card-for-two", "", func(_ *request.Evidence, i *request.Inner) {
			i.Form, i.People[0].Evidence = birthOf(t, mother, mother), &i.Evidence
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			centre, d, asked := everyService(t)
			m := d.Seal(t, catalogue.Birth, mother, request.GenericForm{}, matchedFinger, func(_ *request.Outer, i *request.Inner) {
				e := d.Evidence(t, centre.fleet.Card(t, father), d.Opening(t, i.Visit))
				i.Form, i.People = birthOf(t, mother, father), []request.Known{{Who: "father", By: request.KnownByCard, Evidence: &e}}
				if c.change != nil {
					c.change(&e, i)
				}
				if c.name == "of another visit" { // the subject's is of this one
					i.Evidence = d.Evidence(t, centre.fleet.Card(t, mother), d.Opening(t, i.Visit))
					matchedFinger(nil, i)
				}
			})
			reply, r := centre.deliver(t, d, m)
			if c.reason != "" {
				if r.Status != request.StatusRefused || reply.Reason != c.reason {
					t.Errorf("%s because of %q, want refused because of %q", r.Status, reply.Reason, c.reason)
				}
				return
			}
			if r.Status != request.StatusAccepted || asked[catalogue.Birth].asked.Known["father"] != c.level {
				t.Errorf("%s because of %q, the father at %q", r.Status, reply.Reason, asked[catalogue.Birth].asked.Known["father"])
			}
		})
	}
}

// TestPeopleOnce: the proof of somebody else's card serves one request, as the subject's does.
func TestPeopleOnce(t *testing.T) {
	mother, father := gatewaytest.Person(1), request.Subject{Number: "099090000002", Name: "TRẦN VĂN GIẢ", Birth: "03/04/1988", Sex: "M"}
	centre, d, _ := everyService(t)
	var first request.Evidence
	var visit string
	m := d.Seal(t, catalogue.Birth, mother, request.GenericForm{}, matchedFinger, func(_ *request.Outer, i *request.Inner) {
		visit, first = i.Visit, d.Evidence(t, centre.fleet.Card(t, father), d.Opening(t, i.Visit))
		i.Form, i.People = birthOf(t, mother, father), []request.Known{{Who: "father", By: request.KnownByCard, Evidence: &first}}
	})
	if _, r := centre.deliver(t, d, m); r.Status != request.StatusAccepted {
		t.Fatalf("%s", r.Status)
	}
	again := d.Seal(t, catalogue.Birth, mother, request.GenericForm{}, func(_ *request.Outer, i *request.Inner) {
		i.Visit, i.Evidence = visit, d.Evidence(t, centre.fleet.Card(t, mother), d.Opening(t, visit))
		matchedFinger(nil, i)
		i.Form, i.People = birthOf(t, mother, father), []request.Known{{Who: "father", By: request.KnownByCard, Evidence: &first}}
	})
	if reply, r := centre.deliver(t, d, again); r.Status != request.StatusRefused || reply.Reason != "evidence-used-twice" {
		t.Errorf("%s because of %q", r.Status, reply.Reason)
	}
}

// TestCardShown: a form says that the card of the deceased was there only with its
// evidence.
func TestCardShown(t *testing.T) {
	centre, d, _ := everyService(t)
	s, _ := catalogue.Lookup(catalogue.Death)
	f := cataloguetest.Fill(s, map[string]string{"procedures": "2"})
	f.Values["card_shown"] = request.YesNoValue(true)
	reply, r := centre.deliver(t, d, d.Seal(t, catalogue.Death, gatewaytest.Person(1), f, matchedFinger))
	if r.Status != request.StatusRefused || reply.Reason != "card-not-shown" {
		t.Errorf("%s because of %q", r.Status, reply.Reason)
	}
}

// matchedFinger adds a live comparison to the subject's evidence.
func matchedFinger(_ *request.Outer, i *request.Inner) { prove(i, request.E3) }

// birthOf is a newborn's form.
func birthOf(t *testing.T, mother, father request.Subject) []byte {
	t.Helper()
	s, _ := catalogue.Lookup(catalogue.Birth)
	f := cataloguetest.Fill(s, map[string]string{"relation": "mother"})
	f.Values["mother"], f.Values["father"] = request.PersonValue(mother), request.PersonValue(father)
	b, err := request.Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
