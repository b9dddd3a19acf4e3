package outbox_test

import (
	"bytes"
	"encoding/binary"
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

// TestDamagedBits flips bits all over the part of the file that is in use: each time
// either the queue is refused, or nothing that is in it has changed. What a test in
// memory says of it, such as TestEveryBit, is what an opening says.
func TestDamagedBits(t *testing.T) {
	path, want := sound(t)
	plain, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused, harmless := 0, 0
	for i, page := range usedPages(plain, want) {
		for off := i % 97; off < pageSize; off += 97 {
			at := page*pageSize + off
			restore(t, path, plain, at, 1<<(off%8))
			same := checkSame(t, path, want, at)
			if same {
				harmless++
			} else {
				refused++
			}
			if at >= headerSize && judge(t, overlay(t, flip(plain, at, 1<<(off%8)), nil), want, "byte", at) != same {
				t.Errorf("byte %d: memory and disk do not agree, on the disk it is %v that nothing changed", at, same)
			}
		}
	}
	restore(t, path, plain, 0, 0)
	t.Logf("%d flips were refused, %d changed nothing", refused, harmless)
	if refused == 0 {
		t.Error("nothing was refused")
	}
}

const (
	pageSize   = 4096
	headerSize = 100
	walHeader  = 32
	frameSize  = 24 + pageSize
)

func flip(b []byte, at int, bits byte) []byte {
	b = bytes.Clone(b)
	b[at] ^= bits
	return b
}

// TestDamagedHeader flips bits of the database's header, which is looked at before
// SQLite opens it, when everything is in the database and when its log counts.
func TestDamagedHeader(t *testing.T) {
	closed, want := sound(t)
	used, db, log := interrupted(t)
	plain, err := os.ReadFile(closed)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for bit := 0; bit < 8*headerSize; bit += stride(9) {
		restore(t, closed, plain, bit/8, 1<<(bit%8))
		if !checkSame(t, closed, want, bit/8) {
			refused++
		}
		if err := errors.Join(os.WriteFile(used, flip(db, bit/8, 1<<(bit%8)), 0o600), os.WriteFile(used+"-wal", log, 0o600)); err != nil {
			t.Fatal(err)
		}
		if !checkCount(t, used, fewRequests, bit/8) {
			refused++
		}
	}
	restore(t, closed, plain, 0, 0)
	if err := errors.Join(os.WriteFile(used, db, 0o600), os.WriteFile(used+"-wal", log, 0o600)); err != nil {
		t.Fatal(err)
	}
	if !checkSame(t, closed, want, 0) || !checkCount(t, used, fewRequests, 0) {
		t.Error("a queue that is whole is refused")
	}
	t.Logf("%d flips were refused", refused)
}

// checkCount opens a queue: false when it is refused, true when it has as many
// requests as it should.
func checkCount(t *testing.T, path string, want, at int) bool {
	t.Helper()
	s, err := outbox.Open(t.Context(), path, fixed())
	if err != nil {
		if !errors.Is(err, outbox.ErrCorrupt) {
			t.Errorf("byte %d: %v", at, err)
		}
		return false
	}
	if stats, err := s.Stats(t.Context()); err != nil || stats.Open() != want {
		t.Errorf("byte %d is wrong: %d of %d requests are left and nobody noticed, %v", at, stats.Open(), want, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return true
}

// restore writes the database as it was but for one flip, and makes its WAL void.
func restore(t *testing.T, path string, plain []byte, at int, bits byte) {
	t.Helper()
	if err := os.WriteFile(path, flip(plain, at, bits), 0o600); err != nil {
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
			t.Errorf("byte %d: %v", at, err)
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
	for n := range cuts(min(len(log), 4<<20), frameSize, 97) {
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
	if !checkCount(t, path, fewRequests, 0) {
		t.Error("a queue that is whole is refused")
	}
	t.Logf("%d cuts were refused", refused)
}

// cuts are lengths below size: around the borders of every so many units.
func cuts(size, unit, sample int) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for at := 0; at < size; at += unit * sample {
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
// killed. A bit that flips there is no torn write: the queue is refused.
func TestDamagedLog(t *testing.T) {
	path, db, log := interrupted(t)
	last := bytes.LastIndex(log, bodyOf(number(fewRequests-1), 100+(fewRequests-1)*400)[:64])
	var places []int
	for at := 0; at < last+pageSize/2; at += 5003 {
		places = append(places, at)
	}
	ends := commits(t, log)
	for _, frame := range ends[len(ends)-2:] { // behind which nobody follows, or one
		places = append(places, frame, frame+7, frame+8, frame+15, frame+16, frame+23, frame+24, frame+frameSize-1)
	}
	for _, at := range places {
		if err := errors.Join(os.WriteFile(path, db, 0o600), os.WriteFile(path+"-wal", flip(log, at, 16), 0o600)); err != nil {
			t.Fatal(err)
		}
		_, err := outbox.Open(t.Context(), path, fixed())
		if wantFault(t, err, outbox.ErrCorrupt, fault.QueueBroken); !bytes.Contains([]byte(err.Error()), []byte("log (WAL)")) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
	if err := errors.Join(os.WriteFile(path, db, 0o600), os.WriteFile(path+"-wal", log, 0o600)); err != nil {
		t.Fatal(err)
	}
	if !checkCount(t, path, fewRequests, 0) {
		t.Error("a queue that is whole is refused")
	}
}

// commits are where the last frames of transactions begin in a log.
func commits(t *testing.T, log []byte) (ends []int) {
	t.Helper()
	whole, err := outbox.ScanLog(log)
	if err != nil {
		t.Fatal(err)
	}
	for at := walHeader; at < whole.Size(); at += frameSize {
		if binary.BigEndian.Uint32(log[at+4:]) != 0 {
			ends = append(ends, at)
		}
	}
	return ends
}

// TestMissingFolder: the error names the path.
func TestMissingFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no", "queue.db")
	_, err := outbox.Open(t.Context(), path, fixed())
	if err == nil || !bytes.Contains([]byte(err.Error()), []byte(path)) {
		t.Errorf("got %v", err)
	}
}
