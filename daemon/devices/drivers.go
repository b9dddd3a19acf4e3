package devices

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"motcua/daemon/config"
	"motcua/drivers"
	"motcua/drivers/board"
	"motcua/protocol/fault"
)

// Driver opens devices of a class.
type Driver[D drivers.Device] struct {
	// Models are the names that a configuration may ask for. Without a name Open
	// finds out what is there.
	Models []string
	// Open opens the device at a path, which is never config.Auto.
	Open func(ctx context.Context, path string, p config.Port) (D, error)
}

// Drivers are those of the program, by class. One that is nil is not there.
type Drivers struct {
	CodeReader   *Driver[drivers.CodeReader]
	FingerReader *Driver[drivers.FingerReader]
	Printer      *Driver[drivers.Printer]
	Board        func(pins board.Pins) (drivers.Board, error)
}

// Check tells which configured devices the drivers cannot open, as a fault of the
// configuration.
func (d Drivers) Check(c config.Devices) error {
	var problems []string
	problems = check(problems, "devices.code_reader", c.CodeReader, d.CodeReader)
	problems = check(problems, "devices.finger_reader", c.FingerReader, d.FingerReader)
	problems = check(problems, "devices.printer", c.Printer, d.Printer)
	if c.Board != nil && d.Board == nil {
		problems = append(problems, "devices.board: there is no driver for it")
	}
	if len(problems) == 0 {
		return nil
	}
	return fault.Wrap(fault.ConfigInvalid, fmt.Errorf("%s", strings.Join(problems, "; ")))
}

func check[D drivers.Device](problems []string, key string, p *config.Port, d *Driver[D]) []string {
	switch {
	case p == nil:
	case d == nil:
		problems = append(problems, key+": there is no driver for it")
	case p.Model != "" && !slices.Contains(d.Models, p.Model):
		problems = append(problems, fmt.Sprintf("%s.model: %q is none of %s", key, p.Model, strings.Join(d.Models, ", ")))
	}
	return problems
}

// pinsOf are the board's lines as its driver wants them.
func pinsOf(b config.Board) board.Pins {
	return board.Pins{
		Lamps: map[drivers.Lamp]string{
			drivers.LampCard:   b.LampCard,
			drivers.LampCode:   b.LampCode,
			drivers.LampFinger: b.LampFinger,
			drivers.LampTicket: b.LampTicket,
			drivers.LampStaff:  b.LampStaff,
		},
		Buzzer: b.Buzzer, Tamper: b.Tamper, StaffButton: b.StaffButton, Presence: b.Presence, PresenceLow: b.PresenceLow,
	}
}
