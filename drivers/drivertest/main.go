package drivertest

import (
	"flag"
	"os"
	"testing"
)

// Main is the TestMain of packages whose stories wait most of the time, as on ptys:
// it lets so many be told at once, however few processors there are.
func Main(m *testing.M, atOnce string) {
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
