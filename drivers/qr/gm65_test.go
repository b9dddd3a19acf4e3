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

func TestGM65(t *testing.T) {
	kind{
		open: func(p periph.PortCloser) (*qr.Reader, error) { return qr.NewGM65(p, qr.GM65Options{}) },
		device: func() (device, *scanner.View) {
			g := &scanner.GM65{Software: 0x87}
			return g, &g.View
		},
		traits: drivertest.CodeTraits{Max: drivers.MaxCode, Triggered: true},
		faults: line.Faults(),
	}.conforms(t)
}
