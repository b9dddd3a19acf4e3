package finger_test

import (
	"encoding/hex"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"motcua/drivers/emu/finger"
	"motcua/drivers/emu/waveshare"
)

// TestWaveshareManual enrols a user, keeps the template, and compares with it, byte by
// byte as the manual (V1.0) says; the checks were computed by hand.
func TestWaveshareManual(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := waveshare.New()
		h := power(t, m)
		h.expect("F5 2A 0E 3A 57 00 49 F5", "F5 2A 00 00 00 00 2A F5")
		h.expect("F5 2E 00 04 00 00 2A F5", "F5 2E 00 04 00 00 2A F5") // wait for four pictures
		h.expect("F5 2E 00 04 00 00 2A F5", "F5 2E 00 00 01 00 2F F5")
		h.expect("F5 09 00 00 00 00 09 F5", "F5 09 00 00 00 00 09 F5") // no users
		h.expect("", "F5 01 00 01 01 00 01 F5")                        // waits for a finger, and is deaf
		h.expect("", "F5 2A 00 00 00 00 2A F5")
		time.Sleep(2 * time.Second)
		h.expect("F5 01 00 00 08 00 09 F5") // in vain
		var template []byte
		for _, packets := range [][2]string{
			{"F5 01 00 01 01 00 01 F5", "F5 01 00 00 00 00 01 F5"},
			{"F5 02 00 01 01 00 02 F5", "F5 02 00 00 00 00 02 F5"},
			{"F5 06 00 00 00 00 06 F5", "F5 06 00 C4 00 00 C2 F5"},
		} {
			m.Glass.Lay(1, finger.Good)
			template = h.expect(packets[1], packets[0])
		}
		if len(template) != 8+196+3 {
			t.Fatalf("%d bytes of answer to the third picture", len(template))
		}
		if left := m.Left(); !slices.Equal(left, []string{"user 1", "picture", "features"}) {
			t.Errorf("left %q", left)
		}
		h.expect("F5 09 00 01 00 00 08 F5", "F5 09 00 00 00 00 09 F5")
		data := hex.EncodeToString(template[8:])
		h.expect("F5 44 00 00 00 00 44 F5", "F5 44 00 C4 00 00 80 F5", data)
		m.Glass.Lay(2, finger.Good)
		h.expect("F5 44 00 00 01 00 45 F5", "F5 44 00 C4 00 00 80 F5", data) // another finger
		m.Glass.Lay(1, finger.Dry)
		h.expect("F5 44 00 00 01 00 45 F5", "F5 44 00 C4 00 00 80 F5", data) // too poor: the same answer
		h.expect("F5 24 26 48 00 00 4A F5", "F5 24 00 00 00 00 24 F5")       // a picture
		h.expect("F5 05 00 00 00 00 05 F5", "F5 05 00 00 00 00 05 F5")
		h.expect("F5 31 00 00 05 00 34 F5", "F5 31 00 01 00 00 30 F5") // no such user
	})
}

// TestWaveshareHostileHost sends what no host should.
func TestWaveshareHostileHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := power(t, waveshare.New())
		h.expect("", "F5 2A 00 00 00 00 2B F5")                                       // wrong check
		h.expect("", "F5 7F 00 00 00 00 7F F5")                                       // no such command
		h.expect("F5 44 00 00 01 00 45 F5", "F5 44 00 01 00 00 45 F5", "F5 00 00 F5") // a template of one byte
		h.expect("F5 2A 0E 3A 57 00 49 F5", "00 F5 F5 2A 00 00 00 00 2A F5")
		h.expect("F5 02 00 00 01 00 03 F5", "F5 02 00 01 01 00 02 F5") // a second picture before the first
	})
}
