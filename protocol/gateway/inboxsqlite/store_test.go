package inboxsqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/batch"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/gateway/inboxsqlite"
)

func done(*gateway.Record) error { return nil }

func open(t *testing.T, file string) *inboxsqlite.Store {
	t.Helper()
	s, err := inboxsqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestInbox: everything that the gateway relies on.
func TestInbox(t *testing.T) {
	gatewaytest.InboxSuite(t, gatewaytest.Inboxes{Place: func(t *testing.T) func(*testing.T) gatewaytest.ClosableInbox {
		file := filepath.Join(t.TempDir(), "inbox.db")
		return func(t *testing.T) gatewaytest.ClosableInbox { return open(t, file) }
	}})
}

// TestReader: a reader works beside the writer, and writes nothing.
func TestReader(t *testing.T) {
	file := filepath.Join(t.TempDir(), "inbox.db")
	s := open(t, file)
	err := s.Update(t.Context(), func(tx gateway.Tx) error {
		return tx.Raise(gateway.Alarm{Kind: gateway.AlarmChain, Device: "k1", Seq: 2})
	})
	if err != nil {
		t.Fatal(err)
	}
	reader, err := inboxsqlite.OpenReader(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	if alarms, err := reader.Alarms(t.Context()); err != nil || len(alarms) != 1 {
		t.Errorf("alarms: %v, %v", alarms, err)
	}
	if err := reader.Update(t.Context(), func(gateway.Tx) error { return nil }); !errors.Is(err, batch.ErrClosed) {
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
				err := s.Update(context.Background(), func(tx gateway.Tx) error { return tx.Insert(gatewaytest.Record("k", uint64(i+1)), done) })
				if err != nil && !errors.Is(err, batch.ErrClosed) {
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
