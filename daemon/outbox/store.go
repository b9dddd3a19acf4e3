package outbox

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// Store is an open queue. Its methods may be called from any goroutine.
type Store struct {
	path string
	o    Options
	lock *os.File

	// Touched by the writer's goroutine only.
	db      *database
	reserve reserve
	short   bool // no space, neither on the disk nor in the file: settling only
	tight   bool // none on the disk: the WAL may not grow
	pages   int  // written to the WAL since the last checkpoint, roughly
	told    map[AlarmKind]bool

	jobs    chan *job
	noted   chan struct{} // MarkSent noted something
	stop    chan struct{} // closed by Close
	stopped chan struct{} // closed when the writer has ended
	close   func() error

	mu       sync.Mutex // guards what follows; never held across disk access
	open     []*item    // open requests by seq
	byID     map[[16]byte]*item
	touched  map[uint64]*item // open requests whose state on disk is older
	subjects map[[16]byte]*peers
	share    share
	receipts uint64 // that settled something since the start
	final    map[State]int
	payload  int64 // bytes of the open envelopes
	last     uint64
	head     [32]byte
	broken   error // for good
	watchers map[chan struct{}]bool
}

// Open opens the queue at path, makes it if there is none, and checks all of it.
// Errors: [ErrLocked], [ErrCorrupt] (the file is left as it is), or what the disk
// says, with the fault code that belongs to it.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	s := &Store{
		path: path, o: o.withDefaults(), reserve: reserve{name: reserveName(path)},
		jobs: make(chan *job, maxBatch), noted: make(chan struct{}, 1), stop: make(chan struct{}), stopped: make(chan struct{}),
		byID: map[[16]byte]*item{}, subjects: map[[16]byte]*peers{}, touched: map[uint64]*item{}, watchers: map[chan struct{}]bool{},
	}
	s.close = sync.OnceValue(s.shut)
	var err error
	if s.lock, err = lock(path); err != nil {
		return nil, err
	}
	if err := s.recover(ctx); err != nil {
		if s.db != nil {
			err = errors.Join(err, s.db.close())
		}
		return nil, errors.Join(err, s.lock.Close())
	}
	go s.run()
	return s, nil
}

// Close ends the writer, moves everything into the database file and lets go of
// it. A broken store is left as it is: its file stays locked until the process
// ends.
func (s *Store) Close() error { return s.close() }

func (s *Store) shut() error {
	close(s.stop)
	<-s.stopped
	if s.Err() != nil {
		return nil
	}
	return errors.Join(s.db.restart(context.Background(), logless), s.db.close(), s.lock.Close())
}

// Err is nil, or the [ErrBroken] that ended the store.
func (s *Store) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

// Watch returns a channel that gets a value after changes; changes in quick
// succession may give one. The function ends it.
func (s *Store) Watch() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers[c] = true
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, c)
	}
}

// changed tells the watchers; s.mu is held.
func (s *Store) changed() {
	for c := range s.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// now is the clock in the resolution of the file.
func (s *Store) now() time.Time { return time.UnixMilli(s.o.Now().UnixMilli()) }
