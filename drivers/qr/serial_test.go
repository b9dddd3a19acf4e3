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
	for name, tail := range map[string]string{"CR": "\r", "CR LF": "\r\n", "a word": "<end>", "none": ""} {
		t.Run(name, func(t *testing.T) {
			kind{
				open: func(p periph.PortCloser) (*qr.Reader, error) {
					o := qr.SerialOptions{Tail: tail}
					if tail == "" {
						o.Tail = qr.NoTail
					}
					return qr.NewSerial(p, o)
				},
				device: func() (device, *scanner.View) {
					s := &scanner.Serial{Tail: tail}
					return s, &s.View
				},
				traits: drivertest.CodeTraits{Max: drivers.MaxCode, Deaf: 100 * time.Millisecond, Tail: tail, Glues: tail == ""},
				// A code that waits for the next is one that was read then, for all we know.
				faults: slices.DeleteFunc(line.Faults(), func(f line.Fault) bool { return f == line.Merged }),
			}.conforms(t)
		})
	}
}
