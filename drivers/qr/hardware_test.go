package qr_test

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	goqr "github.com/piglig/go-qr"

	"motcua/drivers"
	"motcua/drivers/drivertest"
	"motcua/drivers/qr"
	"motcua/drivers/uart"
)

var (
	hw       = flag.String("hw", "", "`PATH,MODEL` of a real reader to tell the stories to; draws codes on the terminal")
	hwRecord = flag.String("hw.record", "", "tape a real reader into this `file` in place of the stories")
)

// TestHardware tells the stories of a code reader with a real one and a person who
// holds it before the screen:
//
//	go test ./drivers/qr -run TestHardware -v -timeout 1h -hw /dev/ttyUSB0,gm65
//
// With -hw.record it tapes the reader instead. A tape that is put into testdata as
// MODEL-something.tape is played by TestTapes from then on.
func TestHardware(t *testing.T) {
	path, model := drivertest.Hardware(t, *hw)
	if *hwRecord != "" {
		tapeHardware(t, path, model)
		return
	}
	triggered := model != qr.ModelSerial && model != qr.ModelKeyboard && model != qr.ModelTinyCode
	traits := drivertest.CodeTraits{
		Max: drivers.MaxCode, Hand: true, ASCII: model == qr.ModelKeyboard, Triggered: triggered,
		Symbology: model == qr.ModelSSI || model == qr.ModelTinyCode, Deaf: time.Second,
	}
	if model == qr.ModelSerial || model == qr.ModelKeyboard {
		traits.Ends = []string{"\r", "\n"}
	}
	call := func(t *testing.T, tell func(*testing.T)) { tell(t) }
	drivertest.TestCodeReader(t, call, func(t *testing.T) *drivertest.CodeBench {
		return &drivertest.CodeBench{
			Open: func() (drivers.CodeReader, error) { return qr.Open(t.Context(), path, model, 0) },
			Show: show, Away: away, AllRead: func(context.Context) error { return nil },
			Unplug:     func() { drivertest.Ask("Pull the reader's cable.") },
			Plug:       func() { drivertest.Ask("Plug the reader in again.") },
			CodeTraits: traits,
		}
	})
}

func tapeHardware(t *testing.T, path, model string) {
	port, err := uart.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	tapes.Keep(t, *hwRecord, "a real reader", tapes.Record(t, model, port, steps(show)))
}

// show draws codes on the terminal, one after the other.
func show(codes ...drivers.Scan) {
	for _, c := range codes {
		q, err := goqr.EncodeBinary(c.Raw, goqr.Medium)
		if err != nil {
			fmt.Printf("cannot draw a code of %d bytes: %v\n", len(c.Raw), err)
			continue
		}
		fmt.Printf("\x1b[2J\x1b[HHold the reader before this code:\n%s", drawn(q))
	}
}

func away() { fmt.Print("\x1b[2J\x1b[H") }

// drawn is a code in half blocks, dark on light whatever the terminal's colours.
func drawn(q *goqr.QrCode) string {
	var s strings.Builder
	dark := func(x, y int) bool {
		return x >= 0 && y >= 0 && x < q.Size() && y < q.Size() && q.Module(x, y)
	}
	for y := -4; y < q.Size()+4; y += 2 {
		s.WriteString("\x1b[30;107m")
		for x := -4; x < q.Size()+4; x++ {
			s.WriteString(map[[2]bool]string{{false, false}: " ", {true, false}: "▀", {false, true}: "▄", {true, true}: "█"}[[2]bool{dark(x, y), dark(x, y+1)}])
		}
		s.WriteString("\x1b[0m\n")
	}
	return s.String()
}
