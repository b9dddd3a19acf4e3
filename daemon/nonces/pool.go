package nonces

import (
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"motcua/protocol/request"
)

// Capacity is how many nonces are kept: visits that can begin without a
// connection and still be dated from below.
const Capacity = 256

// low is below how many nonces more are asked for while there is a connection.
const low = Capacity / 2

// nonce is one of the centre's.
type nonce struct {
	bytes []byte
	until time.Time // by the centre's clock
}

// Pool keeps nonces. Its methods may be called from any goroutine.
type Pool struct {
	file string
	now  func() time.Time // the centre's clock, as far as it is known
	log  *slog.Logger

	mu   sync.Mutex
	left []nonce // those that end first come first
}

// Open reads the pool; file "" keeps it in memory. A file that is not there or
// makes no sense is an empty pool.
func Open(file string, now func() time.Time, log *slog.Logger) *Pool {
	p := &Pool{file: file, now: now, log: log}
	if file == "" {
		return p
	}
	var err error
	if p.left, err = load(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		p.left = nil
		log.Warn("nonces: those of the last run are lost", "err", err)
	}
	return p
}

// Left is how many nonces there are.
func (p *Pool) Left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	return len(p.left)
}

// Wanted is how many nonces to ask the centre for now, at most
// [request.MaxNonces].
func (p *Pool) Wanted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	return min(Capacity-len(p.left), request.MaxNonces)
}

// Low reports whether the centre should be asked before there is another reason
// to talk to it.
func (p *Pool) Low() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	return len(p.left) < low
}

// Add keeps nonces that the centre gave out, until a time of its clock. Those
// that are known already, or too many, are left out.
func (p *Pool) Add(fresh [][]byte, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := len(p.left)
	for _, b := range fresh {
		known := slices.ContainsFunc(p.left, func(n nonce) bool { return string(n.bytes) == string(b) })
		if !known && len(b) == size && len(p.left) < Capacity {
			p.left = append(p.left, nonce{slices.Clone(b), until})
		}
	}
	slices.SortStableFunc(p.left, func(a, b nonce) int { return a.until.Compare(b.until) })
	if len(p.left) == before {
		return
	}
	if err := p.save(); err != nil {
		p.log.Warn("nonces: not kept for the next run", "err", err)
	}
}

// Take gives a nonce that nobody has had and nobody else will get, not after a
// crash either. None when the pool is empty, or when its file cannot be written:
// the next run would hand out the same one again. It waits for the disk.
func (p *Pool) Take() (b []byte, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	if len(p.left) == 0 {
		return nil, false
	}
	all := p.left
	taken := all[0]
	p.left = all[1:]
	if err := p.save(); err != nil {
		p.left = all
		p.log.Warn("nonces: none is used, its use cannot be noted", "err", err)
		return nil, false
	}
	return taken.bytes, true
}

// expire drops nonces whose time is over; p.mu is held.
func (p *Pool) expire() {
	now := p.now()
	p.left = slices.DeleteFunc(p.left, func(n nonce) bool { return !n.until.After(now) })
}

func (p *Pool) save() error {
	if p.file == "" {
		return nil
	}
	return save(p.file, p.left)
}
