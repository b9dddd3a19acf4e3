package leases_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"motcua/daemon/leases"
	"motcua/protocol/request"
)

const (
	internal = "internal"
	priority = "internal-priority"
)

func open(file string) *leases.Pool {
	return leases.Open(file, []string{internal, priority}, time.Now, slog.New(slog.DiscardHandler))
}

// lent is the nth block of a queue, of today or so many days later.
func lent(queue string, n uint32, days int) request.Lease {
	d := time.Now().UTC().Add(7*time.Hour).AddDate(0, 0, days).Format("060102")
	return request.Lease{ID: fmt.Sprintf("%s-%s-%d", d, queue, n), Queue: queue, Day: d, Prefix: "A" + string(rune('A'+n-1)), From: (n-1)*50 + 1, To: n * 50}
}

// TestTake: numbers come in order, over the end of a block, each once, also after
// the program began anew.
func TestTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "queue.db.leases")
		p := open(file)
		if _, ok := p.Take(internal); ok {
			t.Error("a number of an empty pool")
		}
		p.Add([]request.Lease{lent(internal, 1, 0), lent(internal, 4, 0), lent(internal, 1, 0), lent("eye", 1, 0)})
		if n := p.Left(internal); n != 100 {
			t.Fatalf("%d numbers", n)
		}
		for i := range uint32(100) {
			if i%7 == 0 {
				p = open(file)
			}
			n, ok := p.Take(internal)
			want, prefix := i+1, "AA"
			if i >= 50 {
				want, prefix = 150+i-50+1, "AD"
			}
			if !ok || n.Number != want || n.Prefix != prefix || n.Shown != i%50+1 || n.Queue != internal || n.Lease == "" {
				t.Fatalf("the %dth: %+v, %v", i+1, n, ok)
			}
		}
		if n, ok := p.Take(internal); ok {
			t.Errorf("the 101st: %+v", n)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file: %v, %v", info.Mode(), err)
		}
	})
}

// TestTakeAtOnce: two who ask at the same moment get two numbers.
func TestTakeAtOnce(t *testing.T) {
	p := open("")
	p.Add([]request.Lease{lent(internal, 1, 0)})
	var mu sync.Mutex
	seen := map[uint32]bool{}
	var wg sync.WaitGroup
	for range 60 {
		wg.Go(func() {
			n, ok := p.Take(internal)
			mu.Lock()
			defer mu.Unlock()
			if ok && seen[n.Number] {
				t.Errorf("%d twice", n.Number)
			}
			seen[n.Number] = true
		})
	}
	wg.Wait()
}

// TestDays: numbers are good on their day alone; a kiosk that is cut off has those
// of the days after.
func TestDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := open(filepath.Join(t.TempDir(), "leases"))
		if w := p.Wishes(); len(w) != 6 || w[0].Queue != internal || w[0].Day != lent(internal, 1, 0).Day || w[5].Day != lent(internal, 1, 2).Day || !p.Low() {
			t.Errorf("wishes of an empty pool: %+v", w)
		}
		for d := range 4 {
			p.Add([]request.Lease{lent(internal, 1, d), lent(priority, 1, d)})
		}
		if w := p.Wishes(); len(w) != 0 || p.Low() {
			t.Errorf("wishes of a full pool: %+v", w)
		}
		for range 26 {
			p.Take(internal)
		}
		if w := p.Wishes(); len(w) != 1 || !p.Low() {
			t.Errorf("24 left: %+v", w)
		}
		time.Sleep(24 * time.Hour)
		p.Returned(p.Returns())
		if n := p.Left(internal); n != 50 || !p.Low() { // for the day after the next there are none yet
			t.Errorf("the next day: %d", n)
		}
		time.Sleep(48 * time.Hour)
		if n, ok := p.Take(internal); ok {
			t.Errorf("after three days: %+v", n)
		}
	})
}

