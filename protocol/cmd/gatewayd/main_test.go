package main

import (
	"os"
	"testing"
)

// runVariable makes the test binary run as gatewayd.
const runVariable = "GATEWAYD_TEST_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(runVariable) != "" {
		os.Exit(mainStatus())
	}
	os.Exit(m.Run())
}
