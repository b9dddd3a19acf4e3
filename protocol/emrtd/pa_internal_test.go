package emrtd

import (
	"testing"

	"motcua/protocol/pki"
)

// Each thing that pki finds about a signer has its reason here, and one that
// takes the trust away never leaves a genuine document.
func TestEveryFindingHasItsReason(t *testing.T) {
	for f := pki.NoAnchors; f <= pki.RevocationStale; f++ {
		reason, ok := findings[f]
		trusted := pki.Chain{Issuer: new(pki.Certificate), Findings: []pki.Finding{f}}.Trusted()
		if !ok || (reason.Verdict() == Genuine) != trusted {
			t.Errorf("finding %d: reason %q", f, reason)
		}
	}
	var v Verification
	v.checkSigner(pki.Chain{Findings: []pki.Finding{99}}, v.checkIdentity(nil))
	if v.judge(); v.Verdict == Genuine {
		t.Error("a finding of tomorrow is ignored")
	}
}
