package finger_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers"
	emu "motcua/drivers/emu/finger"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/r503"
	"motcua/drivers/finger"
)

// plugged runs a story with an R503 on a line in memory, and its driver.
func plugged(t *testing.T, o r503.Options, do func(t *testing.T, m *r503.Module, c *line.Cable, d *finger.R503)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := r503.New(o)
		c, err := line.InMemory(m, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		do(t, m, c, openR503(t, c, finger.R503Options{}))
	})
}

func openR503(t *testing.T, c *line.Cable, o finger.R503Options) *finger.R503 {
	t.Helper()
	d, err := tryR503(t, c, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() }) // some stories pull it
	return d
}

func tryR503(t *testing.T, c *line.Cable, o finger.R503Options) (*finger.R503, error) {
	t.Helper()
	port, err := c.Open()
	if err != nil {
		t.Fatal(err)
	}
	return finger.OpenR503(t.Context(), port, o)
}

// enrolled is a template of finger 1.
func enrolled(t *testing.T, g *emu.Glass, d drivers.FingerReader) drivers.Template {
	t.Helper()
	made, err := d.Enrol(t.Context(), func(s drivers.EnrolStep) {
		if s.Ask == drivers.LiftFinger {
			g.Lift()
		} else {
			g.Lay(1, emu.Good)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestR503SaysWhatItIs reads the name off the module.
func TestR503SaysWhatItIs(t *testing.T) {
	plugged(t, r503.R503, func(t *testing.T, m *r503.Module, _ *line.Cable, d *finger.R503) {
		want := drivers.Info{
			Class: drivers.ClassFinger, Vendor: "Grow", Model: "R503", Serial: "EMU00001", Firmware: "EMU 1.2.2",
			Port: "emulated line", Trust: drivers.TrustL0,
		}
		if got, err := d.Probe(t.Context()); err != nil || got != want {
			t.Errorf("got %+v, %v", got, err)
		}
		m.On(0x0F, r503.Fault{Kind: r503.FaultAddress})
		if _, err := d.Probe(t.Context()); !errors.Is(err, drivers.ErrProtocol) {
			t.Errorf("answered from another address: %v", err)
		}
		m.On(0x36, r503.Code(0x29))
		if got, err := d.Probe(t.Context()); !errors.Is(err, drivers.ErrDeviceFault) || got != want {
			t.Errorf("with a defective sensor: %+v, %v", got, err)
		}
	})
}

// TestR503EveryCodeAtEveryCommand has a module answer each command of an enrolment
// and a verification with each confirmation code. No answer but that of Match may
// decide about a finger, and nothing may stay.
func TestR503EveryCodeAtEveryCommand(t *testing.T) {
	plugged(t, r503.R503, func(t *testing.T, m *r503.Module, _ *line.Cable, d *finger.R503) {
		kept := enrolled(t, &m.Glass, d)
		for _, command := range []byte{0x01, 0x02, 0x03, 0x05, 0x08, 0x09, 0x0D, 0x1D, 0x28, 0x35, 0x3D} {
			for code := 1; code < 256; code += stride() {
				m.On(command, r503.Code(byte(code)))
				m.Glass.Lay(2, emu.Good)
				match, err := d.Verify(t.Context(), kept)
				if match.Same {
					t.Fatalf("command %02X answered %02X: finger 2 was taken for finger 1", command, code)
				}
				told, isCode := errors.AsType[finger.R503Code](err)
				if err != nil && (!isCode || byte(told) != byte(code)) {
					t.Errorf("command %02X answered %02X: %v", command, code, err)
				}
				m.On(command)
				if err := d.Purge(t.Context()); err != nil {
					t.Fatalf("command %02X answered %02X: and then: %v", command, code, err)
				}
				if left := m.Left(); len(left) > 0 {
					t.Fatalf("command %02X answered %02X: left %q", command, code, left)
				}
			}
		}
		m.Glass.Lay(1, emu.Good)
		if match, err := d.Verify(t.Context(), kept); err != nil || !match.Same {
			t.Errorf("same %v, %v", match.Same, err)
		}
	})
}

// TestR503Settings changes each, and opens the module anew with them.
func TestR503Settings(t *testing.T) {
	plugged(t, r503.R503, func(t *testing.T, m *r503.Module, c *line.Cable, d *finger.R503) {
		kept := enrolled(t, &m.Glass, d)
		steps := map[string]error{
			"speed":    d.SetBaud(t.Context(), 115200),
			"packet":   d.SetPacket(t.Context(), 32),
			"security": d.SetSecurity(t.Context(), 5),
			"address":  d.SetAddress(t.Context(), 7),
			"password": d.SetPassword(t.Context(), 4711),
		}
		for what, err := range steps {
			if err != nil {
				t.Errorf("setting the %s: %v", what, err)
			}
		}
		for what, err := range map[string]error{
			"speed": d.SetBaud(t.Context(), 12345), "packet": d.SetPacket(t.Context(), 100), "security": d.SetSecurity(t.Context(), 6),
		} {
			if !errors.Is(err, drivers.ErrRefused) {
				t.Errorf("setting a wrong %s: %v", what, err)
			}
		}
		if m.Baud() != 115200 {
			t.Errorf("the module's speed is %d", m.Baud())
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		c.Restart()
		for what, o := range map[string]finger.R503Options{
			"no password":   {Address: 7},
			"no address":    {Password: 4711},
			"another speed": {Address: 7, Password: 4711, Baud: 57600},
		} {
			if _, err := tryR503(t, c, o); err == nil || what == "no password" && !errors.Is(err, drivers.ErrRefused) {
				t.Errorf("opened with %s: %v", what, err)
			}
		}
		d = openR503(t, c, finger.R503Options{Address: 7, Password: 4711})
		for _, size := range []int{32, 64, 128, 256} {
			if err := d.SetPacket(t.Context(), size); err != nil {
				t.Fatal(err)
			}
			again := enrolled(t, &m.Glass, d)
			for finger, same := range map[emu.Finger]bool{1: true, 2: false} {
				for _, template := range []drivers.Template{kept, again} {
					m.Glass.Lay(finger, emu.Good)
					if match, err := d.Verify(t.Context(), template); err != nil || match.Same != same {
						t.Errorf("packets of %d, finger %d: same %v, %v", size, finger, match.Same, err)
					}
				}
			}
		}
	})
}

// TestR503ThatForgetsNothing has a module whose reset clears nothing: its template
// buffer is overwritten all the same; the rest is what no command reaches.
func TestR503ThatForgetsNothing(t *testing.T) {
	o := r503.R503
	o.ForgetsNothing = true
	plugged(t, o, func(t *testing.T, m *r503.Module, _ *line.Cable, d *finger.R503) {
		kept := enrolled(t, &m.Glass, d)
		m.Glass.Lay(1, emu.Good)
		if _, err := d.Verify(t.Context(), kept); err != nil {
			t.Fatal(err)
		}
		for _, place := range m.Left() {
			if place == "template" || strings.HasPrefix(place, "library") {
				t.Errorf("left in the module: %s", place)
			}
		}
	})
}

// TestR503Light checks the ring: it breathes while a finger is waited
// for, and is dark otherwise.
func TestR503Light(t *testing.T) {
	plugged(t, r503.R503, func(t *testing.T, m *r503.Module, _ *line.Cable, d *finger.R503) {
		waiting := make(chan error)
		go func() { waiting <- d.WaitFinger(t.Context(), true) }()
		time.Sleep(time.Second) // of the bubble
		if l := m.Light(); l != [4]byte{1, 0x80, 2, 0} {
			t.Errorf("while waiting: %v", l)
		}
		m.Glass.Lay(1, emu.Good)
		if err := <-waiting; err != nil {
			t.Fatal(err)
		}
		if l := m.Light(); l[0] != 4 {
			t.Errorf("afterwards: %v", l)
		}
		m.On(0x35, r503.Code(0xFC)) // a module without a ring
		m.Glass.Lay(1, emu.Good)
		if err := d.WaitFinger(t.Context(), true); err != nil {
			t.Errorf("without a ring: %v", err)
		}
	})
}

// TestNotAnR503 opens what never answers.
func TestNotAnR503(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := r503.New(r503.R503)
		c, err := line.InMemory(m, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := tryR503(t, c, finger.R503Options{Address: 1}); !errors.Is(err, drivers.ErrNoAnswer) {
			t.Errorf("got %v", err)
		}
		if _, err := tryR503(t, c, finger.R503Options{Pictures: 7}); err == nil {
			t.Error("an enrolment of 7 pictures was taken")
		}
		openR503(t, c, finger.R503Options{}) // the port was given back
	})
}
