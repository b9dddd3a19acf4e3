package outbox_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"motcua/daemon/outbox"
	"motcua/protocol/fault"
)

var (
	kills = flag.Int("kills", 30, "how often a process that uses the queue is killed")
	every = flag.Bool("every", false, "damage the queue's files at every bit, which takes minutes")
)

// stride is the distance of places to be damaged: all of them, or a sample.
func stride(sample int) int {
	if *every {
		return 1
	}
	return sample
}

// TestMain lets this binary stand in for other processes: one that fills the
// queue until it is killed, one whose disk is full, one whose disk fails.
func TestMain(m *testing.M) {
	if play, found := roles()[os.Getenv("OUTBOX_ROLE")]; found {
		os.Exit(play())
	}
	os.Exit(m.Run())
}

// roles are what this binary can be instead of a test.
func roles() map[string]func() int {
	return map[string]func() int{"fill": fill, "few": few, "fullDisk": fullDisk, "badDisk": badDisk, "slowDisk": slowDisk}
}

// midnight is when the stories begin.
func midnight() time.Time { return time.Date(2025, 3, 10, 0, 0, 0, 0, time.UTC) }

// number makes ids and subjects that sort by n.
func number(n int) (id [16]byte) {
	binary.BigEndian.PutUint64(id[8:], uint64(n)+1)
	id[0] = 1
	return id
}

// bodyOf is the envelope that belongs to an id: anybody can tell whether it is
// the right one.
func bodyOf(id [16]byte, n int) []byte {
	b := make([]byte, n)
	for at := 0; at < n; at += 32 {
		id[1]++
		sum := sha256.Sum256(id[:])
		copy(b[at:], sum[:])
	}
	return b
}

func seal(body []byte) outbox.Seal {
	return func(uint64, [32]byte) ([]byte, [32]byte, error) { return body, sha256.Sum256(body), nil }
}

func draft(n int) outbox.Draft {
	return outbox.Draft{ID: number(n), Service: "H01", Class: 1, ExpiresAt: midnight().Add(8 * time.Hour)}
}

// fixed is the clock of tests that do not let time pass.
func fixed() outbox.Options {
	return outbox.Options{Now: midnight, ReserveBytes: 1 << 20}
}

// newQueue opens a queue in a folder of its own and checks all of it at the end.
func newQueue(t testing.TB, o outbox.Options) *outbox.Store {
	t.Helper()
	return openQueue(t, filepath.Join(t.TempDir(), "queue.db"), o)
}

func openQueue(t testing.TB, path string, o outbox.Options) *outbox.Store {
	t.Helper()
	s, err := outbox.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
		checkQueue(t, path)
	})
	return s
}

// checkQueue opens the queue once more, which checks every line of it.
func checkQueue(t testing.TB, path string) {
	s, err := outbox.Open(context.Background(), path, fixed())
	if err != nil {
		t.Errorf("after the test: %v", err)
		return
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}

// put saves request n with a body of its own.
func put(t testing.TB, s *outbox.Store, d outbox.Draft) outbox.Entry {
	t.Helper()
	e, err := s.Enqueue(t.Context(), d, seal(bodyOf(d.ID, 1024)))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func get(t testing.TB, s *outbox.Store, id [16]byte) outbox.Entry {
	t.Helper()
	e, err := s.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func settle(t testing.TB, s *outbox.Store, id [16]byte, status string) {
	t.Helper()
	if err := s.Settle(t.Context(), id, []byte("receipt of "+status), status); err != nil {
		t.Fatal(err)
	}
}

// wantFault checks the sentinel and the fault code of an error.
func wantFault(t testing.TB, err, want error, code fault.Code) {
	t.Helper()
	if !errors.Is(err, want) || fault.CodeOf(err) != code {
		t.Fatalf("got %v (%s), want %v (%s)", err, fault.CodeOf(err), want, code)
	}
}
