package finger_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"motcua/drivers"
	emu "motcua/drivers/emu/finger"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/waveshare"
	"motcua/drivers/finger"
)

// pluggedWaveshare runs a story with a module on a line in memory, and its driver.
func pluggedWaveshare(t *testing.T, do func(t *testing.T, m *waveshare.Module, c *line.Cable, d *finger.Waveshare)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := waveshare.New()
		c, err := line.InMemory(m, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		port, err := c.Open()
		if err != nil {
			t.Fatal(err)
		}
		d, err := finger.OpenWaveshare(t.Context(), port, finger.WaveshareOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		do(t, m, c, d)
	})
}

func TestWaveshareSaysWhatItIs(t *testing.T) {
	pluggedWaveshare(t, func(t *testing.T, _ *waveshare.Module, c *line.Cable, d *finger.Waveshare) {
		want := drivers.Info{
			Class: drivers.ClassFinger, Vendor: "Waveshare", Model: "UART Fingerprint Sensor (C)", Serial: "0E3A57",
			Port: "emulated line", Trust: drivers.TrustL0,
		}
		if got, err := d.Probe(t.Context()); err != nil || got != want {
			t.Errorf("got %+v, %v", got, err)
		}
		c.Restart()
		if got, err := d.Probe(t.Context()); err != nil || got != want {
			t.Errorf("restarted: %+v, %v", got, err)
		}
	})
}

// TestWaveshareEveryCodeAtEveryCommand has a module answer each command of an
// enrolment and a verification with each code. Only success of the comparison says
// that a finger is the same, and no user may stay.
func TestWaveshareEveryCodeAtEveryCommand(t *testing.T) {
	pluggedWaveshare(t, func(t *testing.T, m *waveshare.Module, _ *line.Cable, d *finger.Waveshare) {
		kept := enrolled(t, &m.Glass, d)
		for _, command := range []byte{0x05, 0x09, 0x23, 0x2A, 0x2E, 0x42, 0x44} {
			for code := 1; code < 256; code += stride() {
				m.On(command, waveshare.Code(byte(code)))
				m.Glass.Lay(2, emu.Good)
				match, err := d.Verify(t.Context(), kept)
				if match.Same {
					t.Fatalf("command %02X answered %02X: finger 2 was taken for finger 1", command, code)
				}
				told, isCode := errors.AsType[finger.WaveshareCode](err)
				if err != nil && (!isCode || byte(told) != byte(code)) {
					t.Errorf("command %02X answered %02X: %v", command, code, err)
				}
				m.On(command)
				if err := d.Purge(t.Context()); err != nil {
					t.Fatalf("command %02X answered %02X: and then: %v", command, code, err)
				}
				if left := m.Left(); !slices.Contains([]string{"picture", "features"}, left[0]) || slices.Contains(left, "template") {
					t.Fatalf("command %02X answered %02X: left %q", command, code, left)
				}
			}
		}
	})
}

// TestWaveshareTellsNotWhy shows what an enrolment that fails at a later picture is
// told as: the module does not say whether the picture was poor or another finger's.
func TestWaveshareTellsNotWhy(t *testing.T) {
	pluggedWaveshare(t, func(t *testing.T, m *waveshare.Module, _ *line.Cable, d *finger.Waveshare) {
		enrol := func(of func(picture int) emu.Quality) error {
			_, err := d.Enrol(t.Context(), func(s drivers.EnrolStep) {
				if s.Ask == drivers.LayFinger {
					m.Glass.Lay(1, of(s.Number))
				} else {
					m.Glass.Lift()
				}
			})
			return err
		}
		first := enrol(func(int) emu.Quality { return emu.Wet })
		if !errors.Is(first, drivers.ErrPoorFinger) || errors.Is(first, drivers.ErrFingersDiffer) {
			t.Errorf("poor at once: %v", first)
		}
		second := enrol(func(n int) emu.Quality { return map[bool]emu.Quality{true: emu.Wet, false: emu.Good}[n == 2] })
		if !errors.Is(second, drivers.ErrPoorFinger) || !errors.Is(second, drivers.ErrFingersDiffer) {
			t.Errorf("poor later: %v", second)
		}
	})
}
