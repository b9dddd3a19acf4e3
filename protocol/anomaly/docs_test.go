package anomaly_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"motcua/protocol/anomaly"
)

// TestPage: docs/anomaly.md has every rule, by its number.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/anomaly.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range anomaly.Rules() {
		if row := fmt.Sprintf("| R%d | `%s` |", i+1, r); !strings.Contains(string(page), row) {
			t.Errorf("docs/anomaly.md has no row %q", row)
		}
	}
	if n := strings.Count(string(page), "\n| R"); n != len(anomaly.Rules()) {
		t.Errorf("docs/anomaly.md has %d rules of %d", n, len(anomaly.Rules()))
	}
}
