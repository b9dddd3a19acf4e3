package inboxsqlite_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/inboxsqlite"
	"motcua/protocol/request"
)

func open(t *testing.T, file string) *inboxsqlite.Store {
	t.Helper()
	s, err := inboxsqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func done(*gateway.Record) error { return nil }

func record(device string, seq uint64) *gateway.Record {
	return &gateway.Record{
		Device: device, ID: request.ID{byte(seq), byte(seq >> 8), 1}, Seq: seq, Digest: request.Digest{byte(seq)}, Service: "H01",
		Status: request.StatusAccepted, At: 1772411400000, Receipt: []byte("receipt"), Envelope: []byte("envelope"),
	}
}

func update(t *testing.T, s *inboxsqlite.Store, fn func(gateway.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// TestEverythingOrNothing: a transaction that fails undoes itself and nothing
// else, although others share its sync.
func TestEverythingOrNothing(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "inbox.db"))
	failed := errors.New("changed my mind")
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			err := s.Update(context.Background(), func(tx gateway.Tx) error {
				if err := tx.Insert(record(fmt.Sprintf("k%d", i), 1), done); err != nil {
					return err
				}
				if i%2 == 1 {
					return failed
				}
				return nil
			})
			if want := map[bool]error{true: failed}[i%2 == 1]; !errors.Is(err, want) {
				t.Errorf("%d: got %v", i, err)
			}
		})
	}
	wg.Wait()
	counts, err := s.Counts(t.Context())
	if err != nil || len(counts) != 1 || counts[0] != (gateway.Count{Service: "H01", Status: request.StatusAccepted, Count: 20}) {
		t.Errorf("got %v, %v", counts, err)
	}
}

// TestUniqueness: whatever a program does, the file refuses a second request with
// the id or the seq of another.
func TestUniqueness(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "inbox.db"))
	update(t, s, func(tx gateway.Tx) error { return tx.Insert(record("k1", 1), done) })
	update(t, s, func(tx gateway.Tx) error { return tx.Insert(record("k2", 1), done) })
	sameSeq, sameID := record("k1", 1), record("k1", 2)
	sameSeq.ID = request.ID{9}
	sameID.ID = record("k1", 1).ID
	for story, r := range map[string]*gateway.Record{"seq": sameSeq, "id": sameID} {
		if err := s.Update(t.Context(), func(tx gateway.Tx) error { return tx.Insert(r, done) }); err == nil {
			t.Errorf("two requests with one %s", story)
		}
	}
	update(t, s, func(tx gateway.Tx) error { return tx.Claim("H01", request.Digest{1}, "no-1") })
	if err := s.Update(t.Context(), func(tx gateway.Tx) error { return tx.Claim("H01", request.Digest{1}, "no-2") }); err == nil {
		t.Error("two requests with one business key")
	}
}

// TestSurvivesClosing: what was stored is there after opening again, for a reader
// beside the writer too.
func TestSurvivesClosing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "inbox.db")
	s := open(t, file)
	update(t, s, func(tx gateway.Tx) error {
		return errors.Join(
			tx.Insert(record("k1", 1), done), tx.SetPosition("k1", gateway.Position{Contiguous: 1, Head: request.Digest{1}}),
			tx.Claim("H01", request.Digest{7}, "no-1"), tx.Set("key", []byte("value")),
			tx.Raise(gateway.Alarm{Kind: gateway.AlarmChain, Device: "k1", Seq: 2}), tx.Raise(gateway.Alarm{Kind: gateway.AlarmChain, Device: "k1", Seq: 2}),
		)
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, file)
	update(t, s, func(tx gateway.Tx) error {
		near, err := tx.Near("k1", request.ID{}, 2)
		if err != nil || len(near) != 1 || near[0].ID != record("k1", 1).ID || string(near[0].Receipt) != "receipt" || near[0].Result != nil {
			t.Errorf("near: %v, %v", near, err)
		}
		if p, err := tx.Position("k1"); err != nil || p.Contiguous != 1 || p.Head != (request.Digest{1}) {
			t.Errorf("position: %v, %v", p, err)
		}
		if no, found, err := tx.Claimed("H01", request.Digest{7}); err != nil || !found || no != "no-1" {
			t.Errorf("claimed: %q, %v", no, err)
		}
		if value, found, err := tx.Get("key"); err != nil || !found || string(value) != "value" {
			t.Errorf("state: %q, %v", value, err)
		}
		if _, found, err := tx.Get("another"); err != nil || found {
			t.Errorf("state of another key: %v, %v", found, err)
		}
		return nil
	})
	reader, err := inboxsqlite.OpenReader(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	if alarms, err := reader.Alarms(t.Context()); err != nil || len(alarms) != 1 || alarms[0].Times != 2 {
		t.Errorf("alarms: %v, %v", alarms, err)
	}
	if err := reader.Update(t.Context(), func(gateway.Tx) error { return nil }); !errors.Is(err, inboxsqlite.ErrClosed) {
		t.Errorf("a reader writes: %v", err)
	}
}

// TestRefusedFiles: a file that is no inbox, or is not there, is told as that.
func TestRefusedFiles(t *testing.T) {
	dir := t.TempDir()
	if _, err := inboxsqlite.Open(t.Context(), filepath.Join(dir, "no", "such", "folder", "inbox.db")); err == nil {
		t.Error("a file in a folder that is not there opens")
	}
	if _, err := inboxsqlite.OpenReader(t.Context(), filepath.Join(dir, "none.db")); err == nil {
		t.Error("a file that is not there opens for reading")
	}
}

// TestCallerGivesUp: a caller that gives up before its turn changes nothing, and
// after closing nobody waits.
func TestCallerGivesUp(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "inbox.db"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	if err := s.Update(ctx, func(gateway.Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) || ran {
		t.Errorf("got %v, ran %v", err, ran)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(gateway.Tx) error { return nil }); !errors.Is(err, inboxsqlite.ErrClosed) {
		t.Errorf("after closing: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

// TestCloseWhileWriting: transactions that race with Close are answered, each
// with what became of it.
func TestCloseWhileWriting(t *testing.T) {
	file := filepath.Join(t.TempDir(), "inbox.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := inboxsqlite.Open(context.Background(), file)
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		stored := 0
		for i := range 30 {
			go func() {
				err := s.Update(context.Background(), func(tx gateway.Tx) error { return tx.Insert(record("k", uint64(i+1)), done) })
				if err != nil && !errors.Is(err, inboxsqlite.ErrClosed) {
					t.Error(err)
				}
				if err == nil {
					mu.Lock()
					stored++
					mu.Unlock()
				}
			}()
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		reader, err := inboxsqlite.OpenReader(context.Background(), file)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = reader.Close() }()
		counts, err := reader.Counts(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, c := range counts {
			total += c.Count
		}
		if total != stored {
			t.Errorf("%d are in the file, %d were told so", total, stored)
		}
	})
}
