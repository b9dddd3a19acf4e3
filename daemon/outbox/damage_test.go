package outbox_test

import (
	"bytes"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"motcua/daemon/outbox"
	"motcua/protocol/fault"
)

// sound makes a small queue with requests in every state and returns its path and
// what is in it.
func sound(t *testing.T) (path string, want []outbox.Entry) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "queue.db")
	s := openQueue(t, path, fixed())
	for n := range 6 {
		put(t, s, draft(n))
	}
	if err := s.MarkSent(t.Context(), number(1), midnight()); err != nil {
		t.Fatal(err)
	}
	settle(t, s, number(2), "accepted")
	settle(t, s, number(3), "refused")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path, contents(t, path)
}

// contents are the requests of sound, as a new process finds them.
func contents(t *testing.T, path string) (all []outbox.Entry) {
	t.Helper()
	s, err := outbox.Open(t.Context(), path, fixed())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := range 6 {
		all = append(all, get(t, s, number(n)))
	}
	return all
}

// copyTo copies the queue's files into a folder of their own, as change makes
// them.
func copyTo(t *testing.T, path, dir string, change func(name string, b []byte) []byte) string {
	t.Helper()
	for _, name := range []string{path, path + "-wal", path + ".reserve"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if name == path+".reserve" {
			b = nil
		} else {
			b = change(filepath.Base(name), b)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "queue.db")
}

// TestDamagedFile: files that are not what was written are refused, told as such
// in one line, and kept as they are.
func TestDamagedFile(t *testing.T) {
	path, _ := sound(t)
	for name, change := range map[string]func(file string, b []byte) []byte{
		"an envelope has another bit": func(_ string, b []byte) []byte { return flipIn(b, bodyOf(number(4), 1024)[100:200]) },
		"a settled one has, too":      func(_ string, b []byte) []byte { return flipIn(b, bodyOf(number(2), 1024)[100:200]) },
		"a receipt has another bit":   func(_ string, b []byte) []byte { return flipIn(b, []byte("receipt of accepted")) },
		"a state has another letter":  func(_ string, b []byte) []byte { return flipIn(b, []byte("refused")) },
		"pages are gone":              func(f string, b []byte) []byte { return cutDatabase(f, b, 8192) },
		"the end is gone":             func(f string, b []byte) []byte { return cutDatabase(f, b, len(b)/2) },
		"everything is gone":          func(_ string, b []byte) []byte { return nil },
		"it is something else":        func(_ string, b []byte) []byte { return bytes.Repeat([]byte("photo "), len(b)/6) },
	} {
		t.Run(name, func(t *testing.T) {
			changed := copyTo(t, path, t.TempDir(), change)
			before, err := os.ReadFile(changed)
			if err != nil {
				t.Fatal(err)
			}
			_, err = outbox.Open(t.Context(), changed, fixed())
			wantFault(t, err, outbox.ErrCorrupt, fault.QueueBroken)
			if text := err.Error(); bytes.ContainsRune([]byte(text), '\n') || !bytes.Contains([]byte(text), []byte("keep "+changed)) {
				t.Errorf("the error does not say what to do in one line: %v", err)
			}
			after, err := os.ReadFile(changed)
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file was changed, %v", err)
			}
		})
	}
}

// flipIn flips a bit in the middle of every place where the bytes are found.
func flipIn(b, what []byte) []byte {
	b = bytes.Clone(b)
	for at := 0; ; {
		i := bytes.Index(b[at:], what)
		if i < 0 {
			return b
		}
		at += i + len(what)/2
		b[at] ^= 4
	}
}

func cutDatabase(file string, b []byte, n int) []byte {
	if file == "queue.db" {
		return b[:n]
	}
	return nil // and no WAL to mend it
}

// TestEveryDamage flips bits all over the part of the file that is in use: each
// time either the queue is refused, or nothing that is in it has changed.
func TestEveryDamage(t *testing.T) {
	path, want := sound(t)
	plain, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused, harmless := 0, 0
	for i, page := range usedPages(plain, want) {
		for off := i % stride(97); off < pageSize; off += stride(97) {
			at := page*pageSize + off
			restore(t, path, plain, at, 1<<(off%8))
			if checkSame(t, path, want, at) {
				harmless++
			} else {
				refused++
			}
		}
	}
	restore(t, path, plain, 0, 0)
	t.Logf("%d flips were refused, %d changed nothing", refused, harmless)
	if refused == 0 {
		t.Error("nothing was refused")
	}
}

const pageSize = 4096

