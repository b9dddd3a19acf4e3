package finger_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"testing/synctest"
)

// host is a host that sends a module bytes, in a synctest bubble, and looks at what
// comes. It knows no protocol.
type host struct {
	t    *testing.T
	wire *io.PipeWriter
	said bytes.Buffer
}

// power gives a module power until the test ends.
func power(t *testing.T, m interface {
	Run(context.Context, io.ReadWriter)
},
) *host {
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

// expect sends bytes and compares how that begins which comes at once; nothing is
// nothing. It gives all of it.
func (h *host) expect(want string, packets ...string) []byte {
	h.t.Helper()
	for _, p := range packets {
		b, err := hex.DecodeString(strings.ReplaceAll(p, " ", ""))
		if err != nil {
			h.t.Fatal(err)
		}
		if _, err := h.wire.Write(b); err != nil {
			h.t.Fatal(err)
		}
	}
	synctest.Wait()
	got := bytes.Clone(h.said.Bytes())
	h.said.Reset()
	if want = strings.ToLower(strings.ReplaceAll(want, " ", "")); !strings.HasPrefix(hex.EncodeToString(got), want) || want == "" && len(got) > 0 {
		h.t.Errorf("sent %q:\ngot  %x\nwant %s", packets, got, want)
	}
	return got
}
