package finger

import (
	"fmt"

	"motcua/drivers"
)

// Commands that the driver sends (manual V1.0, "Command types"). Those that compare
// with the module's own users are not among them.
const (
	wsEnrol1    byte = 0x01 // "add fingerprint", first
	wsEnrol2    byte = 0x02
	wsEnrol3    byte = 0x06 // third, and the template comes with the answer
	wsDeleteAll byte = 0x05
	wsCount     byte = 0x09
	wsFeatures  byte = 0x23
	wsPicture   byte = 0x24
	wsSerial    byte = 0x2A
	wsTimeout   byte = 0x2E
	wsGiven     byte = 0x42 // compares a template with a user
	wsGivenAck  byte = 0x43 // what the manual prints as the answer to it
	wsCompare   byte = 0x44 // compares a template with a finger
)

// WaveshareCode is the code of an answer, other than that of success. It unwraps to
// its meaning in [motcua/drivers].
type WaveshareCode byte

// Codes (manual V1.0, page 5).
const (
	wsOK       WaveshareCode = 0x00
	wsFail     WaveshareCode = 0x01
	wsNoUser   WaveshareCode = 0x05
	wsTimeIsUp WaveshareCode = 0x08
)

var wsCodes = map[WaveshareCode]meaning{
	wsFail:     {"failed", drivers.ErrPoorFinger}, // what else it may mean depends on the command
	0x04:       {"no room for more users", drivers.ErrRefused},
	wsNoUser:   {"no such user", drivers.ErrRefused},
	0x06:       {"user exists", drivers.ErrRefused},
	0x07:       {"finger exists", drivers.ErrRefused},
	wsTimeIsUp: {"no finger in time", drivers.ErrNoFinger},
}

func (c WaveshareCode) Error() string {
	return fmt.Sprintf("module answered %02X: %s", byte(c), meant(wsCodes, c).Text)
}

// Unwrap is the meaning of the code.
func (c WaveshareCode) Unwrap() error { return meant(wsCodes, c).Means }
