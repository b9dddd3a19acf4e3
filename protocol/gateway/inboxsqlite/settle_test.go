package inboxsqlite_test

import (
	"path/filepath"
	"testing"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// TestHeldThenSettled: a held request is listed until it is settled, its receipt
// stays, and what was checked about it is kept.
func TestHeldThenSettled(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "inbox.db"))
	held := record("k1", 1)
	held.Status, held.Level, held.Basis, held.From = request.StatusHeld, request.E1, gateway.BasisAttested, 5
	update(t, s, func(tx gateway.Tx) error { return tx.Insert(held, done) })
	list, err := s.Held(t.Context(), 10)
	if err != nil || len(list) != 1 || list[0].Level != request.E1 || list[0].Basis != gateway.BasisAttested || list[0].From != 5 {
		t.Fatalf("held: %v, %v", list, err)
	}
	update(t, s, func(tx gateway.Tx) error {
		r, err := tx.Record("k1", held.ID)
		if err != nil || string(r.Envelope) != "envelope" {
			t.Fatalf("record: %v, %v", r, err)
		}
		r.Status, r.Decision, r.Result = request.StatusRefused, "shown at the counter", []byte("result")
		return tx.Settle(r)
	})
	if list, err := s.Held(t.Context(), 10); err != nil || len(list) != 0 {
		t.Errorf("still held: %v, %v", list, err)
	}
	update(t, s, func(tx gateway.Tx) error {
		r, err := tx.Seqs("k1", []uint64{7, 1})
		if err != nil || len(r) != 1 || string(r[0].Result) != "result" || string(r[0].Receipt) != "receipt" || r[0].Decision == "" {
			t.Errorf("settled: %v, %v", r, err)
		}
		if r, err := tx.Record("k1", request.ID{9}); r != nil || err != nil {
			t.Errorf("a request that is not there: %v, %v", r, err)
		}
		return nil
	})
}

// TestJobs: a job is taken once in its time, comes again when it was not ended,
// and its newer form replaces it.
func TestJobs(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "inbox.db"))
	id := request.ID{1}
	take := func(now int64) (n int) {
		update(t, s, func(tx gateway.Tx) error {
			jobs, err := tx.TakeJobs(now, now+100, 10)
			n = len(jobs)
			return err
		})
		return n
	}
	update(t, s, func(tx gateway.Tx) error { return tx.PutJob(gateway.Job{Device: "k1", ID: id, Next: 10, Deadline: 50}) })
	for _, step := range []struct {
		now  int64
		want int
	}{{9, 0}, {10, 1}, {11, 0}, {110, 1}} {
		if n := take(step.now); n != step.want {
			t.Errorf("at %d: %d jobs", step.now, n)
		}
	}
	update(t, s, func(tx gateway.Tx) error {
		return tx.PutJob(gateway.Job{Device: "k1", ID: id, Tries: 1, Next: 300, Last: "not-today"})
	})
	if n := take(299); n != 0 {
		t.Errorf("%d jobs before their time", n)
	}
	update(t, s, func(tx gateway.Tx) error { return tx.DropJob("k1", id) })
	if n := take(1000); n != 0 {
		t.Errorf("%d jobs after their end", n)
	}
}

// TestFrozen: a frozen device is listed as that after opening again.
func TestFrozen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "inbox.db")
	s := open(t, file)
	frozen := gateway.Position{Contiguous: 3, Head: request.Digest{3}, Frozen: gateway.AlarmSeqReused, FrozenAt: 77}
	update(t, s, func(tx gateway.Tx) error { return tx.SetPosition("k1", frozen) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, file)
	list, err := s.Devices(t.Context())
	if err != nil || len(list) != 1 || list[0] != (gateway.Device{Name: "k1", Position: frozen}) {
		t.Errorf("devices: %v, %v", list, err)
	}
}
