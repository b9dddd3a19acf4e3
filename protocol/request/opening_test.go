package request_test

import (
	"encoding/hex"
	"testing"

	"motcua/protocol/request"
)

// TestChallenge is a vector for other implementations: the opening of
// testdata/opening.hex gives this challenge. It was checked with
//
//	(printf 'motcua visit opening v1\0'; xxd -r -p testdata/opening.hex) | sha256sum
func TestChallenge(t *testing.T) {
	const want = "c3c85fdd86fe0d96"
	c := sampleOpening().Challenge()
	if got := hex.EncodeToString(c[:]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestChallengeBindsEveryField: whatever of the opening changes, the challenge does.
func TestChallengeBindsEveryField(t *testing.T) {
	base := sampleOpening().Challenge()
	for name, change := range map[string]func(*request.Opening){
		"visit":    func(o *request.Opening) { o.Visit = "v-000002" },
		"device":   func(o *request.Opening) { o.Device = "demo-k02" },
		"facility": func(o *request.Opening) { o.Facility = "h002" },
		"time":     func(o *request.Opening) { o.At++ },
		"nonce":    func(o *request.Opening) { o.Nonce = make([]byte, 16) },
	} {
		o := sampleOpening()
		change(&o)
		if o.Challenge() == base {
			t.Errorf("another %s gives the same challenge", name)
		}
	}
}
