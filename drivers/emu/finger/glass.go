package finger

import "sync"

// Glass is where a finger is laid. The zero value has none on it. It may be used
// from several goroutines.
type Glass struct {
	mu      sync.Mutex
	touch   Touch
	touched bool
	count   uint64
	changed chan struct{}
}

// Lay puts a finger down, in place of what lies there. Each time is another touch.
func (g *Glass) Lay(f Finger, q Quality) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count++
	g.touch, g.touched = Touch{Finger: f, Quality: q, Nth: g.count}, true
	g.tell()
}

// Lift takes the finger away.
func (g *Glass) Lift() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.touched = false
	g.tell()
}

// Touch is the finger on the glass, if there is one, and a channel that is closed
// when that changes.
func (g *Glass) Touch() (t Touch, touched bool, changed <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.changed == nil {
		g.changed = make(chan struct{})
	}
	return g.touch, g.touched, g.changed
}

func (g *Glass) tell() {
	if g.changed != nil {
		close(g.changed)
		g.changed = nil
	}
}
