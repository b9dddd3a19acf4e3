package qr_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain lets more stories be told at once than there are processors: on a pty
// they wait most of the time.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
