package handover_test

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"motcua/daemon/audit"
	"motcua/protocol/envelope"
	folder "motcua/protocol/handover"
	"motcua/protocol/request"
	"motcua/provisioning/handover"
)

// logOf writes an audit log of a few entries, signed at each of its ends.
func (k *kiosk) logOf(t *testing.T, lives int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "audit")
	o := audit.Options{
		Device: "k01",
		Sign: func(c request.Checkpoint) ([]byte, error) {
			return envelope.SignCheckpoint(rand.Reader, c, k.device.Key, k.device.Chain())
		},
		Verify:   func(b []byte) (request.Checkpoint, error) { return audit.VerifyOwn(b, k.device.Cert) },
		Position: func() (uint64, request.Digest, error) { return 3, k.sent[2].Digest, nil },
	}
	for range lives {
		l, err := audit.Open(dir, o)
		if err == nil {
			err = errors.Join(l.Add(audit.Entry{Kind: audit.Start}), l.Add(audit.Entry{Kind: audit.Stop}), l.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// writeLog puts an audit log into a folder.
func writeLog(t *testing.T, log, dir string, from handover.Origin) (handover.WrittenLog, error) {
	t.Helper()
	r, err := audit.OpenReader(log)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return handover.WriteAudit(r, dir, from)
}

// TestExportAudit: checkpoints and hashes arrive as they were, beside requests or
// alone, and one index lists both.
func TestExportAudit(t *testing.T) {
	k := newKiosk(t)
	log := k.logOf(t, 3)
	alone := filepath.Join(t.TempDir(), "alone")
	for _, dir := range []string{k.export(t), alone} {
		w, err := writeLog(t, log, dir, k.origin())
		if err != nil || w != (handover.WrittenLog{Checkpoints: 3, Entries: 7, Signed: true}) {
			t.Fatalf("written: %+v, %v", w, err)
		}
		got, err := folder.Audit(os.DirFS(dir))
		if err != nil || len(got.Checkpoints) != 3 || len(got.Leaves) != 7 {
			t.Fatalf("%d checkpoints, %d hashes, %v", len(got.Checkpoints), len(got.Leaves), err)
		}
		last, _, err := envelope.VerifyCheckpoint(got.Checkpoints[2], k.fleet.Roots, time.Now())
		if err != nil || last.Size != 7 {
			t.Errorf("the last one: %+v, %v", last, err)
		}
		checkMissing(t, k, dir)
		index, _, err := folder.Missing(os.DirFS(dir), k.fleet.Roots, time.Now())
		if err != nil || index.Audit == nil || index.Audit.Root != last.Root || !got.Complete(*index.Audit) || (len(index.Items) == 2) == (dir == alone) {
			t.Errorf("index: %+v, %v", index, err)
		}
		if _, err := writeLog(t, log, dir, k.origin()); !errors.Is(err, fs.ErrExist) {
			t.Errorf("written into the same folder again: %v", err)
		}
	}
	// requests beside an audit log
	k.exportTo(t, alone)
	if index, _, err := folder.Missing(os.DirFS(alone), k.fleet.Roots, time.Now()); err != nil || index.Audit == nil || len(index.Items) != 2 {
		t.Errorf("index: %+v, %v", index, err)
	}
}

// TestExportAuditIncomplete: what was lost or changed on the way is noticed.
func TestExportAuditIncomplete(t *testing.T) {
	k := newKiosk(t)
	log := k.logOf(t, 3)
	for name, c := range map[string]struct {
		spoil      func(dir string) error
		unreadable bool
	}{
		"hashes cut off": {spoil: func(dir string) error { return os.Truncate(filepath.Join(dir, folder.LeavesName), 64) }},
		"hashes gone":    {spoil: func(dir string) error { return os.Remove(filepath.Join(dir, folder.LeavesName)) }},
		"half a hash":    {func(dir string) error { return os.Truncate(filepath.Join(dir, folder.LeavesName), 65) }, true},
		"checkpoints cut off": {func(dir string) error {
			return os.Truncate(filepath.Join(dir, folder.CheckpointsName), 600)
		}, true},
		"checkpoints gone": {func(dir string) error { return os.Remove(filepath.Join(dir, folder.CheckpointsName)) }, true},
		"others": {spoil: func(dir string) error {
			b, err := request.Encode(request.Checkpoints{V: 1, Type: request.TypeCheckpoints, Signed: [][]byte{{1}}})
			return errors.Join(err, os.WriteFile(filepath.Join(dir, folder.CheckpointsName), b, 0o600))
		}},
	} {
		dir := filepath.Join(t.TempDir(), "stick")
		if _, err := writeLog(t, log, dir, k.origin()); err != nil {
			t.Fatal(err)
		}
		if err := c.spoil(dir); err != nil {
			t.Fatal(err)
		}
		index, _, err := folder.Missing(os.DirFS(dir), k.fleet.Roots, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		got, err := folder.Audit(os.DirFS(dir))
		if (err != nil) != c.unreadable || err == nil && got.Complete(*index.Audit) {
			t.Errorf("%s: %d checkpoints, %d hashes, %v", name, len(got.Checkpoints), len(got.Leaves), err)
		}
	}
}

// TestExportAuditDamaged: a log whose hashes are not those that were signed is
// carried as far as it goes, and told.
func TestExportAuditDamaged(t *testing.T) {
	k := newKiosk(t)
	log := k.logOf(t, 3)
	name := filepath.Join(log, "hashes")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b[7*32] ^= 1 // the leaf of entry 4, behind the first checkpoint
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "stick")
	w, err := writeLog(t, log, dir, k.origin())
	if err != nil || !errors.Is(w.Damage, audit.ErrDamaged) || w.Checkpoints != 3 {
		t.Errorf("written: %+v, %v", w, err)
	}
	if got, err := folder.Audit(os.DirFS(dir)); err != nil || len(got.Leaves) != 5 || len(got.Checkpoints) != 3 {
		t.Errorf("%d checkpoints, %d hashes, %v", len(got.Checkpoints), len(got.Leaves), err)
	}
}

// TestExportOfAnother: a folder with another device's index is left alone, and a
// log without a checkpoint has nothing to carry.
func TestExportOfAnother(t *testing.T) {
	k := newKiosk(t)
	dir := k.export(t)
	other := k.origin()
	other.Key, other.Device = key{k.fleet.Device(t, "k02").Party}, "k02"
	if w, err := writeLog(t, k.logOf(t, 1), dir, other); err == nil {
		t.Errorf("written: %+v", w)
	}
	checkMissing(t, k, dir)
	if w, err := writeLog(t, t.TempDir(), filepath.Join(t.TempDir(), "stick"), k.origin()); err == nil {
		t.Errorf("written: %+v", w)
	}
}
