package nonces_test

import (
	"bytes"
	"encoding/binary"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/nonces"
	"motcua/protocol/request"
)

func fresh(from, n int) (all [][]byte) {
	for i := range n {
		all = append(all, binary.BigEndian.AppendUint64(make([]byte, 8), uint64(from+i)))
	}
	return all
}

func open(file string) *nonces.Pool {
	return nonces.Open(file, time.Now, slog.New(slog.DiscardHandler))
}

// drain takes all that there are.
func drain(p *nonces.Pool) (all [][]byte) {
	for {
		b, ok := p.Take()
		if !ok {
			return all
		}
		all = append(all, b)
	}
}

func TestPool(t *testing.T) {
	file := filepath.Join(t.TempDir(), "queue.db.nonces")
	until := time.Now().Add(time.Hour)
	p := open(file)
	if _, ok := p.Take(); ok || p.Wanted() != request.MaxNonces || !p.Low() {
		t.Fatalf("an empty pool wants %d", p.Wanted())
	}
	p.Add(fresh(0, 64), until)
	p.Add(fresh(0, 64), until) // a repeated answer
	p.Add([][]byte{{1, 2, 3}}, until)
	info, err := os.Stat(file)
	if err != nil || info.Mode() != 0o600 {
		t.Fatalf("the file's mode is %v, %v", info.Mode(), err)
	}
	seen := map[string]bool{}
	for i := range 70 {
		if i%7 == 3 {
			p = open(file) // kioskd is killed and starts again
		}
		b, ok := p.Take()
		if ok != (i < 64) || seen[string(b)] {
			t.Fatalf("take %d: %x, %v, seen before: %v", i, b, ok, seen[string(b)])
		}
		seen[string(b)] = ok
		on, err := os.ReadFile(file)
		if err != nil || ok && bytes.Contains(on, b) {
			t.Fatalf("take %d: it is still in the file (%v)", i, err)
		}
	}
	for i := range 10 {
		p.Add(fresh(1000+64*i, 64), until)
	}
	if p.Wanted() != 0 || p.Low() || len(drain(open(file))) != nonces.Capacity {
		t.Errorf("a full pool wants %d", p.Wanted())
	}
}

// TestOver: nonces whose time is over are not used, and those that end first are
// used first.
func TestOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := open("")
		p.Add(fresh(0, 5), time.Now().Add(2*time.Hour))
		p.Add(fresh(10, 5), time.Now().Add(time.Hour))
		if b, ok := p.Take(); !ok || !bytes.Equal(b, fresh(10, 1)[0]) {
			t.Errorf("took %x", b)
		}
		time.Sleep(time.Hour)
		if got := drain(p); len(got) != 5 || !bytes.Equal(got[0], fresh(0, 1)[0]) {
			t.Errorf("%d are left after an hour", len(got))
		}
		p.Add(fresh(20, 5), time.Now())
		if got := drain(p); len(got) != 0 {
			t.Errorf("%d whose time was over at once", len(got))
		}
	})
}

// TestUnwritable: a nonce whose use cannot be noted is not used.
func TestUnwritable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	p := open(filepath.Join(dir, "nonces"))
	p.Add(fresh(0, 3), time.Now().Add(time.Hour))
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	if b, ok := p.Take(); ok {
		t.Fatalf("took %x", b)
	}
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	if got := drain(p); len(got) != 3 {
		t.Errorf("%d are left once it can be noted", len(got))
	}
}

// TestDamaged: a file that makes no sense is an empty pool, and is written anew.
func TestDamaged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nonces")
	for _, text := range []string{"", "nonsense", "{}", `{"version":2}`, `{"version":1,"nonces":[{"nonce":"AAAA"}]}`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p := open(file)
		if _, ok := p.Take(); ok {
			t.Errorf("%q holds a nonce", text)
		}
		p.Add(fresh(0, 1), time.Now().Add(time.Hour))
		if len(drain(open(file))) != 1 {
			t.Errorf("%q is not written anew", text)
		}
	}
}
