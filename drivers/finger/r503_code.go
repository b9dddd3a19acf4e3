package finger

import (
	"fmt"

	"motcua/drivers"
)

// R503Code is a confirmation code of the module, other than that of success. It
// unwraps to its meaning in [motcua/drivers].
type R503Code byte

// Confirmation codes that the driver acts on (manual v1.2.2, page 10). The others
// are in the table below.
const (
	r503OK          R503Code = 0x00
	r503NoFinger    R503Code = 0x02
	r503NotTaken    R503Code = 0x03
	r503Messy       R503Code = 0x06
	r503FewFeatures R503Code = 0x07
	r503NoMatch     R503Code = 0x08
	r503Unmerged    R503Code = 0x0A
	r503Password    R503Code = 0x13
	r503NoImage     R503Code = 0x15
	r503Undefined   R503Code = 0x19
	r503Locked      R503Code = 0x21
	r503Unsupported R503Code = 0xFC
)

// r503Codes are the confirmation codes (manual v1.2.2, pages 9 and 10), in our
// words, and what they mean to a caller.
var r503Codes = map[R503Code]meaning{
	0x01:            {"packet damaged on the way to the module", drivers.ErrProtocol},
	r503NoFinger:    {"no finger on the sensor", drivers.ErrNoFinger},
	r503NotTaken:    {"picture not taken", drivers.ErrPoorFinger},
	r503Messy:       {"picture too disorderly", drivers.ErrPoorFinger},
	r503FewFeatures: {"too few features, or too small a picture", drivers.ErrPoorFinger},
	r503NoMatch:     {"fingers do not match", drivers.ErrProtocol}, // an answer to Match alone
	0x09:            {"finger not in the library", drivers.ErrProtocol},
	r503Unmerged:    {"features do not merge", drivers.ErrFingersDiffer},
	0x0B:            {"place outside the library", drivers.ErrRefused},
	0x0C:            {"template unreadable or invalid", drivers.ErrTemplate},
	0x0D:            {"template not sent", drivers.ErrProtocol},
	0x0E:            {"data packets not received", drivers.ErrProtocol},
	0x0F:            {"picture not sent", drivers.ErrProtocol},
	0x10:            {"template not deleted", drivers.ErrDeviceFault},
	0x11:            {"library not emptied", drivers.ErrDeviceFault},
	r503Password:    {"wrong password", drivers.ErrRefused},
	r503NoImage:     {"no valid picture in the buffer", drivers.ErrNoFinger},
	0x18:            {"flash not written", drivers.ErrDeviceFault},
	r503Undefined:   {"undefined error", drivers.ErrRefused},
	0x1A:            {"no such register", drivers.ErrRefused},
	0x1B:            {"wrong value for the register", drivers.ErrRefused},
	0x1C:            {"no such notepad page", drivers.ErrRefused},
	0x1D:            {"serial port of the module failed", drivers.ErrDeviceFault},
	0x1F:            {"library full", drivers.ErrRefused},
	0x20:            {"wrong address", drivers.ErrRefused},
	r503Locked:      {"password must be verified first", drivers.ErrRefused},
	0x22:            {"template empty", drivers.ErrTemplate},
	0x24:            {"library empty", drivers.ErrRefused},
	0x26:            {"time is up", drivers.ErrNoFinger},
	0x27:            {"finger already in the library", drivers.ErrRefused},
	0x29:            {"sensor defective", drivers.ErrDeviceFault},
	r503Unsupported: {"command not supported", drivers.ErrRefused},
	0xFD:            {"hardware defective", drivers.ErrDeviceFault},
	0xFE:            {"command not executed", drivers.ErrDeviceFault},
}

func (c R503Code) Error() string {
	return fmt.Sprintf("module answered %02X: %s", byte(c), meant(r503Codes, c).Text)
}

// Unwrap is the meaning of the code.
func (c R503Code) Unwrap() error { return meant(r503Codes, c).Means }