// restore writes the database as it was but for one flip, and makes its WAL void.
func restore(t *testing.T, path string, plain []byte, at int, flip byte) {
	t.Helper()
	b := bytes.Clone(plain)
	b[at] ^= flip
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	wal, err := os.OpenFile(path+"-wal", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = wal.WriteAt(make([]byte, 32), 0)
	if err := errors.Join(err, wal.Close()); err != nil {
		t.Fatal(err)
	}
}

// checkSame opens the queue: false when it is refused, true when it holds what is
// wanted; anything else is the error this test is about.
func checkSame(t *testing.T, path string, want []outbox.Entry, at int) bool {
	t.Helper()
	s, err := outbox.Open(t.Context(), path, fixed())
	if err != nil {
		if !errors.Is(err, outbox.ErrCorrupt) {
			t.Fatalf("byte %d: %v", at, err)
		}
		return false
	}
	for n := range want {
		e, err := s.Get(t.Context(), number(n))
		if diff := cmp.Diff(want[n], e); err != nil || diff != "" {
			t.Errorf("byte %d is wrong and nobody noticed: %v\n%s", at, err, diff)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return true
}

// usedPages are the pages that hold something of the requests, and the first.
func usedPages(b []byte, entries []outbox.Entry) []int {
	pages := []int{0}
	for page := 1; page < len(b)/pageSize; page++ {
		content := b[page*pageSize : (page+1)*pageSize]
		for _, e := range entries {
			if bytes.Contains(content, e.ID[:]) || bytes.Contains(content, e.Envelope[:64]) || len(e.Receipt) > 0 && bytes.Contains(content, e.Receipt) {
				pages = append(pages, page)
				break
			}
		}
	}
	return pages
}

// interrupted is the queue of a process that ended without closing it: its files
// as they are, everything that was saved being in the log.
func interrupted(t *testing.T) (path string, db, log []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "queue.db")
	openQueue(t, path, fixed()).Close()
	if out, err := role(t, "few", "OUTBOX_FILE="+path).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	db, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if log, err = os.ReadFile(path + "-wal"); err != nil {
		t.Fatal(err)
	}
	return path, db, log
}

// TestDamageByTruncation cuts the database, and then the log, at the borders of
// pages and beside them: the queue is refused, or nothing is missing.
func TestDamageByTruncation(t *testing.T) {
	path, want := sound(t)
	plain, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for n := range cuts(len(plain), pageSize, 97) {
		restore(t, path, plain, 0, 0)
		if err := os.Truncate(path, n); err != nil {
			t.Fatal(err)
		}
		if !checkSame(t, path, want, int(n)) {
			refused++
		}
	}
	restore(t, path, plain, 0, 0)
	path, db, log := interrupted(t)
	const frame = pageSize + 24
	for n := range cuts(min(len(log), 4<<20), frame, 97) {
		if err := errors.Join(os.WriteFile(path, db, 0o600), os.WriteFile(path+"-wal", log[:n], 0o600)); err != nil {
			t.Fatal(err)
		}
		_, err := outbox.Open(t.Context(), path, fixed())
		if wantFault(t, err, outbox.ErrCorrupt, fault.QueueBroken); !bytes.Contains([]byte(err.Error()), []byte("cut off")) {
			t.Errorf("a log of %d bytes: %v", n, err)
		}
		refused++
	}
	if err := errors.Join(os.Remove(path+"-wal"), os.WriteFile(path, db, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := outbox.Open(t.Context(), path, fixed()); !errors.Is(err, outbox.ErrCorrupt) {
		t.Errorf("a log that is gone: %v", err)
	}
	if err := errors.Join(os.WriteFile(path, db, 0o600), os.WriteFile(path+"-wal", log, 0o600)); err != nil {
		t.Fatal(err)
	}
	s := openQueue(t, path, fixed())
	if stats, err := s.Stats(t.Context()); err != nil || stats.Open() != fewRequests {
		t.Errorf("whole again: %d requests, %v", stats.Open(), err)
	}
	t.Logf("%d cuts were refused", refused)
}

// cuts are lengths below size: around the borders of units, of which only some
// are looked at unless all are wanted.
func cuts(size, unit, sample int) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for at := 0; at < size; at += unit * stride(sample) {
			for _, n := range []int{at - 1, at, at + 1} {
				if n >= 0 && n < size && !yield(int64(n)) {
					return
				}
			}
		}
	}
}

// TestLogMayGoAfterClosing: a queue that was closed needs no log.
func TestLogMayGoAfterClosing(t *testing.T) {
	path, want := sound(t)
	if err := os.Remove(path + "-wal"); err != nil {
		t.Fatal(err)
	}
	checkSame(t, path, want, 0)
}

// TestDamagedLog: what was saved last is still in SQLite's log when a process is
// killed. A bit that flips there is no torn write: the queue is refused, unless
// nothing but the very last request is lost, which cannot be told from one that
// was torn.
func TestDamagedLog(t *testing.T) {
	path, db, log := interrupted(t)
	last := bytes.LastIndex(log, bodyOf(number(fewRequests-1), 100+(fewRequests-1)*400)[:64])
	refused := 0
	for at := 0; at < last; at += stride(5003) {
		flipped := bytes.Clone(log)
		flipped[at] ^= 16
		if err := errors.Join(os.WriteFile(path, db, 0o600), os.WriteFile(path+"-wal", flipped, 0o600)); err != nil {
			t.Fatal(err)
		}
		s, err := outbox.Open(t.Context(), path, fixed())
		if errors.Is(err, outbox.ErrCorrupt) {
			refused++
			continue
		}
		if err != nil {
			t.Fatalf("byte %d: %v", at, err)
		}
		if stats, err := s.Stats(t.Context()); err != nil || stats.Open() < fewRequests-1 {
			t.Errorf("byte %d is wrong: %d of %d requests are left and nobody noticed", at, stats.Open(), fewRequests)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d flips were refused", refused)
	if refused == 0 {
		t.Error("nothing was refused")
	}
	if err := errors.Join(os.WriteFile(path, db, 0o600), os.WriteFile(path+"-wal", log, 0o600)); err != nil {
		t.Fatal(err)
	}
	s := openQueue(t, path, fixed())
	if stats, err := s.Stats(t.Context()); err != nil || stats.Open() != fewRequests {
		t.Errorf("undamaged: %d requests, %v", stats.Open(), err)
	}
}

// TestMissingFolder: the error names the path.
func TestMissingFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no", "queue.db")
	_, err := outbox.Open(t.Context(), path, fixed())
	if err == nil || !bytes.Contains([]byte(err.Error()), []byte(path)) {
		t.Errorf("got %v", err)
	}
}
