package outbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// FuzzOverlay: whatever database and log say of themselves, what is read of them
// stays within bounds, and reading it ends in a queue or in an error.
func FuzzOverlay(f *testing.F) {
	db, log := files(f)
	f.Add(db, log)
	f.Add(db, log[:len(log)/2])
	f.Add(db[:5000], log)
	f.Add(db, []byte{})
	huge := append([]byte(nil), log...)
	binary.BigEndian.PutUint32(huge[walHeader+4:], 1<<31)
	f.Add(db, huge)
	f.Fuzz(func(t *testing.T, db, log []byte) {
		image, err := overlay(bytes.Clone(db), log)
		if err != nil {
			return
		}
		r, err := openImage(context.Background(), image)
		if err != nil {
			return
		}
		defer r.Close()
		for e, err := range r.Entries(context.Background()) {
			if err == nil && e.Envelope != nil && sha256.Sum256(e.Envelope) != e.Digest {
				t.Errorf("request %d was taken for good", e.Seq)
			}
		}
		_, _ = r.Summary(context.Background(), time.Now())
	})
}

// files are a small queue's as they are while it is in use; the log's end, which
// holds nothing, is left out.
func files(f *testing.F) (db, log []byte) {
	f.Helper()
	path := filepath.Join(f.TempDir(), "queue.db")
	s, err := Open(context.Background(), path, Options{ReserveBytes: 1})
	if err != nil {
		f.Fatal(err)
	}
	defer s.Close()
	body := []byte("sealed")
	for n := range 3 {
		d := Draft{ID: [16]byte{1, byte(n)}, Service: "H01", ExpiresAt: time.Unix(1e9, 0)}
		if _, err := s.Enqueue(context.Background(), d, func(uint64, [32]byte) ([]byte, [32]byte, error) { return body, sha256.Sum256(body), nil }); err != nil {
			f.Fatal(err)
		}
	}
	if db, err = os.ReadFile(path); err != nil {
		f.Fatal(err)
	}
	if log, err = os.ReadFile(walName(path)); err != nil {
		f.Fatal(err)
	}
	return db[:16*4096], log[:walHeader+12*(frameHeader+4096)]
}
