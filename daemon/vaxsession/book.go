package vaxsession

import (
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"motcua/protocol/request"
)

const (
	// maxBatches bounds those that wait to be attested; the oldest goes first.
	maxBatches = 16
	// keepFor is how long after its end a session that nobody closed is kept, and a
	// batch that nobody attested after it was closed.
	keepFor = 30 * 24 * time.Hour
)

// Session is a vaccination session that the centre has opened at this kiosk.
type Session struct {
	ID, Plan    string
	Officer     string // reference of who has opened it, and who alone records doses in it
	Lots        []request.SessionLot
	From, Until time.Time // by the centre's clock; it is open from the one to before the other
	Most        uint32    // doses that are planned
}

// OpenAt tells whether the session is open at a time of the centre's clock.
func (s Session) OpenAt(at time.Time) bool { return !at.Before(s.From) && at.Before(s.Until) }

// Batch is the doses of a closed session that somebody has to attest.
type Batch struct {
	Session, Plan string
	Root          string // names the doses: SHA-256 over their ids
	Records       uint32
	Closed        time.Time
}

// Errors of a [Book].
var (
	// ErrUnclosed: another session has to be closed first. Permanent until it is.
	ErrUnclosed = errors.New("another vaccination session is not closed")
	// ErrNoSession: it is not the one that is kept. Permanent.
	ErrNoSession = errors.New("no such vaccination session is kept here")
)

// Book keeps the session and the batches. Its methods may be called from any goroutine.
type Book struct {
	file string
	now  func() time.Time // the centre's clock, as far as it is known
	log  *slog.Logger

	mu   sync.Mutex
	kept kept
}

// kept is what the next run has to know.
type kept struct {
	session *Session
	batches []Batch // the one closed last comes last
}

// Open reads the book; file "" keeps it in memory. A file that is not there is an empty
// book, and so is one that makes no sense: the session is then opened again with its
// plan, which gives the same one.
func Open(file string, now func() time.Time, log *slog.Logger) *Book {
	b := &Book{file: file, now: now, log: log}
	if file == "" {
		return b
	}
	if last, err := load(file); err == nil {
		b.kept = last
	} else if !errors.Is(err, fs.ErrNotExist) {
		log.Warn("vaccination session: that of the last run is lost", "err", err)
	}
	return b
}

// Open is the session in which doses may be recorded now.
func (b *Book) Open() (Session, bool) {
	s, found := b.Unclosed()
	return s, found && s.OpenAt(b.now())
}

// Unclosed is the session that nobody has closed, be it over or not.
func (b *Book) Unclosed() (Session, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget()
	if b.kept.session == nil {
		return Session{}, false
	}
	return b.kept.session.clone(), true
}

// Batches are those that nobody has attested, as far as this kiosk knows.
func (b *Book) Batches() []Batch {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget()
	return slices.Clone(b.kept.batches)
}

// Begin keeps a session that the centre has opened, and returns when it is on the disk.
// One that is kept already goes on as it was told now, from when it was first told.
func (b *Book) Begin(s Session) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget()
	if had := b.kept.session; had != nil {
		if had.ID != s.ID {
			return ErrUnclosed
		}
		s.From = had.From
	}
	if err := s.check(); err != nil {
		return err
	}
	next := b.kept.clone()
	next.session = new(s.clone())
	return b.replace(next)
}

// Close forgets the session, and keeps the batch of its doses: one without a root is of
// none. It returns when that is on the disk.
func (b *Book) Close(session string, of Batch) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept.session == nil || b.kept.session.ID != session {
		return ErrNoSession
	}
	next := b.kept.clone()
	next.session = nil
	if of.Root != "" {
		if err := of.check(); err != nil {
			return err
		}
		next.batches = slices.DeleteFunc(next.batches, func(had Batch) bool { return had.Root == of.Root })
		next.batches = append(next.batches, of)
		next.batches = next.batches[max(0, len(next.batches)-maxBatches):]
	}
	return b.replace(next)
}

// Attested forgets a batch that somebody vouches for, or that is none.
func (b *Book) Attested(root string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := b.kept.clone()
	next.batches = slices.DeleteFunc(next.batches, func(had Batch) bool { return had.Root == root })
	return b.replace(next)
}

// replace makes k what is kept, if the disk takes it.
func (b *Book) replace(k kept) error {
	if b.file != "" {
		if err := save(b.file, k); err != nil {
			return err
		}
	}
	b.kept = k
	return nil
}

// forget drops what is too old; the file learns of it with the next change.
func (b *Book) forget() {
	now := b.now()
	if s := b.kept.session; s != nil && now.Sub(s.Until) > keepFor {
		b.log.Warn("vaccination session: nobody has closed it for 30 days", "session", s.ID)
		b.kept.session = nil
	}
	b.kept.batches = slices.DeleteFunc(b.kept.batches, func(k Batch) bool { return now.Sub(k.Closed) > keepFor })
}
