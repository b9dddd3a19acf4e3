package main_test

import (
	"errors"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/drivers/emu/escpos"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/r503"
	"motcua/drivers/emu/scanner"
)

// devicesTable names the emulated devices in a configuration. What the readers are
// has to be found out.
const devicesTable = `
[devices.code_reader]
path = "code-reader"
[devices.finger_reader]
path = "finger-reader"
[devices.printer]
path = "printer"
model = "escpos-80"
`

// attached are emulated devices on ptys, by the names of their classes.
type attached struct {
	cables  map[string]*line.Cable
	printer *escpos.Printer
}

// attach makes the devices, plugged in.
func (s *stage) attach() error {
	s.attached = attached{cables: map[string]*line.Cable{}, printer: escpos.New(escpos.Options{})}
	for name, device := range map[string]line.Device{
		"code-reader": &scanner.GM65{}, "finger-reader": r503.New(r503.R503), "printer": s.attached.printer,
	} {
		c, err := line.OnPTY(filepath.Join(s.dir, name), device, 1)
		if err != nil {
			return err
		}
		s.attached.cables[name] = c
		s.undo = append(s.undo, c.Close)
	}
	return nil
}

func cmdAttach(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 0, 0)
	ts.Check(errors.Join(s.configure(devicesTable), s.attach()))
}

func cmdUnplug(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	s.attached.cables[args[0]].Unplug()
}

func cmdPlug(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	ts.Check(s.attached.cables[args[0]].Plug())
}

func cmdPrinter(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	p := s.attached.printer
	switch args[0] {
	case "empty":
		p.LoadPaper(0)
	case "roll":
		p.FullRoll()
	case "open":
		p.OpenCover()
	case "close":
		p.CloseCover()
	default:
		ts.Fatalf("nothing to do to a printer: %s", args[0])
	}
}
