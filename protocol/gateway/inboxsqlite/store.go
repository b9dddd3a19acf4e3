package inboxsqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"sync"

	"motcua/protocol/gateway/batch"
)

// ErrBroken means that the disk once failed to keep what was written. The store
// takes nothing more: after a failed sync, what later syncs say is worth nothing.
var ErrBroken = errors.New("the inbox's disk has failed")

// batchMost is the largest number of transactions that share one sync.
const batchMost = 256

// Store is an inbox in an SQLite file. It implements gateway.Inbox.
type Store struct {
	*batch.Queue
	db    *sql.DB // reads beside the writer
	close func() error
}

// Open opens the inbox in file, and makes it when there is none.
func Open(_ context.Context, file string) (*Store, error) {
	w, err := newWriter(file)
	if err != nil {
		return nil, fmt.Errorf("opening inbox %q: %w", file, err)
	}
	db, err := sql.Open("sqlite", dsn(file, "rw"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening inbox %q: %w", file, err), w.conn.Close())
	}
	s := &Store{Queue: batch.NewQueue(w, batchMost), db: db}
	s.close = sync.OnceValue(func() error {
		s.Queue.Close()
		return errors.Join(db.Close(), w.conn.Close())
	})
	return s, nil
}

// OpenReader opens an existing inbox for reading beside the program that writes
// it. Update fails on it.
func OpenReader(ctx context.Context, file string) (*Store, error) {
	db, err := sql.Open("sqlite", dsn(file, "ro"))
	if err != nil {
		return nil, fmt.Errorf("opening inbox %q: %w", file, err)
	}
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil || version != schemaVersion {
		return nil, errors.Join(fmt.Errorf("opening inbox %q: not an inbox of version %d", file, schemaVersion), err, db.Close())
	}
	return &Store{Queue: batch.Closed(), db: db, close: sync.OnceValue(db.Close)}, nil
}

// Close waits for the transactions that run and closes the file.
func (s *Store) Close() error { return s.close() }

// dsn names the file for the driver. A page that many transactions change is
// copied from the log to the file once in 32 MiB of log.
func dsn(file, mode string) string {
	q := url.Values{"mode": {mode}, "_pragma": {"busy_timeout(5000)", "synchronous(FULL)", "cache_size(-8192)", "wal_autocheckpoint(8000)"}}
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(file), RawQuery: q.Encode()}).String()
}

// newWriter opens the file for writing, and brings it up.
func newWriter(file string) (*writer, error) {
	c, err := connect(dsn(file, "rwc"))
	if err != nil {
		return nil, err
	}
	mode, err := c.text("PRAGMA journal_mode = WAL")
	if err == nil && mode != "wal" {
		err = fmt.Errorf("the file system allows no write-ahead log (journal mode %q)", mode)
	}
	if err == nil {
		err = prepare(c)
	}
	w := &writer{conn: c}
	if err == nil {
		w.s, err = prepareStatements(c)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return w, nil
}
