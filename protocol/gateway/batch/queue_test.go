package batch_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/batch"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// update is one transaction, and what became of it.
type update struct {
	ctx   context.Context // nil: one that does not end
	fn    func(gateway.Tx) error
	ahead []gateway.Look
	err   error
}

// runTogether runs updates as one batch, in their order: they wait behind one that
// takes its time.
func runTogether(t *testing.T, m *memory, updates ...*update) {
	t.Helper()
	runAfter(t, m, func() {}, updates...)
}

// runAfter does something while the updates wait.
func runAfter(t *testing.T, m *memory, meanwhile func(), updates ...*update) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		q := batch.NewQueue(m, len(updates))
		defer q.Close()
		first := make(chan struct{})
		go func() {
			if err := q.Update(context.Background(), func(gateway.Tx) error { <-first; return nil }); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		for _, u := range updates {
			if u.ctx == nil {
				u.ctx = context.Background()
			}
			go func() { u.err = q.Update(u.ctx, u.fn, u.ahead...) }()
			synctest.Wait()
		}
		meanwhile()
		close(first)
		synctest.Wait()
	})
}

func set(key, value string) *update {
	return &update{fn: func(tx gateway.Tx) error { return tx.Set(key, []byte(value)) }}
}

// TestOneFails: a transaction that fails undoes itself alone, with what it had in
// the database already, and gets its own error.
func TestOneFails(t *testing.T) {
	failed := errors.New("changed my mind")
	m := newMemory()
	m.claims[batch.BusinessKey{Service: "H01", Key: request.Digest{9}}] = "no-9"
	good, bad, other := set("a", "1"), &update{}, set("b", "2")
	bad.fn = func(tx gateway.Tx) error {
		return errors.Join(tx.Set("a", []byte("x")), tx.Raise(gateway.Alarm{}), failed)
	}
	taken := &update{fn: func(tx gateway.Tx) error { return tx.Claim("H01", request.Digest{9}, "no-1") }}
	runTogether(t, m, good, bad, taken, other)
	if good.err != nil || other.err != nil || !errors.Is(bad.err, failed) || !errors.Is(taken.err, errTaken) {
		t.Errorf("got %v, %v, %v, %v", good.err, bad.err, taken.err, other.err)
	}
	if m.state["a"] != "1" || m.state["b"] != "2" || m.raised != 0 || len(m.claims) != 1 {
		t.Errorf("stored: %+v", m.content)
	}
	if m.transactions != 3 {
		t.Errorf("%d transactions: the first, all together, each apart", m.transactions)
	}
}

// TestDatabaseFails: what the database cannot do, nobody is told to be done, and
// nothing is tried apart.
func TestDatabaseFails(t *testing.T) {
	full := errors.New("the disk is full")
	m := newMemory()
	m.commit = func() error {
		if m.transactions == 1 {
			return nil
		}
		return full
	}
	a, b := set("a", "1"), set("b", "2")
	runTogether(t, m, a, b)
	if !errors.Is(a.err, full) || !errors.Is(b.err, full) || len(m.state) != 0 || m.transactions != 2 {
		t.Errorf("got %v, %v after %d transactions: %v", a.err, b.err, m.transactions, m.state)
	}
}

// TestGivesUp: a transaction whose caller gives up while it waits is not run.
func TestGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	m := newMemory()
	gone, there := set("a", "1"), set("b", "2")
	gone.ctx = ctx
	runAfter(t, m, cancel, gone, there)
	if !errors.Is(gone.err, context.Canceled) || there.err != nil || len(m.state) != 1 || m.state["b"] != "2" {
		t.Errorf("got %v, %v: %v", gone.err, there.err, m.state)
	}
}

