package board_test

import (
	"testing"
	"testing/synctest"

	"periph.io/x/conn/v3/gpio"

	"motcua/drivers"
	"motcua/drivers/board"
	"motcua/drivers/drivertest"
	"motcua/drivers/emu/gpiochip"
)

var pins = board.Pins{
	Lamps: map[drivers.Lamp]string{
		drivers.LampCard: "L1", drivers.LampCode: "L2", drivers.LampFinger: "L3", drivers.LampTicket: "L4", drivers.LampStaff: "L5",
	},
	Buzzer: "BUZZER", Tamper: "TAMPER", StaffButton: "STAFF", Presence: "PIR",
}

// newChip is a chip with everything on it, at rest, and one more line.
func newChip(seed uint64) *gpiochip.Chip {
	c := gpiochip.New(seed, "L1", "L2", "L3", "L4", "L5", "BUZZER", "TAMPER", "STAFF", "PIR", "SPARE")
	c.Close("TAMPER")
	c.Drive("PIR", gpio.Low)
	return c
}

// TestBoardOnEmulatedLines runs the stories of every board, with contacts that
// bounce in other ways each time.
func TestBoardOnEmulatedLines(t *testing.T) {
	for seed := range uint64(3) {
		drivertest.TestBoard(t, synctest.Test, func(t *testing.T) *drivertest.BoardBench { return bench(t, newChip(seed)) })
	}
}

func bench(t *testing.T, c *gpiochip.Chip) *drivertest.BoardBench {
	t.Helper()
	b, err := board.Open(c, pins)
	if err != nil {
		t.Fatal(err)
	}
	return &drivertest.BoardBench{
		Board:       b,
		OpenCase:    func() { c.Open("TAMPER") },
		CloseCase:   func() { c.Close("TAMPER") },
		Press:       func() { c.Close("STAFF") },
		Release:     func() { c.Open("STAFF") },
		Come:        func() { c.Drive("PIR", gpio.High) },
		Leave:       func() { c.Drive("PIR", gpio.Low) },
		BreakTamper: func() { c.Break("TAMPER") },
		MendTamper:  func() { c.Mend("TAMPER") },
		Unplug:      c.Unplug,
		Lamp:        func(l drivers.Lamp) []drivertest.Flash { return flashesOf(c, pins.Lamps[l]) },
		Buzzer:      func() []drivertest.Flash { return flashesOf(c, pins.Buzzer) },
	}
}

func flashesOf(c *gpiochip.Chip, line string) []drivertest.Flash {
	var all []drivertest.Flash
	for _, ch := range c.Changes(line) {
		all = append(all, drivertest.Flash{At: ch.At, On: ch.Level == gpio.High})
	}
	return all
}
