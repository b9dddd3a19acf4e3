package devices_test

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"motcua/daemon/devices"
	"motcua/drivers"
	"motcua/protocol/fault"
)

func health(class drivers.Class, reason error) drivers.Health {
	return drivers.Health{Class: class, State: drivers.StateDegraded, Reason: reason}
}

func TestCodeOf(t *testing.T) {
	wrap := func(outer, inner error) error { return fmt.Errorf("%w: %w", outer, inner) }
	for _, tt := range []struct {
		class  drivers.Class
		reason error
		want   fault.Code
	}{
		{drivers.ClassCode, nil, ""},
		{drivers.ClassCode, drivers.ErrNoDevice, fault.ScannerAbsent},
		{drivers.ClassFinger, drivers.ErrNoAnswer, fault.FingerMute},
		{drivers.ClassFinger, drivers.ErrDeviceMute, fault.FingerMute},
		{drivers.ClassCode, drivers.ErrProtocol, fault.ScannerWrong},
		{drivers.ClassCode, &fs.PathError{Op: "open", Path: "/dev/ttyUSB0", Err: fs.ErrPermission}, fault.ScannerBusy},
		{drivers.ClassCode, wrap(drivers.ErrUnsteady, drivers.ErrDeviceGone), fault.ScannerUnsteady},
		{drivers.ClassBoard, wrap(drivers.ErrDeviceFault, drivers.ErrNoDevice), fault.BoardDefect},
		{drivers.ClassBoard, errors.Join(drivers.ErrInUse, drivers.ErrNoDevice), fault.BoardBusy},
		{drivers.ClassPrinter, wrap(errors.New("status"), drivers.ErrPaperOut), fault.PaperOut},
		{drivers.ClassPrinter, drivers.ErrPaperLow, fault.PaperLow},
		{drivers.ClassPrinter, drivers.ErrCoverOpen, fault.CoverOpen},
		{drivers.ClassPrinter, errors.New("anything"), fault.PrinterDefect},
	} {
		if got := devices.CodeOf(health(tt.class, tt.reason)); got != tt.want {
			t.Errorf("%s, %v: %s, want %s", tt.class, tt.reason, got, tt.want)
		}
	}
}

// Every code of a device can come about, and every trouble of every class has one.
func TestEveryCodeComesAbout(t *testing.T) {
	var left []fault.Code
	for _, i := range fault.All() {
		group, _, _ := strings.Cut(string(i.Code), "-")
		if slices.Contains([]string{"SCANNER", "FINGER", "PRINTER", "BOARD"}, group) && i.Code != fault.CaseOpen && i.Code != fault.CaseOpened {
			left = append(left, i.Code)
		}
	}
	troubles := []error{
		drivers.ErrNoDevice, drivers.ErrDeviceGone, drivers.ErrNoAnswer, drivers.ErrDeviceMute, drivers.ErrInUse, drivers.ErrRefused,
		drivers.ErrProtocol, drivers.ErrDeviceFault, drivers.ErrUnsteady, drivers.ErrPaperOut, drivers.ErrPaperLow, drivers.ErrCoverOpen,
	}
	for _, class := range drivers.Classes() {
		for _, why := range troubles {
			code := devices.CodeOf(health(class, why))
			if !fault.Known(code) {
				t.Errorf("%s, %v: code %q", class, why, code)
			}
			left = slices.DeleteFunc(left, func(c fault.Code) bool { return c == code })
		}
	}
	if len(left) > 0 {
		t.Errorf("never told: %v", left)
	}
}