// TestSeesOthers: each transaction sees what those before it have added, although
// none of it is written yet.
func TestSeesOthers(t *testing.T) {
	m := newMemory()
	r := gatewaytest.Record("k1", 1)
	finished := 0
	adding := &update{fn: func(tx gateway.Tx) error {
		return errors.Join(tx.Insert(r, func(r *gateway.Record) error { finished++; r.Receipt = []byte("signed"); return nil }),
			tx.Claim("H01", request.Digest{1}, "no-1"), tx.SetPosition("k1", gateway.Position{Contiguous: 1}), tx.Set("a", []byte("1")))
	}}
	looking := &update{fn: func(tx gateway.Tx) error {
		near, err := tx.Near("k1", request.ID{}, 2)
		if err != nil || len(near) != 1 || near[0] != r {
			t.Errorf("near: %v, %v", near, err)
		}
		if found, err := tx.Record("k1", r.ID); err != nil || found != r {
			t.Errorf("record: %v, %v", found, err)
		}
		if no, found, err := tx.Claimed("H01", request.Digest{1}); err != nil || !found || no != "no-1" {
			t.Errorf("claimed: %q, %v, %v", no, found, err)
		}
		if p, err := tx.Position("k1"); err != nil || p.Contiguous != 1 {
			t.Errorf("position: %v, %v", p, err)
		}
		if v, found, err := tx.Get("a"); err != nil || !found || string(v) != "1" {
			t.Errorf("state: %q, %v, %v", v, found, err)
		}
		if len(m.records) != 0 || finished != 0 {
			t.Errorf("%d records are written", len(m.records))
		}
		return nil
	}}
	settling := &update{fn: func(tx gateway.Tx) error {
		settled := *r
		settled.Status = request.StatusHeld
		return tx.Settle(&settled)
	}}
	after := &update{fn: func(tx gateway.Tx) error {
		near, err := tx.Near("k1", r.ID, 1)
		if err != nil || len(near) != 1 || near[0].Status != request.StatusHeld || string(near[0].Receipt) != "signed" {
			t.Errorf("after settling: %v, %v", near, err)
		}
		return nil
	}}
	runTogether(t, m, adding, looking, settling, after)
	for _, u := range []*update{adding, looking, settling, after} {
		if u.err != nil {
			t.Error(u.err)
		}
	}
	if finished != 1 || len(m.records) != 1 || m.transactions != 2 {
		t.Errorf("%d records, finished %d times, in %d transactions", len(m.records), finished, m.transactions)
	}
}

// TestAhead: what the transactions of a batch will ask for is read at once, each
// thing once, and is read again for one that has to run by itself.
func TestAhead(t *testing.T) {
	m := newMemory()
	m.state["n"], m.claims[batch.BusinessKey{Service: "H01", Key: request.Digest{7}}] = "x", "no-7"
	m.records = append(m.records, gatewaytest.Record("k1", 1))
	failed := errors.New("changed my mind")
	one := func(seq uint64, err error) *update {
		r := gatewaytest.Record("k1", seq)
		return &update{
			ahead: []gateway.Look{{Device: "k1", ID: r.ID, Seq: seq, Service: "H01", Key: request.Digest{7}, State: []string{"n"}}},
			fn: func(tx gateway.Tx) error {
				near, _ := tx.Near("k1", r.ID, seq)
				no, found, _ := tx.Claimed("H01", request.Digest{7})
				n, _, _ := tx.Get("n")
				if err == nil && len(near) != 1 || !found || no != "no-7" || len(n) < 1 {
					t.Errorf("%d: near %v, claimed by %q, counted %q", seq, near, no, n)
				}
				return errors.Join(tx.Insert(r, func(*gateway.Record) error { return nil }), tx.Set("n", append(n, 'x')), err)
			},
		}
	}
	runTogether(t, m, one(2, nil), one(3, nil))
	if len(m.asked) != 1 || len(m.asked[0].Places) != 2 || len(m.asked[0].Claims) != 1 || len(m.asked[0].State) != 1 || len(m.asked[0].Positions) != 1 {
		t.Errorf("asked for %+v", m.asked)
	}
	m.asked = nil
	bad, good := one(9, failed), one(4, nil)
	runTogether(t, m, bad, good)
	if len(m.asked) != 3 || !errors.Is(bad.err, failed) || good.err != nil || len(m.records) != 4 || m.state["n"] != "xxxx" {
		t.Errorf("asked %d times: %v, %v, %d records, counted %s", len(m.asked), bad.err, good.err, len(m.records), m.state["n"])
	}
	if m.single != 0 {
		t.Errorf("%d things asked for by themselves", m.single)
	}
}

// TestClosed: a closed queue takes nothing, and closing twice is no fault.
func TestClosed(t *testing.T) {
	q := batch.NewQueue(newMemory(), 1)
	q.Close()
	q.Close()
	for _, closed := range []*batch.Queue{q, batch.Closed()} {
		if err := closed.Update(t.Context(), func(gateway.Tx) error { t.Error("it ran"); return nil }); !errors.Is(err, batch.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
}
