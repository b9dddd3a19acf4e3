package uplink

import (
	"net"
	"sync"
	"time"
)

// maxGathered bounds the bytes that wait for one write: about as many as the
// library holds anyway. A single packet may be longer.
const maxGathered = 64 << 10

// part is how much is written at once: a full record of TLS.
const part = 16 << 10

// outlet writes to a connection from a goroutine of its own, as much at once as
// has gathered while the write before was under way.
type outlet struct {
	conn  net.Conn
	ended chan struct{} // closed when nothing more is written

	mu      sync.Mutex
	news    *sync.Cond // something of the following has changed
	waiting []byte
	spare   []byte // for the next waiting
	err     error  // a write failed
	closing bool
}

func newOutlet(c net.Conn) *outlet {
	o := &outlet{conn: c, ended: make(chan struct{})}
	o.news = sync.NewCond(&o.mu)
	go o.run()
	return o
}

// write takes p. It waits while too much is waiting already; run's time limit
// bounds that.
func (o *outlet) write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.err == nil && !o.closing && len(o.waiting) > 0 && len(o.waiting)+len(p) > maxGathered {
		o.news.Wait()
	}
	switch {
	case o.err != nil:
		return 0, o.err
	case o.closing:
		return 0, net.ErrClosed
	}
	o.waiting = append(o.waiting, p...)
	o.news.Broadcast()
	return len(p), nil
}

// run writes until a write fails, or until end was called and nothing waits.
func (o *outlet) run() {
	defer close(o.ended)
	for {
		b, limit := o.take()
		if len(b) == 0 {
			return
		}
		if err := o.flush(b, limit); err != nil {
			_ = o.conn.Close() // the reader learns of it
			o.wrote(nil, err)
			return
		}
		o.wrote(b, nil)
	}
}

// flush writes in parts, each within the limit: a slow way is no dead one.
func (o *outlet) flush(b []byte, limit time.Duration) error {
	for len(b) > 0 {
		if err := o.conn.SetWriteDeadline(time.Now().Add(limit)); err != nil {
			return err
		}
		n, err := o.conn.Write(b[:min(len(b), part)])
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// take waits for something to write.
func (o *outlet) take() ([]byte, time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.waiting) == 0 && !o.closing {
		o.news.Wait()
	}
	b := o.waiting
	o.waiting, o.spare = o.spare[:0], nil
	if o.closing {
		return b, quiesce
	}
	return b, writeTimeout
}

func (o *outlet) wrote(b []byte, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if cap(b) <= 2*maxGathered {
		o.spare = b[:0]
	}
	o.err = err
	o.news.Broadcast()
}

// end lets what waits be written, within a moment, and stops. It may be called
// more than once.
func (o *outlet) end() {
	o.mu.Lock()
	o.closing = true
	o.news.Broadcast()
	o.mu.Unlock()
	_ = o.conn.SetWriteDeadline(time.Now().Add(quiesce)) // a write that is under way
	<-o.ended
}
