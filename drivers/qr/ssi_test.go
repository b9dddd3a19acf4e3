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

func TestSSI(t *testing.T) {
	for name, long := range map[string]bool{"many packets": false, "long packets": true} {
		t.Run(name, func(t *testing.T) {
			kind{
				open: func(p periph.PortCloser) (*qr.Reader, error) { return qr.NewSSI(p, qr.SSIOptions{}) },
				device: func() (device, *scanner.View) {
					s := &scanner.SSI{Long: long}
					return s, &s.View
				},
				traits:  drivertest.CodeTraits{Max: drivers.MaxCode, Triggered: true, Symbology: true},
				checked: true,
				faults:  line.Faults(),
			}.conforms(t)
		})
	}
}
