package request_test

import (
	"errors"
	"slices"
	"testing"

	"motcua/protocol/request"
)

// TestLevelOf is the table of evidence levels.
func TestLevelOf(t *testing.T) {
	chip := request.Facts{Claim: true, Chip: true, Verdict: request.VerdictGenuine, Proof: request.ProofAA}
	with := func(change func(*request.Facts)) request.Facts { f := chip; change(&f); return f }
	face := &request.Biometric{Modality: "face", Method: "chip-face", Matched: true, Score: 80, Threshold: 60, Liveness: "not-checked"}
	for _, c := range []struct {
		story string
		facts request.Facts
		want  request.Level
	}{
		{"nothing", request.Facts{Verdict: request.VerdictNone, Proof: request.ProofNone}, request.E0},
		{"a typed number", request.Facts{Claim: true, Verdict: request.VerdictNone}, request.E1},
		{"a typed number and a secret are still a claim", request.Facts{Claim: true, Secret: true}, request.E1},
		{"a chip that proved its presence by AA", chip, request.E2},
		{"by CA", with(func(f *request.Facts) { f.Proof = request.ProofCA }), request.E2},
		{"signed data without a chip proof may be a copy", with(func(f *request.Facts) { f.Proof = request.ProofNone }), request.E1},
		{"an issuer that nobody vouches for", with(func(f *request.Facts) { f.Verdict = request.VerdictIntegrityOnly }), request.E1},
		{"an unreadable chip", with(func(f *request.Facts) { f.Verdict = request.VerdictUnreadable }), request.E1},
		{"a forged chip is not even a claim", with(func(f *request.Facts) { f.Verdict = request.VerdictForged }), request.E0},
		{"a blocked card neither", with(func(f *request.Facts) { f.Blocked = true }), request.E0},
		{"an expired card", with(func(f *request.Facts) { f.Expired = true }), request.E1},
		{"a proof without a chip", request.Facts{Verdict: request.VerdictGenuine, Proof: request.ProofAA}, request.E0},
		{"an unknown proof", with(func(f *request.Facts) { f.Proof = "trust me" }), request.E1},
		{"chip and secret", with(func(f *request.Facts) { f.Secret = true }), request.E2k},
		{"chip and face", with(func(f *request.Facts) { f.Biometric = face }), request.E3},
		{"chip and a face that did not match", with(func(f *request.Facts) { f.Biometric = &request.Biometric{} }), request.E2},
		{"chip and a face that was not alive", with(func(f *request.Facts) {
			f.Biometric = &request.Biometric{Matched: true, Liveness: request.LivenessFailed}
		}), request.E2},
		{"chip, face and secret", with(func(f *request.Facts) { f.Biometric, f.Secret = face, true }), request.E4},
		{"chip and an officer who compared", with(func(f *request.Facts) { f.Biometric = attended("d-1", request.MethodPIN) }), request.E3},
		{"an officer's comparison in no session", with(func(f *request.Facts) { f.Biometric = attended("", request.MethodPIN) }), request.E2},
		{"an officer's comparison that the officer did not confirm", with(func(f *request.Facts) { f.Biometric = attended("d-1", "") }), request.E2},
		{"an officer who saw another person", with(func(f *request.Facts) {
			f.Biometric = attended("d-1", request.MethodFinger)
			f.Biometric.Matched = false
		}), request.E2},
		{"a face without a chip", request.Facts{Claim: true, Biometric: face}, request.E1},
	} {
		if got := request.LevelOf(c.facts); got != c.want {
			t.Errorf("%s: got %s, want %s", c.story, got, c.want)
		}
	}
}

// TestLevelsAreOrdered: each level satisfies itself and those below, and an
// unknown one nothing.
func TestLevelsAreOrdered(t *testing.T) {
	all := []request.Level{request.E0, request.E1, request.E2, request.E2k, request.E3, request.E4}
	for i, have := range all {
		for j, want := range all {
			if got := have.AtLeast(want); got != (i >= j) {
				t.Errorf("%s at least %s: %v", have, want, got)
			}
		}
	}
	for _, l := range slices.Concat(all, []request.Level{"", "E5"}) {
		if l.AtLeast("E5") || request.Level("E5").AtLeast(l) {
			t.Errorf("an unknown level and %q satisfy each other", l)
		}
	}
}

func attended(session string, confirmed request.Method) *request.Biometric {
	return &request.Biometric{
		Modality: "face", Method: request.Attended, Matched: true, Liveness: request.LivenessUnchecked, Session: session, Confirmed: confirmed,
	}
}

// TestAttendedComparison: an officer's comparison says whose it is, and claims nothing
// that nobody measured; no other comparison has an officer.
func TestAttendedComparison(t *testing.T) {
	for _, c := range []struct {
		field  string // "": it is taken
		change func(b *request.Biometric)
	}{
		{"", func(*request.Biometric) {}},
		{"", func(b *request.Biometric) { b.Confirmed, b.Reader = request.MethodFinger, request.ReaderL0 }},
		{"session", func(b *request.Biometric) { b.Session = "" }},
		{"confirmed", func(b *request.Biometric) { b.Confirmed = "" }},
		{"confirmed", func(b *request.Biometric) { b.Confirmed = "password" }},
		{"reader", func(b *request.Biometric) { b.Reader = request.ReaderL0 }},
		{"reader", func(b *request.Biometric) { b.Confirmed = request.MethodFinger }},
		{"modality", func(b *request.Biometric) { b.Modality = "finger" }},
		{"score", func(b *request.Biometric) { b.Score, b.Threshold = 99, 40 }},
		{"liveness", func(b *request.Biometric) { b.Liveness = "passed" }},
		{"session", func(b *request.Biometric) { b.Method = "local" }},
	} {
		in := sampleInner(t)
		in.Evidence.Level, in.Evidence.Facts.Biometric = request.E3, attended("d-1", request.MethodPIN)
		c.change(in.Evidence.Facts.Biometric)
		err := in.Validate()
		wrong, _ := errors.AsType[*request.ErrInvalid](err)
		if c.field == "" && err != nil || c.field != "" && (wrong == nil || wrong.Field != "evidence.facts.biometric."+c.field) {
			t.Errorf("want %q, got %v", c.field, err)
		}
	}
}
