package main

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/handover"
	"motcua/protocol/request"
)

// logbook is a device's audit log as it is carried.
type logbook struct {
	device *gatewaytest.Device
	id     request.ID
	stored []tlog.Hash
	leaves []byte
}

func newLogbook(t *testing.T, d *gatewaytest.Device) *logbook {
	t.Helper()
	id, err := request.NewID(time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &logbook{device: d, id: id}
}

// ReadHashes is that of tlog.HashReader.
func (l *logbook) ReadHashes(indexes []int64) (out []tlog.Hash, err error) {
	for _, x := range indexes {
		out = append(out, l.stored[x])
	}
	return out, nil
}

// grow adds n entries.
func (l *logbook) grow(t *testing.T, n int, what string) {
	t.Helper()
	for range n {
		leaf := tlog.Hash(sha256.Sum256([]byte(what)))
		hashes, err := tlog.StoredHashesForRecordHash(int64(len(l.leaves)/tlog.HashSize), leaf, l)
		if err != nil {
			t.Fatal(err)
		}
		l.stored = append(l.stored, hashes...)
		l.leaves = append(l.leaves, leaf[:]...)
	}
}

// carry lays the log into a folder, with a checkpoint of all of it and no way to
// that but the hashes.
func (l *logbook) carry(t *testing.T, dir string) {
	t.Helper()
	size := int64(len(l.leaves) / tlog.HashSize)
	root, err := tlog.TreeHash(size, l)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := envelope.SignCheckpoint(rand.Reader, request.Checkpoint{
		V: request.Version, Type: request.TypeCheckpoint, Device: l.device.Branch.Device, Log: l.id,
		Size: uint64(size), Root: request.Digest(root), At: time.Now().UnixMilli(),
	}, l.device.Key, l.device.Chain())
	if err != nil {
		t.Fatal(err)
	}
	b, err := request.Encode(request.Checkpoints{V: request.Version, Type: request.TypeCheckpoints, Signed: [][]byte{signed}})
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.MkdirAll(filepath.Join(dir, handover.AuditDir), 0o700),
		os.WriteFile(filepath.Join(dir, handover.CheckpointsName), b, 0o600),
		os.WriteFile(filepath.Join(dir, handover.LeavesName), l.leaves, 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
}

// TestImportAudit: an audit log is taken with requests and without, twice, and
// beside a gatewayd that runs; one that contradicts the centre is an alarm and an
// exit code.
func TestImportAudit(t *testing.T) {
	w := newWorld(t)
	d := w.fleet.Device(t, "k01")
	w.start(t)
	bring := func(want int, dir, says string) {
		t.Helper()
		var out, errs strings.Builder
		status := run(t.Context(), []string{"import", "-config", w.path("gatewayd.toml"), dir}, &out, &errs)
		if status != want || !strings.Contains(out.String()+errs.String(), says) {
			t.Errorf("import ended with %d: %s%s; want %d and %q", status, out.String(), errs.String(), want, says)
		}
	}
	l, alone := newLogbook(t, d), t.TempDir()
	l.grow(t, 300, "one")
	l.carry(t, alone)
	bring(exitOK, alone, "audit log of k01 up to entry 300, hashes up to entry 300\ncheckpoints new-log 1\n")
	bring(exitOK, alone, "checkpoints again 1\n")
	if _, err := os.Stat(filepath.Join(alone, handover.ReceiptsDir)); err == nil {
		t.Error("there are receipts, and there was no request")
	}
	lists := request.Export{
		V: request.Version, Type: request.TypeExport, ID: l.id, Device: "k01", At: time.Now().UnixMilli(), Last: 1, Head: request.Digest{1},
		Items: []request.Exported{{Seq: 1, Digest: request.Digest{1}}},
	}
	b, err := envelope.SignExport(rand.Reader, lists, d.Key, d.Chain())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(alone, handover.IndexName), b, 0o600); err != nil {
		t.Fatal(err)
	}
	bring(exitFail, alone, "k01 listed 1 requests, 1 are missing or not the same; the first is 1\n")

	forked := &logbook{device: d, id: l.id}
	forked.grow(t, 299, "one")
	forked.grow(t, 200, "two")

	l.grow(t, 1000, "one")
	both := carry(t, d.CheckIn(t, gatewaytest.Person(1), "internal"))
	l.carry(t, both)
	bring(exitOK, both, "accepted 1\naudit log of k01 up to entry 1300, hashes up to entry 1300\ncheckpoints continues 1\n")

	forked.grow(t, 2000, "two")
	forked.carry(t, alone)
	bring(exitFail, alone, "gatewayd: alarm audit-fork k01 seq 2499\n")
	if got := w.inbox(t); !strings.Contains(got, "alarm audit-fork k01 seq 2499") {
		t.Errorf("inbox:\n%s", got)
	}

	l.grow(t, 1, "one")
	l.carry(t, both)
	if err := os.Remove(filepath.Join(both, handover.LeavesName)); err != nil {
		t.Fatal(err)
	}
	bring(exitFail, both, "hashes up to entry 0\ncheckpoints gap 1\n")
	if err := os.WriteFile(filepath.Join(both, handover.CheckpointsName), []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	bring(exitFail, both, "reading the audit log: ")
}
