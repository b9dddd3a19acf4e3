package audit_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/daemon/audit"
	"motcua/protocol/fault"
)

// reopen opens a changed log with a hash for a signature, and tells what it found.
func reopen(t *testing.T, dir string) (audit.Notice, uint64) {
	t.Helper()
	l, err := audit.Open(dir, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Notice(), l.Size()
}

// quiet signs only at the end.
func quiet() audit.Options {
	o := quick("key")
	o.Segment, o.Entries, o.Every = 4, 1<<20, time.Hour
	return o
}

// written is a log of ten entries, of which the last two are not signed, as a
// process left it that was killed.
func written(t testing.TB) (files map[string][]byte) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "audit")
	for range 2 {
		l, err := audit.Open(dir, quiet())
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			if err := l.Add(audit.Entry{Kind: audit.Card, Outcome: "genuine"}); err != nil {
				t.Fatal(err)
			}
			if err := l.Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		files = contents(t, dir) // before the end is signed
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func contents(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if all[n.Name()], err = os.ReadFile(filepath.Join(dir, n.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// lay writes files into a new folder.
func lay(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "audit")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestOpenAfterCut: the last file of entries is cut at every place. With its
// hashes there, entries had been durable, and a cut is damage. Without those that
// are not signed, as after a power cut, the whole entries are kept, the torn one is
// cut off and told, and what is signed is never cut.
func TestOpenAfterCut(t *testing.T) {
	files := written(t)
	const last, signed = "0000000000000008.log", 5
	if len(files[last]) == 0 {
		t.Fatalf("the last segment is another: %v", len(files))
	}
	lost := bytes.Clone(files["hashes"])[:8*32] // of five entries: 5 + 2 + 1
	for cut := range len(files[last]) {
		changed := copyOf(files)
		changed[last] = changed[last][:cut]
		if n, _ := reopen(t, lay(t, changed)); n.Damage == nil {
			t.Errorf("cut at %d: not noticed", cut)
		}
		changed["hashes"] = lost
		n, size := reopen(t, lay(t, changed))
		head := cut < headerOf(t, files[last])
		switch {
		case head && n.Damage == nil:
			t.Errorf("without hashes, header cut at %d: not noticed", cut)
		case !head && (n.Damage != nil || size != 8):
			t.Errorf("without hashes, cut at %d: %d entries, %v", cut, size, n.Damage)
		case !head && cut > headerOf(t, files[last]) && n.Torn == 0:
			t.Errorf("without hashes, cut at %d: not told", cut)
		}
	}
}

func headerOf(t *testing.T, b []byte) int {
	head, _ := split(t, b)
	return len(head)
}

func copyOf(files map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	maps.Copy(out, files)
	return out
}

// TestOpenAfterChange: kioskd notices every changed byte of what it reads at a
// start, which is what is not signed yet and the last file; a new log begins, and
// names the old one's last checkpoint as far as that can be read.
func TestOpenAfterChange(t *testing.T) {
	files := written(t)
	for _, name := range []string{"0000000000000004.log", "0000000000000008.log", "checkpoints"} {
		for i := range files[name] {
			if name == "checkpoints" && i%8 != 0 { // each opening syncs the disk; kioskctl's reader sees every byte
				continue
			}
			changed := copyOf(files)
			changed[name] = bytes.Clone(files[name])
			changed[name][i] ^= 0x10
			n, _ := reopen(t, lay(t, changed))
			if n.Damage == nil || n.Kept == "" {
				t.Errorf("%s: byte %d: not noticed", name, i)
			}
			if name != "checkpoints" && (n.Prev == nil || n.Prev.Size != 5) {
				t.Errorf("%s: byte %d: the new log does not name the old one", name, i)
			}
		}
	}
}

// TestHole: a part of the last batch that was never written is what a power cut
// leaves; with a whole batch behind it, it is not.
func TestHole(t *testing.T) {
	files := written(t)
	const last = "0000000000000008.log"
	lost := bytes.Clone(files["hashes"])[:8*32]
	head, frames := split(t, files[last])
	if len(frames) != 1 {
		t.Fatalf("%d entries in the last segment", len(frames))
	}
	zeros := make([]byte, 512)
	for name, c := range map[string]struct {
		tail    [][]byte
		damaged bool
	}{
		"zeros":                    {[][]byte{zeros}, false},
		"zeros behind":             {[][]byte{frames[0], zeros}, false},
		"zeros, then one batch":    {[][]byte{zeros, frames[0]}, false},
		"zeros, then two batches":  {[][]byte{zeros, frames[0], frames[0]}, true},
		"noise":                    {[][]byte{bytes.Repeat([]byte{0xa5}, 300)}, true},
		"more than a batch writes": {[][]byte{make([]byte, 2<<20)}, true},
	} {
		changed := copyOf(files)
		changed["hashes"] = lost
		changed[last] = slices.Concat(head, bytes.Join(c.tail, nil))
		n, _ := reopen(t, lay(t, changed))
		if (n.Damage != nil) != c.damaged {
			t.Errorf("%s: %+v", name, n)
		}
	}
}

// TestPowerCutWhileReplacing: the old log had been moved, the new one not yet.
func TestPowerCutWhileReplacing(t *testing.T) {
	files := written(t)
	files["0000000000000004.log"] = nil
	dir := lay(t, files)
	n, _ := reopen(t, dir)
	if n.Prev == nil {
		t.Fatal("no link")
	}
	if err := os.Rename(dir, dir+".new"); err != nil {
		t.Fatal(err)
	}
	if n, size := reopen(t, dir); n.Damage != nil || size == 0 {
		t.Errorf("the new log was not taken up: %+v, %d entries", n, size)
	}
	r, err := audit.OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := r.Verify(quiet().Verify); !got.Whole() || got.Prev == nil || *got.Prev != *n.Prev {
		t.Errorf("%+v", got)
	}
}

// TestForeignKey: a log that another key signed is not gone on with.
func TestForeignKey(t *testing.T) {
	dir := lay(t, written(t))
	o := quiet()
	o.Verify = quick("other").Verify
	l, err := audit.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if n := l.Notice(); n.Damage == nil || n.Prev == nil {
		t.Errorf("%+v", n)
	}
}

// TestFailStop: after a failed sync nothing is written any more, whoever waits is
// told, and what had been durable before is there after a restart.
func TestFailStop(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "audit")
	bad := false
	o := audit.FailSync(quiet(), func() error {
		if bad {
			return errors.New("input/output error")
		}
		return nil
	})
	l, err := audit.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	add := func() error { return l.Add(audit.Entry{Kind: audit.Card, Outcome: "genuine"}) }
	if err := errors.Join(add(), l.Sync(t.Context())); err != nil {
		t.Fatal(err)
	}
	bad = true
	if err := add(); err != nil {
		t.Fatal(err)
	}
	if err := l.Sync(t.Context()); !errors.Is(err, audit.ErrBroken) || fault.CodeOf(err) != fault.AuditBroken {
		t.Errorf("waiting for the disk: %v", err)
	}
	bad = false
	if err := add(); !errors.Is(err, audit.ErrBroken) {
		t.Errorf("adding after that: %v", err)
	}
	if _, err := l.Next(context.Background()); !errors.Is(err, audit.ErrBroken) {
		t.Errorf("a checkpoint after that: %v", err)
	}
	if err := l.Close(); !errors.Is(err, audit.ErrBroken) {
		t.Errorf("closing: %v", err)
	}
	if n, size := reopen(t, dir); n.Damage != nil || size < 2 {
		t.Errorf("after a restart: %+v, %d entries", n, size)
	}
}

// TestNobodyInIt: an entry's bytes hold what was put in, in clear, and the shapes
// leave no room for a person.
func TestNobodyInIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "audit")
	l, err := audit.Open(dir, quiet())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Nguyễn Văn An", "NGUYEN VAN AN", "099090000001", "GD4990990000001", "01/02/1990 "} {
		for _, e := range []audit.Entry{
			{Kind: audit.Kind(text)},
			{Kind: audit.Card, Visit: text},
			{Kind: audit.Card, Service: text},
			{Kind: audit.Card, Officer: text},
			{Kind: audit.Card, Outcome: text},
			{Kind: audit.Card, Code: text},
			{Kind: audit.Card, Access: text},
			{Kind: audit.Card, Level: text},
			{Kind: audit.Card, Reasons: []string{text}},
		} {
			if l.Add(e) == nil {
				t.Errorf("%q was taken", text)
			}
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, b := range contents(t, dir) {
		if strings.Contains(string(b), "0990") {
			t.Errorf("%s holds a number", name)
		}
	}
}

// FuzzReader: a hostile folder is read to its end without harm, and never taken
// for a signed log that it is not.
func FuzzReader(f *testing.F) {
	files := written(f)
	const first = "0000000000000000.log"
	f.Add([]byte("motcuaA1"), []byte{}, []byte{})
	f.Add(files[first], files["hashes"], files["checkpoints"])
	f.Add(files[first], files["hashes"][:6*32], []byte{})
	f.Fuzz(func(t *testing.T, segment, hashes, heads []byte) {
		dir := lay(t, map[string][]byte{first: segment, "hashes": hashes, "checkpoints": heads})
		r, err := audit.OpenReader(dir)
		if err != nil {
			return
		}
		defer r.Close()
		got := r.Verify(quick("key").Verify)
		if got.Whole() && got.Signed > 0 && !bytes.Equal(heads, files["checkpoints"]) {
			t.Error("a log is whole that this key did not sign")
		}
		n := 0
		for _, err := range r.Entries {
			if err == nil {
				n++
			}
		}
		if got.Whole() && uint64(n) != got.Entries-got.First {
			t.Errorf("%d entries in a log of %d", n, got.Entries)
		}
		_, _ = r.Prove(0)
	})
}
