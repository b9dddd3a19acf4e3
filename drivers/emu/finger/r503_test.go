package finger_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"motcua/drivers/emu/finger"
	"motcua/drivers/emu/r503"
)

const r503OK = "EF01 FFFFFFFF 07 0003 00 000A"

// TestR503Manual exchanges the packets that the R503's manual (v1.2.2) shows, with
// checksums computed by hand where it says "sum".
func TestR503Manual(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := r503.New(r503.R503)
		h := power(t, m)
		h.expect("55")
		h.expect(r503OK, "EF01 FFFFFFFF 01 0007 13 00000000 001B")
		h.expect("EF01 FFFFFFFF 07 0003 13 001D", "EF01 FFFFFFFF 01 0007 13 00000001 001C")
		h.expect("EF01 FFFFFFFF 07 0013 00 0004 0000 00C8 0003 FFFFFFFF 0002 0006 04ED", "EF01 FFFFFFFF 01 0003 0F 0013")
		h.expect("EF01 FFFFFFFF 07 0003 02 000C", "EF01 FFFFFFFF 01 0003 01 0005") // no finger
		h.expect("EF01 FFFFFFFF 07 0003 15 001F", "EF01 FFFFFFFF 01 0004 02 01 0008")
		m.Glass.Lay(1, finger.Dry)
		h.expect(r503OK, "EF01 FFFFFFFF 01 0003 01 0005")
		h.expect("EF01 FFFFFFFF 07 0003 07 0011", "EF01 FFFFFFFF 01 0003 28 002C") // poor
		m.Glass.Lay(1, finger.Good)
		h.expect(r503OK+r503OK, "EF01 FFFFFFFF 01 0003 28 002C", "EF01 FFFFFFFF 01 0004 02 01 0008")
		h.expect("EF01 FFFFFFFF 07 0003 0A 0014", "EF01 FFFFFFFF 01 0003 05 0009") // one picture does not merge
		m.Glass.Lay(1, finger.Good)
		h.expect(r503OK+r503OK+r503OK, "EF01 FFFFFFFF 01 0003 28 002C", "EF01 FFFFFFFF 01 0004 02 02 0009", "EF01 FFFFFFFF 01 0003 05 0009")
		h.expect(r503OK, "EF01 FFFFFFFF 01 0006 06 01 0005 0013")                          // store at 5
		h.expect("EF01 FFFFFFFF 07 0005 00 0001 000D", "EF01 FFFFFFFF 01 0003 1D 0021")    // one template
		h.expect(r503OK, "EF01 FFFFFFFF 01 0006 07 02 0005 0015")                          // load it
		h.expect("EF01 FFFFFFFF 07 0003 0B 0015", "EF01 FFFFFFFF 01 0006 06 01 0FFF 011C") // no such place
		h.expect("EF01 FFFFFFFF 07 0023 00 20"+strings.Repeat("00", 31)+"004A", "EF01 FFFFFFFF 01 0004 1F 00 0024")
		if left, want := m.Left(), []string{"library 5", "picture", "buffer 1", "buffer 2", "template"}; !slices.Equal(left, want) {
			t.Errorf("left %q, want %q", left, want)
		}
		h.expect(r503OK, "EF01 FFFFFFFF 01 0007 0C 0005 0001 001A") // delete it
		h.expect(r503OK, "EF01 FFFFFFFF 01 0003 0D 0011")           // and all others
		h.expect(r503OK+"55", "EF01 FFFFFFFF 01 0003 3D 0041")      // soft reset
		if left := m.Left(); len(left) > 0 {
			t.Errorf("left %q after a reset", left)
		}
		h.expect(r503OK, "EF01 FFFFFFFF 01 0007 35 01 80 02 00 00C0")
		h.expect(r503OK, "EF01 FFFFFFFF 01 0003 36 003A")
		h.expect(r503OK, "EF01 FFFFFFFF 01 0003 40 0044")
		h.expect("EF01 FFFFFFFF 07 0003 FC 0106", "EF01 FFFFFFFF 01 0003 77 007B")
	})
}

// TestR503HostileHost sends what no host should.
func TestR503HostileHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := power(t, r503.New(r503.R503))
		h.expect("55")
		h.expect("EF01 FFFFFFFF 07 0003 01 000B", "EF01 FFFFFFFF 01 0003 01 0006")    // wrong checksum
		h.expect("", "EF01 00000001 01 0003 01 0005")                                 // another module's
		h.expect("", "EF01 FFFFFFFF 02 0003 01 0006")                                 // data that nobody asked for
		h.expect("", "EF01 FFFFFFFF 01 FFFF")                                         // a length that cannot be
		h.expect("EF01 FFFFFFFF 07 0003 01 000B", "EF01 FFFFFFFF 01 0004 01 00 0006") // an argument too many
		h.expect(r503OK, "5555 EF EF01 FFFFFFFF 01 0003 40 0044")
	})
}

// TestR503PasswordAndAddress sets both: from then on nothing is answered elsewhere, and
// nothing before the password was verified.
func TestR503PasswordAndAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := power(t, r503.New(r503.R503))
		h.expect("55")
		h.expect(r503OK, "EF01 FFFFFFFF 01 0007 15 00000001 001E")
		h.expect("", "EF01 FFFFFFFF 01 0003 01 0005")
		h.expect("EF01 00000001 07 0003 00 000A", "EF01 00000001 01 0007 12 01020304 0024")
		h.expect("EF01 00000001 07 0003 21 002B", "EF01 00000001 01 0003 01 0005")
		h.expect("EF01 00000001 07 0003 00 000A", "EF01 00000001 01 0007 13 01020304 0025")
		h.expect("EF01 00000001 07 0003 02 000C", "EF01 00000001 01 0003 01 0005")
	})
}
