package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/handover"
	"motcua/protocol/request"
)

// carry lays messages into a folder as a kiosk does, named by their numbers.
func carry(t *testing.T, sent ...gatewaytest.Message) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, handover.RequestsDir), 0o700); err != nil {
		t.Fatal(err)
	}
	for n, m := range sent {
		if err := os.WriteFile(filepath.Join(dir, handover.RequestName(uint64(n)+1)), m.Bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestImport: requests that were carried to the centre by hand count as those that
// came over the network, once; their receipts are in the folder, the same each time.
func TestImport(t *testing.T) {
	w := newWorld(t)
	d := w.fleet.Device(t, "k01")
	first, second := d.CheckIn(t, gatewaytest.Person(1), "internal"), d.CheckIn(t, gatewaytest.Person(2), "internal")
	dir := carry(t, first, second)
	running := w.start(t) // works beside it
	k := connect(t, w, running.port, d)
	k.send(t, first)
	online := k.receipt(t)
	for range 2 {
		var out, errs strings.Builder
		if status := run(t.Context(), []string{"import", "-config", w.path("gatewayd.toml"), dir}, &out, &errs); status != exitOK || !strings.HasSuffix(out.String(), "accepted 2\n") {
			t.Fatalf("import ended with %d: %s%s", status, out.String(), errs.String())
		}
	}
	for n, m := range []gatewaytest.Message{first, second} {
		b, err := os.ReadFile(filepath.Join(dir, handover.ReceiptName(uint64(n)+1)))
		if err != nil {
			t.Fatal(err)
		}
		rc, err := envelope.VerifyReceipt(b, w.fleet.Roots, time.Now())
		if err != nil || rc.ID != m.Outer.ID || rc.Status != request.StatusAccepted {
			t.Errorf("receipt %d: %+v, %v", n+1, rc, err)
		}
		if n == 0 && string(b) != string(online) {
			t.Error("the request that had come before got another receipt")
		}
	}
	if got := w.inbox(t); got != "H01 accepted 2\n" {
		t.Errorf("inbox:\n%s", got)
	}
}

// TestImportHostile: what is no request gets no receipt, is told, and does not keep
// the others from theirs.
func TestImportHostile(t *testing.T) {
	w := newWorld(t)
	d := w.fleet.Device(t, "k01")
	good := d.CheckIn(t, gatewaytest.Person(1), "internal")
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"garbage":        func(t *testing.T, dir string) { put(t, dir, 7, []byte("not an envelope")) },
		"too long":       func(t *testing.T, dir string) { put(t, dir, 7, make([]byte, envelope.MaxEnvelope+1)) },
		"a bit flipped":  func(t *testing.T, dir string) { b := []byte(string(good.Bytes)); b[len(b)-5] ^= 1; put(t, dir, 7, b) },
		"another number": func(t *testing.T, dir string) { put(t, dir, 7, good.Bytes) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := carry(t, good)
			put(t, dir, 1, good.Bytes)
			spoil(t, dir)
			var out, errs strings.Builder
			status := run(t.Context(), []string{"import", "-config", w.path("gatewayd.toml"), dir}, &out, &errs)
			if status != exitFail || !strings.Contains(out.String(), "accepted 1\n") || !strings.Contains(errs.String(), "request 7: ") {
				t.Errorf("import ended with %d: %s%s", status, out.String(), errs.String())
			}
			if _, err := os.Stat(filepath.Join(dir, handover.ReceiptName(7))); err == nil {
				t.Error("it got a receipt")
			}
		})
	}
	for _, args := range [][]string{{"import"}, {"import", "-config", w.path("gatewayd.toml")}, {"import", "a", "b"}} {
		if status := run(t.Context(), args, &strings.Builder{}, &strings.Builder{}); status != exitUsage {
			t.Errorf("%v ended with %d", args, status)
		}
	}
	if status := run(t.Context(), []string{"import", "-config", w.path("gatewayd.toml"), t.TempDir()}, &strings.Builder{}, &strings.Builder{}); status != exitFail {
		t.Errorf("an empty folder: %d", status)
	}
}

func put(t *testing.T, dir string, seq uint64, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, handover.RequestName(seq)), b, 0o600); err != nil {
		t.Fatal(err)
	}
}
