package audit_test

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"motcua/daemon/audit"
	"motcua/protocol/request"
)

// TestLog: entries survive closing and opening, in their order, and the head of
// the log is signed.
func TestLog(t *testing.T) {
	d := newDesk(t)
	l := d.open()
	d.write(l, 20, 3)
	l = d.sign(l)
	d.write(l, 5, 1)
	d.close(l)
	got := d.whole()
	if got.Entries != 26 || got.Signed != 26 || got.Checkpoints != 2 || got.Log != l.ID() || got.First != 0 {
		t.Errorf("got %+v", got)
	}
	if notice := d.open().Notice(); notice != (audit.Notice{}) {
		t.Errorf("opening a good log: %+v", notice)
	}
}

// TestEntriesKeepOut: what could be about a person is no entry.
func TestEntriesKeepOut(t *testing.T) {
	d := newDesk(t)
	l := d.open()
	for name, e := range map[string]audit.Entry{
		"a number":      {Kind: audit.Card, Outcome: "099090000001"},
		"a name":        {Kind: audit.Card, Outcome: "NGUYỄN THỊ MẪU"},
		"a sentence":    {Kind: audit.Card, Code: "not a code"},
		"a card number": {Kind: audit.Card, Reasons: []string{"DN4790990000001"}},
		"a visit":       {Kind: audit.Card, Visit: "099090000001"},
		"no kind":       {},
		"a link":        {Kind: audit.Card, Prev: &request.Link{}},
		"many reasons":  {Kind: audit.Card, Reasons: make([]string, 17)},
	} {
		if err := l.Add(e); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if l.Err() != nil {
		t.Errorf("the log broke over it: %v", l.Err())
	}
}

// TestSecondWriter: a log has one writer.
func TestSecondWriter(t *testing.T) {
	d := newDesk(t)
	d.open()
	if _, err := audit.Open(d.dir, d.o); !errors.Is(err, audit.ErrLocked) {
		t.Errorf("got %v", err)
	}
}

// TestRoots holds roots and proofs against tlog's own, for every size and entry.
func TestRoots(t *testing.T) {
	d := newDesk(t)
	l := d.open()
	d.write(l, 40, 7)
	d.close(l)
	r, err := audit.OpenReader(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, x := range at {
			out[i] = stored[x]
		}
		return out, nil
	})
	for n := range int64(41) {
		p, err := r.Prove(uint64(n))
		if err != nil {
			t.Fatal(err)
		}
		more, err := tlog.StoredHashes(n, p.Entry, read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(41, read)
	if got := d.whole().Root; err != nil || request.Digest(root) != got {
		t.Errorf("the root is %v, tlog says %v", got, root)
	}
	if _, err := r.Prove(41); !errors.Is(err, audit.ErrUnknown) {
		t.Errorf("an entry that is not there: %v", err)
	}
}

// TestProofOfAnother: a proof fits its entry and no other.
func TestProofOfAnother(t *testing.T) {
	d := newDesk(t)
	l := d.open()
	d.write(l, 10, 10)
	d.close(l)
	r, err := audit.OpenReader(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p, err := r.Prove(3)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*audit.Proof){
		"another place":   func(p *audit.Proof) { p.N = 4 },
		"another entry":   func(p *audit.Proof) { p.Entry[0] ^= 1 },
		"a shorter path":  func(p *audit.Proof) { p.Path = p.Path[1:] },
		"another root":    func(p *audit.Proof) { p.Root[0] ^= 1 },
		"beyond the tree": func(p *audit.Proof) { p.N = p.Size },
	} {
		q := p
		q.Entry = append([]byte(nil), p.Entry...)
		change(&q)
		if err := q.Check(); !errors.Is(err, audit.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRetention: old entries go once the log says so under a signature, their
// hashes stay, and so do the proofs about them.
func TestRetention(t *testing.T) {
	d := newDesk(t)
	d.o.Keep = 24 * time.Hour
	l := d.open()
	d.write(l, 30, 5)
	l = d.sign(l)
	d.pass(300 * 24 * time.Hour)
	d.write(l, 20, 5)
	d.close(l)
	got := d.whole()
	if got.First == 0 || got.First > 31 {
		t.Errorf("entries are kept from %d on", got.First)
	}
	r, err := audit.OpenReader(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for n := range got.Signed {
		p, err := r.Prove(n)
		if err != nil || (p.Entry == nil) != (n < got.First) {
			t.Errorf("entry %d: %v, %d bytes", n, err, len(p.Entry))
		}
	}
	if d.open().Notice() != (audit.Notice{}) {
		t.Error("the log does not go on after entries were dropped")
	}
}
