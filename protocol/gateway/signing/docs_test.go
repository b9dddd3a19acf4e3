package signing_test

import (
	"os"
	"strings"
	"testing"

	"motcua/protocol/gateway/signing"
)

// TestDocumented: docs/linked.md tells every reason.
func TestDocumented(t *testing.T) {
	b, err := os.ReadFile("../../../docs/linked.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, why := range signing.Reasons() {
		if !strings.Contains(string(b), "`"+string(why)+"`") {
			t.Errorf("docs/linked.md does not tell %s", why)
		}
	}
}
