package qr_test

import (
	"slices"
	"testing"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/scanner"
	"motcua/drivers/qr"
)

func TestSerial(t *testing.T) {
	anyLineEnd := []string{"\r", "\n"}
	for _, c := range []struct {
		name, tail, said string
		ends             []string
	}{
		{"CR", "", "\r", anyLineEnd},
		{"LF", "", "\n", anyLineEnd},
		{"CR LF", "", "\r\n", anyLineEnd},
		{"CR LF and no other", "\r\n", "\r\n", []string{"\r\n"}},
		{"a word", "<end>", "<end>", []string{"<end>"}},
		{"nothing", qr.NoTail, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			kind{
				open: func(p periph.PortCloser) (*qr.Reader, error) { return qr.NewSerial(p, qr.SerialOptions{Tail: c.tail}) },
				device: func() (device, *scanner.View) {
					s := &scanner.Serial{Tail: c.said}
					return s, &s.View
				},
				traits: drivertest.CodeTraits{Max: drivers.MaxCode, Deaf: 100 * time.Millisecond, Ends: c.ends, Glues: c.said == ""},
				// A code that waits for the next is one that was read then, for all we know.
				faults: slices.DeleteFunc(line.Faults(), func(f line.Fault) bool { return f == line.Merged }),
				// On a pty it is told once.
				inMemory: c.name != "CR",
			}.conforms(t)
		})
	}
}
