package finger_test

import (
	"encoding/hex"
	"slices"
	"testing"
	"testing/synctest"

	"motcua/drivers/emu/finger"
	"motcua/drivers/emu/gt521"
)

const gt521Yes = "55AA0100 00000000 3000 3001"

// TestGT521Datasheet enrols without a place, keeps the template, and verifies with it,
// byte by byte as the datasheet says; checksums were computed by hand.
func TestGT521Datasheet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := gt521.New()
		h := power(t, m)
		if info := h.expect(gt521Yes+"5AA5 0100 01101620", "55AA0100 01000000 0100 0201"); len(info) != 12+30 {
			t.Errorf("%d bytes of answer to Open", len(info))
		}
		m.Glass.Lay(1, finger.Good)
		h.expect("55AA0100 12100000 3000 5201", "55AA0100 00000000 2600 2601") // in the dark there is no finger
		h.expect(gt521Yes, "55AA0100 01000000 1200 1301")                      // light
		h.expect(gt521Yes, "55AA0100 00000000 2600 2601")
		h.expect("55AA0100 0B100000 3100 4C01", "55AA0100 00000000 2300 2301") // enrol before the start
		h.expect(gt521Yes, "55AA0100 FFFFFFFF 2200 1E05")
		var template []byte
		for n, enrol := range []string{"2300 2301", "2400 2401", "2500 2501"} {
			m.Glass.Lay(1, finger.Good)
			h.expect(gt521Yes, "55AA0100 01000000 6000 6101")
			template = h.expect(gt521Yes, "55AA0100 00000000"+enrol)
			if want := map[bool]int{true: 12 + 504, false: 12}[n == 2]; len(template) != want {
				t.Fatalf("%d bytes after picture %d, want %d", len(template), n+1, want)
			}
		}
		h.expect("55AA0100 00000000 3000 3001", "55AA0100 00000000 2000 2001") // the library is empty
		h.expect(gt521Yes, "55AA0100 0700FFFF 7100 7603")                      // template to place 7
		h.expect(gt521Yes, hex.EncodeToString(template[12:]))
		if left := m.Left(); !slices.Equal(left, []string{"library 7", "picture", "enrolment"}) {
			t.Errorf("left %q", left)
		}
		h.expect(gt521Yes, "55AA0100 07000000 5000 5701") // verify
		m.Glass.Lay(2, finger.Good)
		h.expect(gt521Yes, "55AA0100 00000000 6000 6001")
		h.expect("55AA0100 07100000 3100 4801", "55AA0100 07000000 5000 5701")
		h.expect(gt521Yes, "55AA0100 00000000 4100 4101")                      // delete all
		h.expect("55AA0100 0A100000 3100 4B01", "55AA0100 00000000 4100 4101") // nothing there
	})
}

// TestGT521HostileHost sends what no host should.
func TestGT521HostileHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := power(t, gt521.New())
		h.expect("55AA0100 06100000 3100 4701", "55AA0100 01000000 1200 1401") // wrong checksum
		h.expect("55AA0100 0E100000 3100 4F01", "55AA0100 00000000 7777 EE01") // no such command
		h.expect("", "5AA5 0100 0000")                                         // data that nobody asked for
		h.expect("55AA0100 03100000 3100 4401", "55AA0100 C8000000 7100 3902") // a place outside
		h.expect(gt521Yes, "00 55 55AA0100 01000000 1200 1301")
	})
}
