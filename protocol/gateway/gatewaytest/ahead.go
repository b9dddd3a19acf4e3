package gatewaytest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// readAhead: what a transaction tells that it will ask for is answered as if it had
// not told, also after it has stored something itself.
func readAhead(t *testing.T, p place) {
	s := p.open(t)
	const many = 40
	update(t, s, func(tx gateway.Tx) (err error) {
		for i := range many {
			key := fmt.Sprint("even", 2*i)
			err = errors.Join(err, tx.Insert(Record("k1", uint64(i+1)), finished), tx.SetPosition(key, gateway.Position{Contiguous: uint64(i)}),
				tx.Claim("H01", request.Digest{byte(2 * i)}, key), tx.Set(key, []byte(key)), tx.Mark(gateway.Mark{Key: key, Value: []byte(key), Until: 9}, 0))
		}
		return errors.Join(err, tx.Insert(Record("k2", 5), finished), tx.Set("even0", nil))
	})
	ahead := []gateway.Look{{Device: "k1", ID: Record("k1", 1).ID, Seq: 5}, {Device: "k1", ID: Record("k1", 99).ID, Seq: 6}, {Device: "k1", Seq: many + 1}}
	for i := range 2 * many {
		key := fmt.Sprint("even", i)
		ahead = append(ahead, gateway.Look{Device: key, Service: "H01", Key: request.Digest{byte(i)}, State: []string{key}, Marks: []string{key, "another"}})
	}
	for story, ahead := range map[string][]gateway.Look{"asked one by one": nil, "read ahead": ahead} {
		err := s.Update(t.Context(), func(tx gateway.Tx) error {
			for i := range 2 * many {
				askFor(t, story, tx, i)
			}
			neighboursAhead(t, story, tx)
			return errUndo
		}, ahead...)
		if !errors.Is(err, errUndo) {
			t.Errorf("%s: %v", story, err)
		}
	}
}

var errUndo = errors.New("undone, so that the next one finds the same")

// askFor looks for what is there for even numbers only.
func askFor(t *testing.T, story string, tx gateway.Tx, i int) {
	t.Helper()
	there, key := i%2 == 0, fmt.Sprint("even", i)
	if p, err := tx.Position(key); err != nil || there && p.Contiguous != uint64(i/2) || !there && p != (gateway.Position{}) {
		t.Errorf("%s: position %d: %v, %v", story, i, p, err)
	}
	if no, found, err := tx.Claimed("H01", request.Digest{byte(i)}); err != nil || found != there || there && no != key {
		t.Errorf("%s: business key %d: %q, %v, %v", story, i, no, found, err)
	}
	if v, found, err := tx.Get(key); err != nil || found != there || there && i > 0 && string(v) != key {
		t.Errorf("%s: state %d: %q, %v, %v", story, i, v, found, err)
	}
	if m, found, err := tx.Marked(key, 9); err != nil || found != there || there && (string(m.Value) != key || m.Until != 9) || m.Key != key {
		t.Errorf("%s: mark %d: %+v, %v, %v", story, i, m, found, err)
	}
	if _, found, err := tx.Marked(key, 10); err != nil || found {
		t.Errorf("%s: mark %d after its time: %v, %v", story, i, found, err)
	}
}

// seqsOf are the places of records in their device's chain, in order.
func seqsOf(all []*gateway.Record) string {
	var seqs []uint64
	for _, r := range all {
		seqs = append(seqs, r.Seq)
	}
	slices.Sort(seqs)
	return strings.Trim(fmt.Sprint(seqs), "[]")
}

// neighboursAhead looks for records, and for those that the transaction adds.
func neighboursAhead(t *testing.T, story string, tx gateway.Tx) {
	t.Helper()
	next := Record("k1", 41)
	for _, step := range []struct {
		do   func() error
		id   request.ID
		seq  uint64
		want string
	}{
		{nil, Record("k1", 1).ID, 5, "1 4 5 6"},
		{nil, Record("k1", 99).ID, 6, "5 6 7"},
		{nil, request.ID{}, next.Seq, "40"},
		{func() error { return tx.Insert(next, finished) }, request.ID{}, next.Seq, "40 41"},
		{func() error { // in the database by now
			settled := *next
			settled.Status = request.StatusHeld
			return errors.Join(tx.Settle(&settled), tx.Insert(Record("k1", 42), finished))
		}, request.ID{}, next.Seq, "40 41 42"},
		{nil, next.ID, next.Seq, "40 41 42"},
	} {
		if step.do != nil {
			if err := step.do(); err != nil {
				t.Errorf("%s: %v", story, err)
			}
		}
		near, err := tx.Near("k1", step.id, step.seq)
		if got := seqsOf(near); err != nil || got != step.want {
			t.Errorf("%s: near %d: %s, want %s, %v", story, step.seq, got, step.want, err)
		}
		for _, r := range near {
			if want := Record("k1", r.Seq); r.ID != want.ID || r.Digest != want.Digest || r.Prev != want.Prev || r.ID == step.id && r.Receipt == nil {
				t.Errorf("%s: near %d: %+v", story, step.seq, r)
			}
		}
	}
	if r, err := tx.Record("k1", next.ID); err != nil || r == nil || r.Status != request.StatusHeld {
		t.Errorf("%s: the settled record: %v, %v", story, r, err)
	}
}
