package audit_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"motcua/daemon/audit"
)

// small writes a log of three segments, half of its last one unsigned. The
// process that wrote it was killed: nothing has signed the end.
func small(t *testing.T) *desk {
	d := newDesk(t)
	d.o.Segment = 4
	l := d.open()
	d.write(l, 8, 2)
	l = d.sign(l)
	d.write(l, 2, 1)
	snapshot(t, d, filepath.Join(filepath.Dir(d.dir), "copy"))
	d.close(l)
	d.dir = filepath.Join(filepath.Dir(d.dir), "copy")
	return d
}

func snapshot(t *testing.T, d *desk, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(d.dir)); err != nil {
		t.Fatal(err)
	}
}

// found tells whether who verifies the log notices.
func found(t *testing.T, d *desk) bool {
	t.Helper()
	got := d.report()
	return !got.Whole()
}

// TestEveryByte changes every byte of every file of a small log, one after the
// other: each change is found.
func TestEveryByte(t *testing.T) {
	d := small(t)
	d.whole()
	for _, name := range d.files() {
		content := d.read(name)
		f := d.edit(name)
		for i, was := range content {
			d.poke(f, i, was^1<<(i%8))
			if !found(t, d) {
				t.Errorf("%s: byte %d of %d is not found", name, i, len(content))
			}
			d.poke(f, i, was)
		}
	}
	d.whole()
}

// TestEveryTruncation cuts every file at every place. What the last checkpoint
// covers cannot be cut off unnoticed, and neither can an entry whose hash is there.
func TestEveryTruncation(t *testing.T) {
	d := small(t)
	want := d.whole()
	for _, name := range d.files() {
		content := d.read(name)
		f := d.edit(name)
		for i := len(content) - 1; i >= 0; i-- {
			if err := f.Truncate(int64(i)); err != nil {
				t.Fatal(err)
			}
			got := d.report()
			unsynced := name == "hashes" && i >= hashesSigned(want)
			lastHead := name == "checkpoints" // an earlier state of the file; who has the later checkpoint sees it
			if got.Whole() && !unsynced && !lastHead {
				t.Errorf("%s cut at %d of %d: not found", name, i, len(content))
			}
		}
		d.put(name, content)
	}
	d.whole()
}

// hashesSigned is how many bytes of hashes the last checkpoint rests on.
func hashesSigned(r audit.Report) int {
	n, count := int(r.Signed), 0
	for ; n > 0; n >>= 1 {
		count += n
	}
	return count * 32
}

// TestReordered puts every entry in the place of every other, takes each out, and
// doubles each.
func TestReordered(t *testing.T) {
	d := small(t)
	for _, name := range d.files() {
		if !strings.HasSuffix(name, ".log") {
			continue
		}
		content := d.read(name)
		head, frames := split(t, content)
		try := func(what string, changed [][]byte) {
			d.put(name, append(bytes.Clone(head), bytes.Join(changed, nil)...))
			if !found(t, d) {
				t.Errorf("%s: %s: not found", name, what)
			}
		}
		for i := range frames {
			try(fmt.Sprintf("without %d", i), slices.Delete(slices.Clone(frames), i, i+1))
			try(fmt.Sprintf("%d twice", i), slices.Insert(slices.Clone(frames), i, frames[i]))
			for j := range i {
				swapped := slices.Clone(frames)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				try(fmt.Sprintf("%d and %d exchanged", i, j), swapped)
			}
		}
		d.put(name, content)
	}
	d.whole()
}

// split takes a segment apart: its head, and the frames of its entries.
func split(t *testing.T, b []byte) (head []byte, frames [][]byte) {
	t.Helper()
	cut := func(b []byte) int { return 8 + int(binary.BigEndian.Uint32(b)&0x7fff) }
	n := 8 + cut(b[8:])
	head, b = b[:n], b[n:]
	for len(b) > 0 {
		n := cut(b)
		frames, b = append(frames, b[:n]), b[n:]
	}
	return head, frames
}

// TestWithoutFile takes every file away.
func TestWithoutFile(t *testing.T) {
	d := small(t)
	for _, name := range d.files() {
		content := d.read(name)
		if err := os.Remove(filepath.Join(d.dir, name)); err != nil {
			t.Fatal(err)
		}
		if name != "checkpoints" && !found(t, d) {
			t.Errorf("without %s: not found", name)
		}
		d.put(name, content)
	}
}
