package outbox_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"motcua/daemon/outbox"
)

const sector = 512

// torn are logs that a power cut may leave of one that is being written: each sector
// of what is new in it is there or is not. It gives each prefix, each with one
// missing, each that is alone, and some by the dice.
func torn(before, after []byte, yield func([]byte)) {
	var news []int // sectors that differ
	for at := 0; at < len(after); at += sector {
		if !bytes.Equal(before[at:at+sector], after[at:at+sector]) {
			news = append(news, at)
		}
	}
	dice := rand.New(rand.NewPCG(1, uint64(len(news))))
	mix := func(written func(n int) bool) {
		b := bytes.Clone(before)
		for n, at := range news {
			if written(n) {
				copy(b[at:at+sector], after[at:])
			}
		}
		yield(b)
	}
	for one := range news {
		mix(func(n int) bool { return n < one })
		mix(func(n int) bool { return n != one })
		mix(func(n int) bool { return n == one })
		mix(func(int) bool { return dice.IntN(2) == 0 })
		mix(func(int) bool { return dice.IntN(8) != 0 })
	}
}

// TestTornTransaction: a power cut leaves any part of the request that is being
// saved. That is no damage: the request, which nobody was told of, is gone, and
// everything before it is there.
func TestTornTransaction(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	s := openQueue(t, path, fixed())
	const requests = 14
	var logs [][]byte
	for n := range requests {
		log, err := os.ReadFile(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		logs = append(logs, log)
		if _, err := s.Enqueue(t.Context(), draft(n), seal(bodyOf(number(n), 200+n*900))); err != nil {
			t.Fatal(err)
		}
	}
	db, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for n := 1; n < requests-1; n++ {
		whole, err := outbox.ScanLog(logs[n])
		if err != nil {
			t.Fatal(err)
		}
		part := logs[n][:whole.Size()+64<<10] // and nothing beyond
		images := [][]byte{overlay(t, db, part), overlay(t, db, logs[n+1][:len(part)])}
		torn(part, logs[n+1][:len(part)], func(log []byte) {
			checked++
			if err := whole.Check(log, whole.Size()-1); err != nil {
				t.Errorf("request %d: %v", n, err)
			}
			if got := overlay(t, db, log); !bytes.Equal(got, images[0]) && !bytes.Equal(got, images[1]) {
				t.Errorf("request %d: neither as before nor as after it", n)
			}
		})
		if n%4 == 0 {
			openTorn(t, db, logs[n], logs[n+1], n)
		}
	}
	t.Logf("%d torn logs were read", checked)
	if checked < 1000 {
		t.Error("too few to say anything")
	}
}

func overlay(t *testing.T, db, log []byte) []byte {
	t.Helper()
	image, err := outbox.Overlay(db, log)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// openTorn opens a queue whose last request, of n before, is half written.
func openTorn(t *testing.T, db, before, after []byte, n int) {
	t.Helper()
	differ := 0
	for differ < len(after) && before[differ] == after[differ] {
		differ++
	}
	half := bytes.Clone(before)
	copy(half[:differ/sector*sector+4*sector], after)
	path := filepath.Join(t.TempDir(), "queue.db")
	if err := errors.Join(os.WriteFile(path, db, 0o600), os.WriteFile(path+"-wal", half, 0o600)); err != nil {
		t.Fatal(err)
	}
	s := openQueue(t, path, fixed())
	if stats, err := s.Stats(t.Context()); err != nil || stats.Open() != n {
		t.Errorf("%d of %d requests, %v", stats.Open(), n, err)
	}
}
