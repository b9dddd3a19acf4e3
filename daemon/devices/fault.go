package devices

import (
	"errors"
	"io/fs"

	"motcua/drivers"
	"motcua/protocol/fault"
)

// kinds are the kinds of trouble that each class has a code for, the telling ones
// first: an error may be of several kinds at once.
var kinds = []struct {
	is error
	of func(codes) fault.Code
}{
	{drivers.ErrUnsteady, func(c codes) fault.Code { return c.unsteady }},
	{drivers.ErrDeviceFault, func(c codes) fault.Code { return c.defect }},
	{drivers.ErrPaperOut, func(codes) fault.Code { return fault.PaperOut }},
	{drivers.ErrCoverOpen, func(codes) fault.Code { return fault.CoverOpen }},
	{drivers.ErrPaperLow, func(codes) fault.Code { return fault.PaperLow }},
	{drivers.ErrInUse, func(c codes) fault.Code { return c.busy }},
	{fs.ErrPermission, func(c codes) fault.Code { return c.busy }},
	{drivers.ErrRefused, func(c codes) fault.Code { return c.wrong }},
	{drivers.ErrDeviceMute, func(c codes) fault.Code { return c.mute }},
	{drivers.ErrProtocol, func(c codes) fault.Code { return c.wrong }},
	{drivers.ErrNoAnswer, func(c codes) fault.Code { return c.mute }},
	{drivers.ErrDeviceGone, func(c codes) fault.Code { return c.gone }},
	{drivers.ErrNoDevice, func(c codes) fault.Code { return c.absent }},
}

// codes are those of a class.
type codes struct{ absent, gone, mute, busy, wrong, defect, unsteady fault.Code }

func codesOf(class drivers.Class) codes {
	switch class {
	case drivers.ClassCode:
		return codes{
			fault.ScannerAbsent, fault.ScannerGone, fault.ScannerMute, fault.ScannerBusy, fault.ScannerWrong,
			fault.ScannerDefect, fault.ScannerUnsteady,
		}
	case drivers.ClassFinger:
		return codes{
			fault.FingerAbsent, fault.FingerGone, fault.FingerMute, fault.FingerBusy, fault.FingerWrong,
			fault.FingerDefect, fault.FingerUnsteady,
		}
	case drivers.ClassPrinter:
		return codes{
			fault.PrinterAbsent, fault.PrinterGone, fault.PrinterMute, fault.PrinterBusy, fault.PrinterWrong,
			fault.PrinterDefect, fault.PrinterUnsteady,
		}
	case drivers.ClassBoard:
		return codes{
			fault.BoardAbsent, fault.BoardGone, fault.BoardMute, fault.BoardBusy, fault.BoardDefect,
			fault.BoardDefect, fault.BoardUnsteady,
		}
	}
	return codes{}
}

// CodeOf is the fault code for what is wrong with a device; empty when nothing is.
func CodeOf(h drivers.Health) fault.Code {
	if h.Reason == nil {
		return ""
	}
	c := codesOf(h.Class)
	for _, k := range kinds {
		if errors.Is(h.Reason, k.is) {
			return k.of(c)
		}
	}
	return c.defect
}
