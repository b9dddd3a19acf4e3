package documents

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"motcua/daemon/wholefile"
	"motcua/protocol/wire"
)

// Reasons for which a document is not taken, beside those of its verification.
// Both are permanent for these bytes.
var (
	// ErrOlder: one with a higher number counts.
	ErrOlder = errors.New("older than the one that counts")
	// ErrAmbiguous: one with the same number and other content counts.
	ErrAmbiguous = errors.New("another one than that of the same number that counts")
)

// Head is what every document says of itself.
type Head struct {
	Number   uint64
	At, Next time.Time // when it was signed; until when another one will be
}

// Kind is one kind of document.
type Kind[T any] struct {
	Place wire.Document
	// Verify reads one that has just come, Kept one that was verified before; see
	// protocol/envelope.
	Verify, Kept func([]byte) (T, error)
	Head         func(T) Head
}

// Kept is the newest document of a kind. Its methods may be called from any
// goroutine.
type Kept[T any] struct {
	kind Kind[T]
	file string
	log  *slog.Logger

	taking  sync.Mutex // held while one is verified and written; guards unsaved and changed
	unsaved bool       // the disk did not take it
	changed func(T)

	mu     sync.Mutex // guards what follows, never for long
	raw    []byte     // nil: there is none
	newest T
}

// Open reads the document of the last run. A file that is not there, or makes no
// sense, is no document.
func Open[T any](file string, kind Kind[T], log *slog.Logger) *Kept[T] {
	k := &Kept[T]{kind: kind, file: file, log: log, changed: func(T) {}}
	raw, err := wholefile.Read(file, wire.MaxDocument)
	if err == nil {
		k.newest, err = kind.Kept(raw)
	}
	switch {
	case err == nil:
		k.raw = raw
	case !errors.Is(err, fs.ErrNotExist):
		log.Error("a document of the last run is lost, the next one that comes counts", "document", kind.Place.Name, "err", err)
	}
	return k
}

// OnChange is told of the newest document, now if there is one and whenever another
// one counts. It is set once and must not block.
func (k *Kept[T]) OnChange(f func(T)) {
	k.taking.Lock()
	defer k.taking.Unlock()
	k.changed = f
	if newest, some := k.Newest(); some {
		f(newest)
	}
}

// Place is where the broker keeps such documents.
func (k *Kept[T]) Place() wire.Document { return k.kind.Place }

// Newest is the document that counts; false while there is none.
func (k *Kept[T]) Newest() (T, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.newest, k.raw != nil
}

// Head is what the document that counts says of itself; false while there is none.
func (k *Kept[T]) Head() (Head, bool) {
	newest, some := k.Newest()
	if !some {
		return Head{}, false
	}
	return k.kind.Head(newest), true
}

// Take takes a document that has come, if it is true and newer than the one that
// counts, and returns when it is on the disk. One that the disk does not take
// counts all the same; it is written when it comes again. The document that counts
// may come any number of times.
func (k *Kept[T]) Take(b []byte) error {
	k.taking.Lock()
	defer k.taking.Unlock()
	if k.is(b) {
		k.save(b)
		return nil
	}
	fresh, err := k.kind.Verify(b)
	if err != nil {
		return err
	}
	head := k.kind.Head(fresh)
	if err := k.newer(head); err != nil {
		return fmt.Errorf("%s: %w", k.kind.Place.Name, err)
	}
	k.unsaved = true
	k.set(bytes.Clone(b), fresh)
	k.log.Info("document", "document", k.kind.Place.Name, "number", head.Number)
	k.changed(fresh)
	k.save(b)
	return nil
}

// is reports whether the document that counts has these bytes.
func (k *Kept[T]) is(b []byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.raw != nil && bytes.Equal(b, k.raw)
}

func (k *Kept[T]) set(raw []byte, newest T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.raw, k.newest = raw, newest
}

// newer compares the numbers.
func (k *Kept[T]) newer(got Head) error {
	counts, some := k.Head()
	switch {
	case some && got.Number < counts.Number:
		return fmt.Errorf("number %d after %d: %w", got.Number, counts.Number, ErrOlder)
	case some && got.Number == counts.Number:
		return fmt.Errorf("number %d: %w", got.Number, ErrAmbiguous)
	}
	return nil
}

// save writes what is not on the disk yet; k.taking is held.
func (k *Kept[T]) save(b []byte) {
	if !k.unsaved {
		return
	}
	if err := wholefile.Replace(k.file, b); err != nil {
		k.log.Error("a document counts, but is not kept for the next run", "document", k.kind.Place.Name, "err", err)
		return
	}
	k.unsaved = false
}
