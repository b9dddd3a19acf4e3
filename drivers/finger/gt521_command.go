package finger

import (
	"fmt"

	"motcua/drivers"
)

// Commands that the driver sends (GT-511C3 datasheet V1.1, chapter 3). Those that
// search the module's library are not among them.
const (
	gt521Open           uint16 = 0x01
	gt521ChangeBaudrate uint16 = 0x04
	gt521CmosLed        uint16 = 0x12
	gt521GetEnrollCount uint16 = 0x20
	gt521EnrollStart    uint16 = 0x22
	gt521Enroll1        uint16 = 0x23
	gt521IsPressFinger  uint16 = 0x26
	gt521DeleteAll      uint16 = 0x41
	gt521Verify         uint16 = 0x50
	gt521CaptureFinger  uint16 = 0x60
	gt521GetImage       uint16 = 0x62
	gt521SetTemplate    uint16 = 0x71

	gt521Ack  uint16 = 0x30
	gt521Nack uint16 = 0x31
)

// Parameters.
const (
	gt521NoPlace   uint32 = 0xFFFFFFFF // EnrollStart: the template goes to the host, not into the library
	gt521Unchecked uint32 = 0xFFFF0000 // SetTemplate: do not look for the finger in the library
	gt521Best      uint32 = 1          // CaptureFinger: the slow way, for enrolments
	gt521Fast      uint32 = 0
)

// GT521Code is the error code of an answer that refuses (datasheet V1.1, chapter 4),
// or the place in the library where the finger is already. It unwraps to its
// meaning in [motcua/drivers].
type GT521Code uint32

// Error codes that the driver acts on.
const (
	gt521NotVerified GT521Code = 0x1007
	gt521EmptyLib    GT521Code = 0x100A
	gt521NotPressed  GT521Code = 0x1012
)

// gt521Codes are the error codes in our words, and what they mean to a caller.
var gt521Codes = map[GT521Code]meaning{
	0x1001:           {"time is up", drivers.ErrNoFinger},
	0x1002:           {"no such speed", drivers.ErrRefused},
	0x1003:           {"place outside the library", drivers.ErrRefused},
	0x1004:           {"place in the library is empty", drivers.ErrRefused},
	0x1005:           {"place in the library is taken", drivers.ErrRefused},
	0x1006:           {"communication error", drivers.ErrProtocol},
	gt521NotVerified: {"fingers do not match", drivers.ErrProtocol}, // an answer to Verify alone
	0x1008:           {"finger not in the library", drivers.ErrProtocol},
	0x1009:           {"library full", drivers.ErrRefused},
	gt521EmptyLib:    {"library empty", drivers.ErrRefused},
	0x100B:           {"enrolment out of order", drivers.ErrProtocol}, // the module has restarted meanwhile
	0x100C:           {"finger too poor", drivers.ErrPoorFinger},
	0x100D:           {"pictures do not make a template", drivers.ErrFingersDiffer},
	0x100E:           {"command not supported", drivers.ErrRefused},
	0x100F:           {"device defective", drivers.ErrDeviceFault},
	0x1010:           {"capture cancelled", drivers.ErrNoFinger},
	0x1011:           {"wrong parameter", drivers.ErrRefused},
	gt521NotPressed:  {"no finger on the sensor", drivers.ErrNoFinger},
}

// gt521Places is more than any library has.
const gt521Places = 0x1000

func (c GT521Code) Error() string {
	if c < gt521Places {
		return fmt.Sprintf("module answered that the finger is in its library at %d", uint32(c))
	}
	return fmt.Sprintf("module answered %04X: %s", uint32(c), meant(gt521Codes, c).Text)
}

// Unwrap is the meaning of the code.
func (c GT521Code) Unwrap() error {
	if c < gt521Places {
		return drivers.ErrRefused
	}
	return meant(gt521Codes, c).Means
}
