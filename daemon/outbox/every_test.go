package outbox_test

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"motcua/daemon/outbox"
)

// A file that is checked as a whole for each of its bits has to be small. This one
// has pages of 512 bytes, which SQLite uses like larger ones, and still all kinds of
// them.
const smallPage = 512

// smallQueue is the database of a queue that was closed, with requests in every
// state, and with space that holds nothing.
func smallQueue(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "queue.db")
	s := openQueue(t, path, fixed())
	for n := range 40 {
		d := draft(n)
		if _, err := s.Enqueue(t.Context(), d, seal(bodyOf(d.ID, 40+n*25))); err != nil {
			t.Fatal(err)
		}
		if n%4 == 3 {
			if err := s.Settle(t.Context(), d.ID, bodyOf(d.ID, n*25), "accepted"); err != nil {
				t.Fatal(err)
			}
		}
		if n%4 == 1 {
			if err := s.MarkSent(t.Context(), d.ID, midnight()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	shrink(t, path)
	db, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wantAllKinds(t, db)
	return db
}

// shrink gives a queue small pages, without its preallocated space but for a few.
func shrink(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(t.Context(), `pragma journal_mode=delete; pragma page_size=512; vacuum;
		create table pad (b blob); insert into pad values (zeroblob(4096)); drop table pad`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// wantAllKinds looks for pages of each kind that the format has.
func wantAllKinds(t *testing.T, db []byte) {
	t.Helper()
	const indexInner, tableInner, indexLeaf, tableLeaf = 2, 5, 10, 13
	kinds, trees := map[byte]int{}, 0
	for at := 0; at < len(db); at += smallPage {
		kind := db[at]
		if at == 0 {
			kind = db[100] // behind the header
		}
		kinds[kind]++
	}
	for _, kind := range []byte{indexInner, tableInner, indexLeaf, tableLeaf} {
		if kinds[kind] == 0 {
			t.Errorf("no page is of kind %d: %v", kind, kinds)
		}
		trees += kinds[kind]
	}
	free := int(binary.BigEndian.Uint32(db[36:]))
	if overflow := len(db)/smallPage - trees - free; free < 2 || overflow < 2 {
		t.Errorf("%d pages are free, %d hold the rest of long lines", free, overflow)
	}
}

// judge is what an opening would say of a database: false when it is refused, true
// when it holds what is wanted. Anything else is what these tests look for.
func judge(t *testing.T, image []byte, want []outbox.Entry, what string, at int) bool {
	t.Helper()
	got, err := outbox.CheckImage(t.Context(), image)
	if errors.Is(err, outbox.ErrCorrupt) {
		return false
	}
	if err != nil {
		t.Errorf("%s %d: %v", what, at, err)
	} else if !reflect.DeepEqual(got, want) {
		t.Errorf("%s %d is wrong and nobody noticed", what, at)
	}
	return true
}

// TestEveryBit flips one bit after the other of a database: each time it is refused,
// or nothing that is in it has changed.
func TestEveryBit(t *testing.T) {
	db, err := outbox.Overlay(smallQueue(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := outbox.CheckImage(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	refused, harmless := 0, 0
	for bit := 0; bit < 8*len(db) && !t.Failed(); bit += stride(197) {
		flipped := bytes.Clone(db)
		flipped[bit/8] ^= 1 << (bit % 8)
		if judge(t, flipped, want, "bit", bit) {
			harmless++
		} else {
			refused++
		}
	}
	t.Logf("%d requests in %d bytes: %d flips were refused, %d changed nothing", len(want), len(db), refused, harmless)
	if refused == 0 {
		t.Error("nothing was refused")
	}
}

// TestEveryLength cuts a database off at one length after the other.
func TestEveryLength(t *testing.T) {
	db, err := outbox.Overlay(smallQueue(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := outbox.CheckImage(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for n := 100; n < len(db); n += stride(61) {
		if !judge(t, bytes.Clone(db[:n]), want, "length", n) {
			refused++
		}
	}
	t.Logf("%d lengths were refused", refused)
	if refused == 0 {
		t.Error("nothing was refused")
	}
}

// usedLog is the log of a queue that is in use, after all that is ever written to
// one.
func usedLog(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "queue.db")
	s := openQueue(t, path, fixed())
	for n, size := range []int{100, 9000, 700, 1500, 40} {
		d := draft(n)
		if _, err := s.Enqueue(t.Context(), d, seal(bodyOf(d.ID, size))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.MarkSent(t.Context(), number(0), midnight()); err != nil {
		t.Fatal(err)
	}
	settle(t, s, number(1), "accepted")
	put(t, s, draft(5))
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// TestEveryBitOfLog: what was saved last is in SQLite's log when a process is
// killed. Whichever bit of it flips, the queue is refused.
func TestEveryBitOfLog(t *testing.T) {
	log := usedLog(t)
	s, err := outbox.ScanLog(log)
	if err != nil {
		t.Fatal(err)
	}
	transactions := len(commits(t, log))
	log = log[:s.Size()+3*pageSize] // some of what holds nothing behind it
	refused := 0
	for bit := 0; bit < 8*s.Size() && !t.Failed(); bit += stride(197) {
		log[bit/8] ^= 1 << (bit % 8)
		if err := s.Check(log, bit/8); !errors.Is(err, outbox.ErrCorrupt) {
			t.Errorf("bit %d is wrong and nobody noticed: %v", bit, err)
		}
		log[bit/8] ^= 1 << (bit % 8)
		refused++
	}
	t.Logf("%d transactions in %d bytes: %d flips were refused", transactions, s.Size(), refused)
	if transactions < 7 {
		t.Errorf("%d transactions are too few to say anything", transactions)
	}
}
