package catalogue_test

import (
	"slices"
	"testing"

	"motcua/protocol/catalogue"
)

// TestEveryConsentCanBeWithdrawn: each purpose of each service belongs to one choice of
// the withdrawal, and to that of everything.
func TestEveryConsentCanBeWithdrawn(t *testing.T) {
	svc, _ := catalogue.Lookup(catalogue.WithdrawConsent)
	what, _ := svc.Field("what")
	for _, s := range catalogue.Services() {
		for _, p := range s.Purposes {
			in := 0
			for _, c := range what.Choices {
				if slices.Contains(catalogue.Withdrawn(c.ID), p) {
					in++
				}
			}
			if in != 2 || !slices.Contains(catalogue.Withdrawn("all"), p) {
				t.Errorf("%s, which %s asks for, is in %d choices", p, s.ID, in)
			}
		}
	}
	if catalogue.Withdrawn("nothing") != nil {
		t.Error("what is no choice takes something back")
	}
}
