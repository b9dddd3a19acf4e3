package drivers_test

import (
	"errors"
	"testing"

	"motcua/drivers"
)

// The worst of a printer's troubles is the one that is told.
func TestPrinterTellsItsWorstTrouble(t *testing.T) {
	for _, tt := range []struct {
		status drivers.PrinterStatus
		want   error
	}{
		{drivers.PrinterStatus{}, nil},
		{drivers.PrinterStatus{PaperLow: true}, drivers.ErrPaperLow},
		{drivers.PrinterStatus{PaperLow: true, PaperOut: true}, drivers.ErrPaperOut},
		{drivers.PrinterStatus{PaperOut: true, CoverOpen: true}, drivers.ErrCoverOpen},
		{drivers.PrinterStatus{PaperOut: true, CoverOpen: true, Fault: true}, drivers.ErrDeviceFault},
	} {
		if got := tt.status.Trouble(); !errors.Is(got, tt.want) {
			t.Errorf("%+v: got %v, want %v", tt.status, got, tt.want)
		}
	}
}
