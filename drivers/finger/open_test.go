package finger_test

import (
	"errors"
	"path/filepath"
	"testing"

	"motcua/drivers"
	"motcua/drivers/emu/gt521"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/r503"
	"motcua/drivers/emu/waveshare"
	"motcua/drivers/finger"
)

// TestPtyOpen finds out what is on a port, and opens what it is told is there.
func TestPtyOpen(t *testing.T) {
	t.Parallel()
	for model, d := range map[string]line.Device{
		finger.ModelR503: r503.New(r503.R503), finger.ModelGT521: gt521.New(), finger.ModelWaveshare: waveshare.New(),
	} {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "finger")
			c, err := line.OnPTY(path, d, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			for _, asked := range []string{"", model} {
				r, err := finger.Open(t.Context(), path, asked, 0)
				if err != nil {
					t.Fatalf("asked for %q: %v", asked, err)
				}
				if err := r.Close(); err != nil {
					t.Errorf("closing: %v", err)
				}
			}
		})
	}
	if _, err := finger.Open(t.Context(), filepath.Join(t.TempDir(), "finger"), "", 0); !errors.Is(err, drivers.ErrDeviceGone) {
		t.Errorf("a port that is not there: %v", err)
	}
	if _, err := finger.Open(t.Context(), "x", "fpc", 0); err == nil {
		t.Error("a model that is not there was opened")
	}
}
