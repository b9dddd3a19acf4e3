package gt521_test

import (
	"bytes"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"motcua/drivers/emu/finger"
	"motcua/drivers/emu/gt521"
)

// host is a host that sends bytes and looks at what comes.
type host struct {
	t    *testing.T
	wire *io.PipeWriter
	said bytes.Buffer
}

func power(t *testing.T, m *gt521.Module) *host {
	heard, wire := io.Pipe()
	h := &host{t: t, wire: wire}
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Run(t.Context(), struct {
			io.Reader
			io.Writer
		}{heard, &h.said})
	}()
	t.Cleanup(func() {
		_ = wire.Close()
		<-done
	})
	return h
}

// expect sends bytes and compares how what comes begins.
func (h *host) expect(want, send string) []byte {
	h.t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(send, " ", ""))
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.wire.Write(b); err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	got := bytes.Clone(h.said.Bytes())
	h.said.Reset()
	if want = strings.ToLower(strings.ReplaceAll(want, " ", "")); !strings.HasPrefix(hex.EncodeToString(got), want) || want == "" && len(got) > 0 {
		h.t.Errorf("sent %q:\ngot  %x\nwant %s", send, got, want)
	}
	return got
}

const yes = "55AA0100 00000000 3000 3001"

// TestDatasheet enrols without a place, keeps the template, and verifies with it,
// byte by byte as the datasheet says; checksums were computed by hand.
func TestDatasheet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := gt521.New()
		h := power(t, m)
		if info := h.expect(yes+"5AA5 0100 01101620", "55AA0100 01000000 0100 0201"); len(info) != 12+30 {
			t.Errorf("%d bytes of answer to Open", len(info))
		}
		m.Glass.Lay(1, finger.Good)
		h.expect("55AA0100 12100000 3000 5201", "55AA0100 00000000 2600 2601") // in the dark there is no finger
		h.expect(yes, "55AA0100 01000000 1200 1301")                           // light
		h.expect(yes, "55AA0100 00000000 2600 2601")
		h.expect("55AA0100 0B100000 3100 4C01", "55AA0100 00000000 2300 2301") // enrol before the start
		h.expect(yes, "55AA0100 FFFFFFFF 2200 1E05")
		var template []byte
		for n, enrol := range []string{"2300 2301", "2400 2401", "2500 2501"} {
			m.Glass.Lay(1, finger.Good)
			h.expect(yes, "55AA0100 01000000 6000 6101")
			template = h.expect(yes, "55AA0100 00000000"+enrol)
			if want := map[bool]int{true: 12 + 504, false: 12}[n == 2]; len(template) != want {
				t.Fatalf("%d bytes after picture %d, want %d", len(template), n+1, want)
			}
		}
		h.expect("55AA0100 00000000 3000 3001", "55AA0100 00000000 2000 2001") // the library is empty
		h.expect(yes, "55AA0100 0700FFFF 7100 7603")                           // template to place 7
		h.expect(yes, hex.EncodeToString(template[12:]))
		if left := m.Left(); !slices.Equal(left, []string{"library 7", "picture", "enrolment"}) {
			t.Errorf("left %q", left)
		}
		h.expect(yes, "55AA0100 07000000 5000 5701") // verify
		m.Glass.Lay(2, finger.Good)
		h.expect(yes, "55AA0100 00000000 6000 6001")
		h.expect("55AA0100 07100000 3100 4801", "55AA0100 07000000 5000 5701")
		h.expect(yes, "55AA0100 00000000 4100 4101")                           // delete all
		h.expect("55AA0100 0A100000 3100 4B01", "55AA0100 00000000 4100 4101") // nothing there
	})
}

// TestHostileHost sends what no host should.
func TestHostileHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := power(t, gt521.New())
		h.expect("55AA0100 06100000 3100 4701", "55AA0100 01000000 1200 1401") // wrong checksum
		h.expect("55AA0100 0E100000 3100 4F01", "55AA0100 00000000 7777 EE01") // no such command
		h.expect("", "5AA5 0100 0000")                                         // data that nobody asked for
		h.expect("55AA0100 03100000 3100 4401", "55AA0100 C8000000 7100 3902") // a place outside
		h.expect(yes, "00 55 55AA0100 01000000 1200 1301")
	})
}
