package main_test

import (
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// devicesTable names the devices of "emulator serve --devices" in a configuration.
// What the readers are has to be found out.
const devicesTable = `
[devices.code_reader]
path = "ports/scanner"
[devices.finger_reader]
path = "ports/finger"
[devices.printer]
path = "ports/printer"
model = "escpos-80"
`

// ports is the folder of their ports.
func (s *stage) ports() string { return filepath.Join(s.dir, "ports") }

func cmdDevices(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	if args[0] != "configure" {
		ts.Fatalf("nothing to do to the devices: %s", args[0])
	}
	ts.Check(s.configure(devicesTable))
}
