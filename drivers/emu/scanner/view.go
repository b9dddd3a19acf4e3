package scanner

import (
	"context"
	"sync"

	"motcua/drivers"
)

// View is what lies before a reader.
type View struct {
	mu      sync.Mutex
	codes   []drivers.Scan
	changed chan struct{} // closed and made anew when anything changes; nil: nobody looks
}

// Show holds codes before the reader, one after the other, each until it was read.
func (v *View) Show(codes ...drivers.Scan) {
	v.change(func() { v.codes = append(v.codes, codes...) })
}

// Away takes away what has not been read.
func (v *View) Away() { v.change(func() { v.codes = nil }) }

// AllRead waits until every code was read.
func (v *View) AllRead(ctx context.Context) error {
	for {
		left, changed := v.look()
		if left == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (v *View) change(do func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	do()
	if v.changed != nil {
		close(v.changed)
		v.changed = nil
	}
}

// look tells how many codes there are, and when that changes.
func (v *View) look() (codes int, changed <-chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.changed == nil {
		v.changed = make(chan struct{})
	}
	return len(v.codes), v.changed
}

// read takes the first code.
func (v *View) read() (code drivers.Scan, ok bool) {
	v.change(func() {
		if len(v.codes) > 0 {
			code, v.codes, ok = v.codes[0], v.codes[1:], true
		}
	})
	return code, ok
}
