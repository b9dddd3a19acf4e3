package audit_test

import (
	"fmt"
	"os"
	"testing"
)

// TestMain lets the test binary be the process that tests kill.
func TestMain(m *testing.M) {
	if os.Getenv("AUDIT_ROLE") == "fill" {
		if err := fill(os.Getenv("AUDIT_DIR"), os.Getenv("AUDIT_KEY")); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}
