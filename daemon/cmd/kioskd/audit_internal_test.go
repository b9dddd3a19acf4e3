package main

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"motcua/daemon/audit"
	"motcua/daemon/session"
	"motcua/protocol/request"
)

// TestAnotherPersonIsSignedAtOnce: that a person is another than the card's is in a head of
// the log that the centre gets, and not only with the next five minutes' one.
func TestAnotherPersonIsSignedAtOnce(t *testing.T) {
	heads := make(chan request.Checkpoint, 8)
	book, err := audit.Open(filepath.Join(t.TempDir(), "audit"), audit.Options{
		Device: "demo-k01", Every: time.Hour,
		Sign:     func(p request.Checkpoint) ([]byte, error) { heads <- p; return []byte("signed"), nil },
		Verify:   func([]byte) (request.Checkpoint, error) { return request.Checkpoint{}, nil },
		Position: func() (uint64, request.Digest, error) { return 0, request.Digest{}, nil },
		Log:      slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	n := &notary{book: book, log: slog.New(slog.DiscardHandler)}
	for _, outcome := range []string{"same-person", "another-person"} {
		n.Note(session.Note{About: session.AboutComparison, Visit: "v-0000000000000001", Service: "S01", Outcome: outcome, Level: "E2"})
	}
	select {
	case p := <-heads:
		if p.Size != 3 { // with the log's own beginning
			t.Errorf("a head of %d entries", p.Size)
		}
	case <-time.After(time.Minute):
		t.Error("no head was signed")
	}
	if err := book.Close(); err != nil {
		t.Error(err)
	}
}
