package qr_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	periph "periph.io/x/conn/v3/uart"

	"motcua/drivers"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/scanner"
	"motcua/drivers/qr"
)

var update = flag.Bool("update", false, "tape the emulators anew")

// constructors make the drivers on a port, by model.
var constructors = map[string]func(periph.PortCloser) (*qr.Reader, error){
	qr.ModelGM65:      openGM65,
	qr.ModelSSI:       func(p periph.PortCloser) (*qr.Reader, error) { return qr.NewSSI(p, qr.SSIOptions{}) },
	qr.ModelNewland:   func(p periph.PortCloser) (*qr.Reader, error) { return qr.NewNewland(p, qr.NewlandOptions{}) },
	qr.ModelHoneywell: func(p periph.PortCloser) (*qr.Reader, error) { return qr.NewHoneywell(p, qr.HoneywellOptions{}) },
	qr.ModelSerial:    func(p periph.PortCloser) (*qr.Reader, error) { return qr.NewSerial(p, qr.SerialOptions{}) },
}

// codes are those that are taped: invented, and none a person's.
var codes = []string{
	"hello",
	"099090000001|000000001|Nguyễn Văn Mẫu|01011990|Nam|Số 1 Đường Mẫu, Phường Mẫu, Quận Mẫu, Thành phố Mẫu|01012022",
	strings.Repeat("a long code. ", 30),
}

// tape tapes one probing and one reading of each code.
func tape(t *testing.T, r drivers.CodeReader, rec *line.Recorder, show func(...drivers.Scan)) {
	t.Helper()
	became := rec.Step("probe")
	info, err := r.Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	became(probed(info))
	for _, text := range codes {
		became := rec.Step("scan")
		done := make(chan drivers.Scan, 1)
		go func() {
			s, err := r.Scan(t.Context())
			if err != nil {
				t.Error(err)
			}
			done <- s
		}()
		time.Sleep(2 * time.Second) // until it waits; a person takes longer
		show(drivers.Scan{Raw: []byte(text), Symbology: drivers.SymbologyQR})
		became(read(<-done))
	}
}

func probed(i drivers.Info) string {
	return strings.TrimSpace(fmt.Sprintf("probe %s | %s | %s | %s", i.Vendor, i.Model, i.Serial, i.Firmware))
}

func read(s drivers.Scan) string { return fmt.Sprintf("scan %q %q", string(s.Symbology), s.Raw) }

// TestTapes plays every tape: the driver says the same bytes, and makes the same of
// the answers. "-update" tapes the emulators; a real reader is taped with -hw.
func TestTapes(t *testing.T) {
	if *update {
		for model, d := range map[string]device{
			qr.ModelGM65: &scanner.GM65{Software: 0x69}, qr.ModelSSI: &scanner.SSI{}, qr.ModelNewland: &scanner.Newland{},
			qr.ModelHoneywell: &scanner.Honeywell{}, qr.ModelSerial: &scanner.Serial{Tail: "\r\n"},
		} {
			tapeEmulator(t, model, d)
		}
	}
	tapes, err := filepath.Glob("testdata/*.tape")
	if err != nil || len(tapes) < len(constructors) {
		t.Fatalf("tapes: %v, %v", tapes, err)
	}
	for _, name := range tapes {
		t.Run(filepath.Base(name), func(t *testing.T) {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = f.Close() }()
			tape, err := line.ReadTape(f)
			if err != nil {
				t.Fatal(err)
			}
			model, _, _ := strings.Cut(filepath.Base(name), "-")
			synctest.Test(t, func(t *testing.T) { play(t, tape, constructors[model]) })
		})
	}
}

func tapeEmulator(t *testing.T, model string, d device) {
	t.Helper()
	rec := &line.Recorder{}
	with(t, d, func(p periph.PortCloser) (*qr.Reader, error) { return constructors[model](rec.Port(p)) },
		func(t *testing.T, r *qr.Reader, _ *line.Cable) {
			tape(t, r, rec, d.Show)
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
		})
	text := "# the emulator of this reader\n" + rec.Tape().String()
	if err := os.WriteFile(filepath.Join("testdata", model+"-emulated.tape"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func play(t *testing.T, tape line.Tape, open func(periph.PortCloser) (*qr.Reader, error)) {
	player := line.NewPlayer(tape)
	r, _ := opened(t, player, open)
	for _, want := range tape.Steps() {
		if got := step(t.Context(), r, want); got != want {
			t.Fatalf("%s\nwant %s\n%v", got, want, player.Err())
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	synctest.Wait()
	if err := player.Err(); err != nil {
		t.Error(err)
	}
}

// step does again what a tape's host did.
func step(ctx context.Context, r *qr.Reader, what string) string {
	if strings.HasPrefix(what, "probe") {
		info, err := r.Probe(ctx)
		if err != nil {
			return err.Error()
		}
		return probed(info)
	}
	s, err := r.Scan(ctx)
	if err != nil {
		return err.Error()
	}
	return read(s)
}
