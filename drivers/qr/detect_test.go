package qr_test

import (
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/scanner"
	"motcua/drivers/qr"
)

// TestDetect finds readers of every protocol and speed, and does not take long
// where there is none.
func TestDetect(t *testing.T) {
	gm65 := func(divisor ...byte) line.Device {
		g := &scanner.GM65{Software: 0x87}
		g.Keep(map[int]byte{0x2A: divisor[0], 0x2B: divisor[1]})
		return g
	}
	for _, c := range []struct {
		name   string
		device line.Device
		baud   int // given
		want   qr.Found
		err    error
	}{
		{"GM65 as it comes", gm65(0x39, 0x01), 0, qr.Found{Model: qr.ModelGM65, Baud: 9600}, nil},
		{"GM65 at 115200", gm65(0x1A, 0x00), 0, qr.Found{Model: qr.ModelGM65, Baud: 115200}, nil},
		{"GM65 at 14400", gm65(0xD0, 0x00), 0, qr.Found{Model: qr.ModelGM65, Baud: 14400}, nil},
		{"GM65 at another than is said", gm65(0x1A, 0x00), 9600, qr.Found{}, drivers.ErrNoAnswer},
		{"SSI", &scanner.SSI{}, 0, qr.Found{Model: qr.ModelSSI, Baud: 9600}, nil},
		{"Newland", &scanner.Newland{}, 0, qr.Found{Model: qr.ModelNewland, Baud: 9600}, nil},
		{"Honeywell", &scanner.Honeywell{}, 0, qr.Found{Model: qr.ModelHoneywell, Baud: 115200}, nil},
		{"Honeywell at its speed", &scanner.Honeywell{}, 115200, qr.Found{Model: qr.ModelHoneywell, Baud: 115200}, nil},
		{"scanner that only talks", &scanner.Serial{Tail: "\r"}, 0, qr.Found{}, drivers.ErrNoAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cable, err := line.InMemory(c.device, 1)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = cable.Close() }()
				port, err := cable.Open()
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				got, err := qr.Detect(t.Context(), port, c.baud)
				if got != c.want || !errors.Is(err, c.err) {
					t.Errorf("found %+v, %v, want %+v", got, err, c.want)
				}
				if took := time.Since(start); took > 12*time.Second {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// TestPtyOpen finds, opens and reads, as a kiosk does that is told nothing.
func TestPtyOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reader")
	h := &scanner.Honeywell{}
	cable, err := line.OnPTY(path, h, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cable.Close() }()
	for _, model := range []string{"", qr.ModelHoneywell} {
		r, err := qr.Open(t.Context(), path, model, 0)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := r.Probe(t.Context()); err != nil || info.Serial != "099HW00001" || info.Model != "N6603" {
			t.Errorf("probing: %+v, %v", info, err)
		}
		h.Show(drivers.Scan{Raw: []byte("hello")})
		if s, err := r.Scan(t.Context()); err != nil || string(s.Raw) != "hello" {
			t.Errorf("scanned %q, %v", s.Raw, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPtyOpenWhatCannotBe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reader")
	cable, err := line.OnPTY(path, &scanner.Serial{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cable.Close() }()
	for _, c := range []struct {
		model, path string
		want        error
	}{
		{"gm66", path, nil},
		{qr.ModelGM65, path + "-none", drivers.ErrDeviceGone},
		{qr.ModelTinyCode, path + "-none", drivers.ErrDeviceGone},
		{qr.ModelTinyCode, path, nil},
		{qr.ModelKeyboard, path, nil},
	} {
		r, err := qr.Open(t.Context(), c.path, c.model, 0)
		if r != nil || err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s at %s: %v, %v", c.model, c.path, r, err)
		}
	}
	// what could not be opened as one thing can be as another
	for _, model := range qr.Models() {
		if model == qr.ModelTinyCode || model == qr.ModelKeyboard {
			continue
		}
		r, err := qr.Open(t.Context(), path, model, 115200)
		if err != nil {
			t.Errorf("%s: %v", model, err)
			continue
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
