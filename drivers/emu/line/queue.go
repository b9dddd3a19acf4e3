package line

import (
	"io"
	"os"
	"sync"
	"time"
)

// queue is one direction of a line. It keeps the bounds of what was put in: one
// read takes from one chunk only, which is how a test decides what arrives
// together. What exceeds its capacity is lost, as in a UART that nobody reads.
type queue struct {
	mu       sync.Mutex
	chunks   [][]byte
	size     int
	closed   bool
	deadline time.Time
	changed  chan struct{} // closed and made anew when anything changes
}

// capacity is that of a tty's buffer and some more, for codes that come while the
// host is busy.
const capacity = 64 << 10

func newQueue() *queue { return &queue{changed: make(chan struct{})} }

func (q *queue) change(do func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	do()
	close(q.changed)
	q.changed = make(chan struct{})
}

func (q *queue) put(chunk []byte) {
	q.change(func() {
		if q.closed || len(chunk) == 0 || q.size+len(chunk) > capacity {
			return
		}
		q.chunks = append(q.chunks, chunk)
		q.size += len(chunk)
	})
}

func (q *queue) flush() { q.change(func() { q.chunks, q.size = nil, 0 }) }

// drop ends the queue, with all that is in it.
func (q *queue) drop() { q.change(func() { q.chunks, q.size, q.closed = nil, 0, true }) }

func (q *queue) setDeadline(t time.Time) { q.change(func() { q.deadline = t }) }

// isClosed tells whether put does nothing any more.
func (q *queue) isClosed() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed
}

// Read waits for a chunk, the deadline, or the end.
func (q *queue) Read(p []byte) (int, error) {
	for {
		n, changed, deadline, err := q.tryRead(p)
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
		if deadline.IsZero() {
			<-changed
			continue
		}
		timer := time.NewTimer(time.Until(deadline))
		select {
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

func (q *queue) tryRead(p []byte) (n int, changed <-chan struct{}, deadline time.Time, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case !q.deadline.IsZero() && !time.Now().Before(q.deadline):
		err = os.ErrDeadlineExceeded
	case len(q.chunks) > 0:
		n = copy(p, q.chunks[0])
		q.size -= n
		if q.chunks[0] = q.chunks[0][n:]; len(q.chunks[0]) == 0 {
			q.chunks = q.chunks[1:]
		}
	case q.closed:
		err = io.EOF
	}
	return n, q.changed, q.deadline, err
}