// TestDisk: what cannot be noted is not given out; what makes no sense is forgotten.
func TestDisk(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "sub", "leases")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	p := open(file)
	p.Add([]request.Lease{lent(internal, 1, 0)})
	if err := os.RemoveAll(filepath.Dir(file)); err != nil {
		t.Fatal(err)
	}
	if n, ok := p.Take(internal); ok {
		t.Errorf("%+v was given out and not noted", n)
	}
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if n, ok := p.Take(internal); !ok || n.Number != 1 {
		t.Errorf("the disk is back: %+v, %v", n, ok)
	}
	if err := os.WriteFile(file, []byte(`{"version":2,"blocks":[{"id":"x","queue":"internal","day":"260301","from":1,"to":50,"next":60}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := open(file).Left(internal); n != 0 {
		t.Errorf("%d numbers of a damaged file", n)
	}
}

// TestPlaces: what tickets say of a queue is known as long as the centre has told it
// once, also when there is no number left and the kiosk cannot ask.
func TestPlaces(t *testing.T) {
	file := filepath.Join(t.TempDir(), "leases")
	p := open(file)
	if q := p.Queues(); len(q) != 0 {
		t.Errorf("queues that nobody told of: %+v", q)
	}
	place := request.QueuePlace{Service: "H03", VI: "Nội tổng hợp", EN: "Internal medicine", Room: "104", Floor: "1"}
	first := place
	first.FirstOf = internal
	one, two := lent(priority, 1, 0), lent(internal, 1, 0)
	one.Place, two.Place = &first, &place
	p.Add([]request.Lease{one, two})
	for range 50 {
		p.Take(internal)
	}
	want := []leases.Queue{{ID: internal, Place: place, Left: 0}, {ID: priority, Place: first, Left: 50}}
	if q := open(file).Queues(); !slices.Equal(q, want) {
		t.Errorf("after a restart: %+v", q)
	}
}

// TestWanted: the centre is asked at once when a queue becomes low, once for each
// block.
func TestWanted(t *testing.T) {
	p := open("")
	p.Add([]request.Lease{lent(internal, 1, 0)})
	wanted := func() int {
		n := 0
		for len(p.Wanted()) > 0 {
			<-p.Wanted()
			n++
		}
		return n
	}
	for i := range 50 {
		p.Take(internal)
		if n, want := wanted(), i == 25; (n == 1) != want {
			t.Errorf("after %d numbers: asked %d times", i+1, n)
		}
	}
}

// TestReturns: what is left of a day is given back until the centre has it, and is
// given to nobody from then on, whatever the clock does.
func TestReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "leases")
		began := time.Now()
		now := func() time.Time { return began }
		again := func() *leases.Pool {
			return leases.Open(file, []string{internal, priority}, now, slog.New(slog.DiscardHandler))
		}
		p := again()
		p.Add([]request.Lease{lent(internal, 1, 0), lent(priority, 1, 0), lent(internal, 1, 1)})
		for range 50 {
			p.Take(internal)
		}
		for range 3 {
			p.Take(priority)
		}
		if r := p.Returns(); len(r) != 0 {
			t.Errorf("before the day is over: %+v", r)
		}
		now = func() time.Time { return began.Add(24 * time.Hour) }
		p = again()
		want := []request.LeaseReturn{{Queue: priority, Day: lent(priority, 1, 0).Day, From: 4, To: 50}}
		if r := p.Returns(); !slices.Equal(r, want) || !p.Low() {
			t.Fatalf("given back: %+v", r)
		}
		now = func() time.Time { return began } // somebody turns the clock back
		p = again()
		if n, ok := p.Take(priority); ok {
			t.Errorf("given back, and given out: %+v", n)
		}
		if r := p.Returns(); !slices.Equal(r, want) {
			t.Errorf("after a restart, %+v are to be given back", r)
		}
		p.Returned(want)
		if r := again().Returns(); len(r) != 0 {
			t.Errorf("the centre has them, still: %+v", r)
		}
	})
}

// TestReturnsDisk: nothing is given back before the disk knows of it.
func TestReturnsDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "sub")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		p := open(filepath.Join(dir, "leases"))
		p.Add([]request.Lease{lent(internal, 1, 0)})
		time.Sleep(24 * time.Hour)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if r := p.Returns(); len(r) != 0 {
			t.Errorf("given back, and not noted: %+v", r)
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if r := p.Returns(); len(r) != 1 {
			t.Errorf("the disk is back: %+v", r)
		}
	})
}
