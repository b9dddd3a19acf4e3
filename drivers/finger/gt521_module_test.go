package finger_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
	emu "motcua/drivers/emu/finger"
	"motcua/drivers/emu/gt521"
	"motcua/drivers/emu/line"
	"motcua/drivers/finger"
)

// pluggedGT521 runs a story with a module on a line in memory, and its driver.
func pluggedGT521(t *testing.T, do func(t *testing.T, m *gt521.Module, c *line.Cable, d *finger.GT521)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := gt521.New()
		c, err := line.InMemory(m, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		do(t, m, c, openGT521(t, c, finger.GT521Options{}))
	})
}

func openGT521(t *testing.T, c *line.Cable, o finger.GT521Options) *finger.GT521 {
	t.Helper()
	port, err := c.Open()
	if err != nil {
		t.Fatal(err)
	}
	d, err := finger.OpenGT521(t.Context(), port, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() }) // some stories have closed it
	return d
}

func TestGT521SaysWhatItIs(t *testing.T) {
	pluggedGT521(t, func(t *testing.T, _ *gt521.Module, _ *line.Cable, d *finger.GT521) {
		want := drivers.Info{
			Class: drivers.ClassFinger, Vendor: "ADH-Tech", Model: "GT-511/521", Serial: "454D554C415445442047542D35323146",
			Firmware: "20161001", Port: "emulated line", Trust: drivers.TrustL0,
		}
		if got, err := d.Probe(t.Context()); err != nil || got != want {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

// TestGT521EveryCodeAtEveryCommand has a module refuse each command of a
// verification with each code. No answer but that of Verify may decide about a
// finger, and nothing may stay in the library.
func TestGT521EveryCodeAtEveryCommand(t *testing.T) {
	pluggedGT521(t, func(t *testing.T, m *gt521.Module, _ *line.Cable, d *finger.GT521) {
		kept := enrolled(t, &m.Glass, d)
		codes := []uint32{0, 1, 199, 0x0FFF, 0x1000, 0x1013, 0xFFFFFFFF}
		for c := uint32(0x1001); c <= 0x1012; c++ {
			codes = append(codes, c)
		}
		for _, command := range []uint16{0x01, 0x12, 0x20, 0x41, 0x50, 0x60, 0x71, 0xA55A} {
			for _, code := range codes {
				m.On(command, gt521.Code(code))
				m.Glass.Lay(2, emu.Good)
				match, err := d.Verify(t.Context(), kept)
				if match.Same {
					t.Fatalf("command %02X answered %04X: finger 2 was taken for finger 1", command, code)
				}
				told, isCode := errors.AsType[finger.GT521Code](err)
				if err != nil && (!isCode || uint32(told) != code) {
					t.Errorf("command %02X answered %04X: %v", command, code, err)
				}
				m.On(command)
				if err := d.Purge(t.Context()); err != nil {
					t.Fatalf("command %02X answered %04X: and then: %v", command, code, err)
				}
				if left := m.Left(); !slices.Contains([]string{"picture", "enrolment"}, left[0]) {
					t.Fatalf("command %02X answered %04X: left %q", command, code, left)
				}
			}
		}
		m.Glass.Lay(1, emu.Good)
		if match, err := d.Verify(t.Context(), kept); err != nil || !match.Same {
			t.Errorf("same %v, %v", match.Same, err)
		}
	})
}

// TestGT521Speeds opens modules at other speeds, with and without a power cut
// between, also one that no driver has closed.
func TestGT521Speeds(t *testing.T) {
	pluggedGT521(t, func(t *testing.T, m *gt521.Module, c *line.Cable, d *finger.GT521) {
		if m.Baud() != 57600 {
			t.Errorf("speed %d after opening", m.Baud())
		}
		for _, speed := range []int{115200, 19200, 9600} {
			for _, power := range []string{"kept", "lost", "left"} {
				if power == "left" { // as by a program that was killed
					c.Unplug()
					if err := c.Plug(); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
					m.Leave(115200)
					if m.Baud() != 115200 {
						t.Fatal("the module is not at the speed it was left at")
					}
				} else if err := d.Close(); err != nil {
					t.Fatal(err)
				}
				if power == "lost" {
					c.Restart()
				}
				d = openGT521(t, c, finger.GT521Options{Speed: speed})
				if m.Baud() != speed {
					t.Errorf("power %s: speed %d, want %d", power, m.Baud(), speed)
				}
			}
		}
		c.Restart()
		if _, err := d.Probe(t.Context()); err != nil {
			t.Errorf("power lost behind the driver's back: %v", err)
		}
	})
}

// TestGT521SparesItsFlash looks where templates are put: not always in the same
// place, and never beside another one.
func TestGT521SparesItsFlash(t *testing.T) {
	pluggedGT521(t, func(t *testing.T, m *gt521.Module, _ *line.Cable, d *finger.GT521) {
		kept := enrolled(t, &m.Glass, d)
		places := map[string]bool{}
		for range 5 {
			done := make(chan error)
			m.Glass.Lift()
			go func() {
				_, err := d.Verify(t.Context(), kept)
				done <- err
			}()
			time.Sleep(time.Second) // of the bubble: the template is there, and a finger is waited for
			places[m.Left()[0]] = true
			m.Glass.Lay(1, emu.Good)
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		if len(places) != 5 {
			t.Errorf("five templates in %d places", len(places))
		}
	})
}
