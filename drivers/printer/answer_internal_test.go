package printer

import (
	"strings"
	"testing"
)

// Answers as the ESC/POS Command Reference gives them, apart and together.
func TestDecode(t *testing.T) {
	for _, c := range []struct {
		said string
		want answer
		n    int
	}{
		{"", answer{}, 0},
		{"\x12", answer{kind: answerStatus, bits: 0x12}, 1},
		{"\x7E", answer{kind: answerStatus, bits: 0x7E}, 1},
		{"\x1A\x12", answer{kind: answerStatus, bits: 0x1A}, 1},
		{"\x00", answer{kind: answerTold, bits: 0}, 1},
		{"\x03", answer{kind: answerTold, bits: 3}, 1},
		{"\x0F", answer{kind: answerTold, bits: 0x0F}, 1},
		{"\x63", answer{kind: answerTold, bits: 0x63}, 1}, // bits 5 and 6 are not defined
		{"\x01", answer{}, 1},                             // sensors have two bits each
		{"\x37", answer{}, 0},
		{"\x37\x25", answer{}, 0},
		{"\x37\x25\x00", answer{kind: answerCleared}, 3},
		{"\x37\x25\x01", answer{}, 1},
		{"\x37\x12", answer{}, 1},
		{"\x5FTM-T20", answer{}, 0},
		{"\x5FTM-T20\x00\x12", answer{kind: answerIdentity, text: "TM-T20"}, 8},
		{"\x5F\x00", answer{kind: answerIdentity}, 2},
		{"\x5F a\x1B[31mb \x00", answer{kind: answerIdentity, text: "a[31mb"}, 11},
		{"\x5F" + strings.Repeat("x", maxIdentity+1), answer{}, 1},
		{"\x11", answer{}, 1}, // XON
		{"\x13", answer{}, 1}, // XOFF
		{"\x14\x00\x00\x00", answer{}, 1},
		{"\x55", answer{}, 1},
		{"\xFF", answer{}, 1},
	} {
		if a, n := decode([]byte(c.said)); a != c.want || n != c.n {
			t.Errorf("% X: got %+v of %d bytes, want %+v of %d", c.said, a, n, c.want, c.n)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x12\x00\x37\x25\x00\x5FTM-T20\x00\x12"))
	f.Add([]byte("\x5F"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) > 0 {
			a, n := decode(b)
			if n == 0 {
				if len(b) > maxIdentity {
					t.Fatalf("waits for more than %d bytes", len(b))
				}
				return
			}
			if n < 0 || n > len(b) {
				t.Fatalf("%d of %d bytes", n, len(b))
			}
			if strings.ContainsFunc(a.text, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Fatalf("an identity of %q", a.text)
			}
			b = b[n:]
		}
	})
}

// Every bit of DLE EOT 1 to 4.
func TestReport(t *testing.T) {
	fine := [4]byte{0x12, 0x12, 0x12, 0x12}
	with := func(n, bit int) [4]byte {
		b := fine
		b[n-1] |= 1 << bit
		return b
	}
	for _, c := range []struct {
		bits [4]byte
		want report
	}{
		{fine, report{}},
		{with(1, 2), report{}}, // the drawer's
		{with(1, 3), report{offline: true}},
		{with(1, 5), report{recovering: true}},
		{with(1, 6), report{feedButton: true}},
		{with(2, 2), report{coverOpen: true}},
		{with(2, 3), report{feeding: true}},
		{with(2, 5), report{paperStop: true}},
		{with(2, 6), report{failed: true}},
		{with(3, 2), report{recoverable: true}},
		{with(3, 3), report{cutter: true}},
		{with(3, 5), report{fatal: true}},
		{with(3, 6), report{passing: true}},
		{with(4, 2), report{paperLow: true}},
		{with(4, 3), report{paperLow: true}},
		{with(4, 5), report{paperOut: true}},
		{with(4, 6), report{paperOut: true}},
	} {
		if got := decodeReport(c.bits); got != c.want {
			t.Errorf("% X: got %+v, want %+v", c.bits, got, c.want)
		}
	}
}

func TestTroubleNamesItsCause(t *testing.T) {
	for _, c := range []struct {
		report report
		want   string
	}{
		{report{}, ""},
		{report{paperLow: true}, ""},
		{report{offline: true, passing: true, failed: true}, ""},
		{report{offline: true, feedButton: true}, ""},
		{report{offline: true, paperOut: true, paperStop: true}, "printer out of paper"},
		{report{offline: true, coverOpen: true, failed: true}, "printer cover open"},
		{report{offline: true, failed: true, cutter: true}, "device reports a defect: cutter blocked"},
		{report{offline: true, failed: true, fatal: true}, "device reports a defect: one that needs power off and on, or repair"},
		{report{offline: true, failed: true}, "device reports a defect: one that it does not name"},
	} {
		got := ""
		if err := c.report.trouble(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v: got %q, want %q", c.report, got, c.want)
		}
	}
}
