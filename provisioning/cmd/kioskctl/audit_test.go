package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"motcua/daemon/audit"
	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// logBench is an audit log, its device's certificate and a checkpoint that was
// kept elsewhere.
type logBench struct {
	t      *testing.T
	dir    string
	device *gatewaytest.Device
	o      audit.Options
}

func newLogBench(t *testing.T) *logBench {
	t.Helper()
	b := &logBench{t: t, dir: t.TempDir(), device: gatewaytest.NewFleet(t, time.Now()).Device(t, "demo-k01")}
	b.o = audit.Options{
		Device: "demo-k01", Segment: 8,
		Sign: func(c request.Checkpoint) ([]byte, error) {
			return envelope.SignCheckpoint(rand.Reader, c, b.device.Key, b.device.Chain())
		},
		Verify:   func(signed []byte) (request.Checkpoint, error) { return audit.VerifyOwn(signed, b.device.Cert) },
		Position: func() (uint64, request.Digest, error) { return 0, request.Digest{}, nil },
	}
	b.write("device.pem", b.device.CertPEM())
	return b
}

func (b *logBench) path(name string) string { return filepath.Join(b.dir, name) }

func (b *logBench) write(name string, content []byte) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), content, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// grow writes readings of two visits, and keeps the checkpoint that would be sent.
func (b *logBench) grow(n int) {
	b.t.Helper()
	l, err := audit.Open(b.path("log"), b.o)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := range n {
		e := audit.Entry{Kind: audit.Card, Visit: []string{"v-000001", "v-000002"}[i%2], Outcome: "genuine", Level: "E2"}
		if err := l.Add(e); err != nil {
			b.t.Fatal(err)
		}
	}
	l.Sign()
	ctx, cancel := context.WithTimeout(b.t.Context(), 10*time.Second)
	defer cancel()
	signed, err := l.Next(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	b.write("checkpoint", signed)
	if err := l.Close(); err != nil {
		b.t.Fatal(err)
	}
}

// run runs a verb about the log, with the device's certificate.
func (b *logBench) run(want int, args ...string) string {
	b.t.Helper()
	var out bytes.Buffer
	args = append(args, "--log", b.path("log"), "--device-cert", b.path("device.pem"))
	if got := run(b.t.Context(), append([]string{"audit"}, args...), surroundings{stdout: &out, stderr: &out, now: time.Now}); got != want {
		b.t.Fatalf("audit %v: exit code %d, want %d\n%s", args, got, want, out.String())
	}
	return out.String()
}

// TestAuditVerbs: a log is checked, printed and proved; what was changed in it is
// found, each with its exit code.
func TestAuditVerbs(t *testing.T) {
	b := newLogBench(t)
	b.run(exitInternal, "verify") // there is none
	b.grow(20)
	if out := b.run(exitOK, "verify", "--checkpoint", b.path("checkpoint")); !strings.Contains(out, "21 entries, kept from 0 on") || !strings.Contains(out, "the log is whole") {
		t.Errorf("verify:\n%s", out)
	}
	if out := b.run(exitOK, "show", "--visit", "v-000002"); strings.Count(out, "\n") != 10 || strings.Contains(out, "v-000001") {
		t.Errorf("show:\n%s", out)
	}
	var p struct {
		N    int
		Path []string
	}
	if err := json.Unmarshal([]byte(b.run(exitOK, "proof", "7")), &p); err != nil || p.N != 7 || len(p.Path) == 0 {
		t.Errorf("proof: %+v, %v", p, err)
	}
	b.run(exitInternal, "proof", "21")
	b.run(exitUsage, "proof", "seven")
	b.run(exitUsage, "proof")

	name := b.path("log/0000000000000000.log")
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-5] ^= 1
	b.write("log/0000000000000000.log", content)
	if out := b.run(exitChanged, "verify"); !strings.Contains(out, "changed: 0000000000000000.log: entry 20 is damaged") {
		t.Errorf("verify:\n%s", out)
	}
	b.run(exitChanged, "show")
	b.run(exitChanged, "proof", "20")
}

// TestAuditExport: the verb writes what is there, without an index where it may not
// read the key, and tells damage by its exit code.
func TestAuditExport(t *testing.T) {
	b := newLogBench(t)
	export := func(want int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		args = append([]string{"audit", "export"}, append(args, "--log", b.path("log"))...)
		if got := run(t.Context(), args, surroundings{stdout: &out, stderr: &out, now: time.Now, rand: rand.Reader}); got != want {
			t.Fatalf("%v: exit code %d, want %d\n%s", args, got, want, out.String())
		}
		return out.String()
	}
	export(exitUsage)
	export(exitInternal, b.path("none"), "--no-index") // no log
	b.grow(20)
	if out := export(exitOK, b.path("stick"), "--no-index"); !strings.HasPrefix(out, "1 checkpoints of 21 entries written to ") || !strings.Contains(out, "without an index") {
		t.Errorf("export:\n%s", out)
	}
	if out := export(exitOK, b.path("other"), "--config", b.path("none.toml")); !strings.Contains(out, "the index is left out: ") {
		t.Errorf("export:\n%s", out)
	}
	if out := export(exitInternal, b.path("stick"), "--no-index"); !strings.Contains(out, "new folder") {
		t.Errorf("export:\n%s", out)
	}
	if err := os.Truncate(b.path("log/hashes"), 5*32); err != nil {
		t.Fatal(err)
	}
	if out := export(exitChanged, b.path("damaged"), "--no-index"); !strings.Contains(out, "the hash of entry 4 is gone") {
		t.Errorf("export:\n%s", out)
	}
}

// TestAuditLogOfAnother: a log that was written anew is whole in itself; the
// checkpoint that the centre kept tells.
func TestAuditLogOfAnother(t *testing.T) {
	b := newLogBench(t)
	b.grow(20)
	kept, err := os.ReadFile(b.path("checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(b.path("log")); err != nil {
		t.Fatal(err)
	}
	b.grow(20)
	b.write("kept", kept)
	b.run(exitOK, "verify")
	if out := b.run(exitChanged, "verify", "--checkpoint", b.path("kept")); !strings.Contains(out, "another log") {
		t.Errorf("verify:\n%s", out)
	}
	b.device = gatewaytest.NewFleet(t, time.Now()).Device(t, "demo-k01")
	b.write("device.pem", b.device.CertPEM())
	b.run(exitChanged, "verify") // signed by somebody else
}
