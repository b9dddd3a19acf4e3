package drivers

import (
	"context"
	"errors"
)

// What a device's methods fail with, whatever its class. Each is wrapped with
// its cause; a context's own error is passed on as it is.
var (
	// ErrDeviceGone: the device was unplugged, or its line ended. Permanent for
	// this value; retry with one that is opened anew.
	ErrDeviceGone = errors.New("device gone")
	// ErrNoAnswer: the device did not answer in the time its manual gives it.
	// Retry once; then open it anew.
	ErrNoAnswer = errors.New("device does not answer")
	// ErrProtocol: it answered in a way its protocol does not allow. Retry: what
	// was on the line has been thrown away.
	ErrProtocol = errors.New("device broke its protocol")
	// ErrRefused: it understood, and will not. Permanent until somebody changes
	// its settings or what is asked of it.
	ErrRefused = errors.New("device refused the command")
	// ErrDeviceFault: the device reports a defect of its own. Permanent until it is
	// restarted or replaced.
	ErrDeviceFault = errors.New("device reports a defect")
	// ErrInUse: another program has the device's line. Permanent until it lets go.
	ErrInUse = errors.New("device in use by another program")
	// ErrNoDevice: nothing is where the device should be. Retry when it arrives.
	ErrNoDevice = errors.New("no device")
	// ErrDeviceMute: a call that was given up has not come back; the device takes no
	// other until it does. Retry then.
	ErrDeviceMute = errors.New("device does not come back from a call")
	// ErrUnsteady: the device comes and goes. It may be used while it is there.
	ErrUnsteady = errors.New("device comes and goes")
)

// Class is a kind of device.
type Class string

// Classes of devices beside card readers.
const (
	ClassCode    Class = "code-reader"
	ClassFinger  Class = "finger-reader"
	ClassPrinter Class = "printer"
	ClassBoard   Class = "board"
)

// Classes lists every class.
func Classes() []Class { return []Class{ClassCode, ClassFinger, ClassPrinter, ClassBoard} }

// Trust says who vouches for what a device captured (MOSIP SBI 0.9.5).
type Trust string

// Levels of trust. No module that we drive signs inside itself, so none is more
// than TrustL0: the kiosk signs for it.
const (
	TrustNone Trust = ""
	TrustL0   Trust = "L0"
)

// Info tells what a device is. It names the device, never a person.
type Info struct {
	Class    Class
	Vendor   string
	Model    string
	Serial   string // empty where the device tells none
	Firmware string
	Port     string
	Trust    Trust // of what it captures
}

// Device is what every attached device can do. It belongs to one goroutine at a
// time, but for a [Board]; every method that speaks to the device ends with its
// context.
type Device interface {
	// Probe asks the device whether it is there and who it is. It changes nothing
	// that outlasts it and may be called at any time between two other calls. A
	// device that answered and is not whole tells who it is with [ErrDeviceFault].
	Probe(ctx context.Context) (Info, error)
	// Close leaves the device inert (light out, trigger off, nothing of a person in
	// it) as far as it still answers, and lets go of its line. It may be called twice.
	Close() error
}
