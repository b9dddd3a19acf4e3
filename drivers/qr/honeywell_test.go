package qr_test

import (
	"testing"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/scanner"
	"motcua/drivers/qr"
)

func TestHoneywell(t *testing.T) {
	kind{
		open: func(p periph.PortCloser) (*qr.Reader, error) { return qr.NewHoneywell(p, qr.HoneywellOptions{}) },
		device: func() (device, *scanner.View) {
			h := &scanner.Honeywell{}
			return h, &h.View
		},
		traits: drivertest.CodeTraits{Max: drivers.MaxCode, Triggered: true},
		faults: line.Faults(),
	}.conforms(t)
}
