package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"motcua/protocol/request"
)

// maxPending is how many entries may wait for the disk. More than that means that
// it does not take them any more.
const maxPending = 4096

// Log writes the device's audit log. Its methods may be called from any
// goroutine.
type Log struct {
	dir     string
	o       Options
	lock    *os.File
	stop    chan struct{}
	stopped chan struct{}
	wake    chan struct{} // somebody waits for the disk, or much is waiting

	// The writer's own.
	id     request.ID
	prev   *request.Link
	tree   *stack
	first  int64 // of the segment that is being written
	seg    *os.File
	segEnd int64
	hashes *os.File
	heads  *os.File
	end    int64 // of heads
	dropTo int64 // entries before it may go; 0: none

	mu      sync.Mutex // guards what follows
	changed chan struct{}
	pending []Entry
	added   uint64 // entries since the opening
	durable uint64
	broken  error
	closed  bool
	size    int64 // durable entries
	head    head  // the last one signed; its Size is 0 for none
	since   time.Time
	soon    bool // somebody wants the head signed
	sender  sender
	notice  Notice
}

// Notice is what an opening found out.
type Notice struct {
	Torn    int64         // bytes of entries that a power cut had left, and that were cut off
	Damage  error         // why a new log was begun; nil when the old one goes on
	Kept    string        // the folder into which the damaged log was moved
	Replays int           // entries whose hashes had not reached the disk
	Prev    *request.Link // the log before this one
}

// Open opens the log in the folder dir, or makes one. A log that is not what was
// written is put aside, and a new one begins that names the old one's last
// checkpoint; see [Log.Notice]. Its error carries fault.AuditBroken.
func Open(dir string, o Options) (*Log, error) {
	l, err := open(dir, o.withDefaults())
	if err != nil {
		return nil, coded(fmt.Errorf("opening the audit log: %w", err))
	}
	return l, nil
}

func open(dir string, o Options) (*Log, error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return nil, err
	}
	held, err := lock(dir)
	if err != nil {
		return nil, err
	}
	l := &Log{
		dir: dir, o: o, lock: held, stop: make(chan struct{}), stopped: make(chan struct{}),
		wake: make(chan struct{}, 1), changed: make(chan struct{}), since: o.Now(),
	}
	if err := l.prepare(); err != nil {
		return nil, errors.Join(err, l.release())
	}
	l.size = l.tree.n
	l.sender.sent = int64(l.head.Size)
	if l.size == 0 {
		if err := l.Add(Entry{Kind: Begin, Prev: l.prev}); err != nil {
			return nil, errors.Join(err, l.release())
		}
	}
	go l.run()
	return l, nil
}

// prepare finds the log, or makes one in place of what is there.
func (l *Log) prepare() error {
	fresh := l.dir + ".new"
	if !exists(l.dir) && exists(fresh) { // the power went in the middle of putting one aside
		if err := os.Rename(fresh, l.dir); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if !exists(l.dir) {
		return l.replace(nil)
	}
	err := l.load()
	if errors.Is(err, ErrDamaged) {
		return l.replace(err)
	}
	return err
}

// Notice tells what the opening found.
func (l *Log) Notice() Notice { return l.notice }

// ID names the log.
func (l *Log) ID() request.ID { return l.id }

// Size is how many entries are durable.
func (l *Log) Size() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(l.size)
}

// Err is why nothing is written any more, with fault.AuditBroken; nil while the
// log works.
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.broken
}

// Add puts an entry behind the others; number and time are given here. It does
// not wait for the disk: see [Log.Sync]. An error other than that of [Log.Err]
// concerns the entry alone, which is not written.
func (l *Log) Add(e Entry) error {
	e.V, e.At = Version, l.o.Now().UnixMilli()
	if err := e.Validate(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.broken != nil:
		return l.broken
	case l.closed:
		return ErrClosed
	case len(l.pending) >= maxPending:
		return l.failLocked(errors.New("the disk does not take entries"))
	}
	l.pending = append(l.pending, e)
	l.added++
	if len(l.pending) >= maxBatch {
		l.hurry()
	}
	return nil
}

// Sync waits until everything that was added before is durable.
func (l *Log) Sync(ctx context.Context) error {
	l.mu.Lock()
	want := l.added
	l.hurry()
	for l.durable < want && l.broken == nil {
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-l.stopped:
			l.mu.Lock()
			if l.durable < want && l.broken == nil {
				l.mu.Unlock()
				return ErrClosed
			}
			continue
		case <-ctx.Done():
			return ctx.Err()
		}
		l.mu.Lock()
	}
	defer l.mu.Unlock()
	if l.durable < want {
		return l.broken
	}
	return nil
}

// Sign has the log's head signed now, with everything that was added before.
func (l *Log) Sign() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.soon = true
	l.hurry()
}

// hurry wakes the writer.
func (l *Log) hurry() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Close writes what waits, signs the head and ends.
func (l *Log) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	l.mu.Unlock()
	close(l.stop)
	<-l.stopped
	return errors.Join(l.Err(), l.release())
}

func (l *Log) release() error {
	var errs []error
	for _, f := range []*os.File{l.seg, l.hashes, l.heads, l.lock} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}

// failLocked ends the log: nothing is written any more.
func (l *Log) failLocked(err error) error {
	if l.broken == nil {
		l.broken = coded(fmt.Errorf("%w, nothing more is written: %w", ErrBroken, err))
		l.o.Log.Error("the audit log stops", "err", l.broken)
		l.tellLocked()
	}
	return l.broken
}

func (l *Log) fail(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failLocked(err)
}

// tellLocked wakes everybody who waits for a change.
func (l *Log) tellLocked() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// Watch gives a channel that is closed at the next change.
func (l *Log) Watch() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}
