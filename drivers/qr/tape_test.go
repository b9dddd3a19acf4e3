package qr_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/drivertest/tape"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/scanner"
	"motcua/drivers/qr"
)

var update = flag.Bool("update", false, "tape the emulators anew")

// tapes are how code readers are taped.
var tapes = tape.Kind[*qr.Reader]{
	Open: map[string]func(context.Context, periph.PortCloser) (*qr.Reader, error){
		qr.ModelGM65: silently(openGM65),
		qr.ModelSSI:  silently(func(p periph.PortCloser) (*qr.Reader, error) { return qr.NewSSI(p, qr.SSIOptions{}) }),
		qr.ModelNewland: silently(func(p periph.PortCloser) (*qr.Reader, error) {
			return qr.NewNewland(p, qr.NewlandOptions{})
		}),
		qr.ModelHoneywell: silently(func(p periph.PortCloser) (*qr.Reader, error) {
			return qr.NewHoneywell(p, qr.HoneywellOptions{})
		}),
		qr.ModelSerial: silently(func(p periph.PortCloser) (*qr.Reader, error) { return qr.NewSerial(p, qr.SerialOptions{}) }),
	},
	Do: func(ctx context.Context, r *qr.Reader, step string) string {
		if step == "probe" {
			i, err := r.Probe(ctx)
			if err != nil {
				return err.Error()
			}
			return strings.TrimSpace(fmt.Sprintf("probe %s | %s | %s | %s", i.Vendor, i.Model, i.Serial, i.Firmware))
		}
		s, err := r.Scan(ctx)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("scan %q %q", string(s.Symbology), s.Raw)
	},
}

// silently is a constructor that says nothing to the reader.
func silently(open func(periph.PortCloser) (*qr.Reader, error)) func(context.Context, periph.PortCloser) (*qr.Reader, error) {
	return func(_ context.Context, p periph.PortCloser) (*qr.Reader, error) { return open(p) }
}

// steps are one probing and one reading of each code. The codes are invented, and
// none is a person's.
func steps(show func(...drivers.Scan)) []tape.Step {
	all := []tape.Step{{Name: "probe"}}
	for _, text := range []string{
		"hello",
		"099090000001|000000001|Nguyễn Văn Mẫu|01011990|Nam|Số 1 Đường Mẫu, Phường Mẫu, Quận Mẫu, Thành phố Mẫu|01012022",
		strings.Repeat("a long code. ", 30),
	} {
		all = append(all, tape.Step{Name: "scan", Hands: func() {
			time.Sleep(2 * time.Second) // until it waits; a person takes longer
			show(drivers.Scan{Raw: []byte(text), Symbology: drivers.SymbologyQR})
		}})
	}
	return all
}

// TestTapes plays every tape. "-update" tapes the emulators; a real reader is taped
// with -hw.
func TestTapes(t *testing.T) {
	if *update {
		for model, d := range map[string]device{
			qr.ModelGM65: &scanner.GM65{Software: 0x69}, qr.ModelSSI: &scanner.SSI{}, qr.ModelNewland: &scanner.Newland{},
			qr.ModelHoneywell: &scanner.Honeywell{}, qr.ModelSerial: &scanner.Serial{Tail: "\r\n"},
		} {
			synctest.Test(t, func(t *testing.T) { tapeEmulator(t, model, d) })
		}
	}
	tapes.PlayAll(t)
}

func tapeEmulator(t *testing.T, model string, d device) {
	c, err := line.InMemory(d, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	port, err := c.Open()
	if err != nil {
		t.Fatal(err)
	}
	recorded := tapes.Record(t, model, port, steps(d.Show))
	tapes.Keep(t, filepath.Join("testdata", model+"-emulated.tape"), "the emulator of this reader", recorded)
}
