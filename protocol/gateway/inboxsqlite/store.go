package inboxsqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"sync"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"motcua/protocol/gateway"
)

// ErrClosed means that the store has been closed.
var ErrClosed = errors.New("the inbox is closed")

// ErrBroken means that the disk once failed to keep what was written. The store
// takes nothing more: after a failed sync, what later syncs say is worth nothing.
var ErrBroken = errors.New("the inbox's disk has failed")

// Store is an inbox in an SQLite file. It implements gateway.Inbox.
type Store struct {
	db    *sql.DB
	jobs  chan job
	quit  chan struct{}
	done  chan struct{}
	close func() error
}

// Open opens the inbox in file, and makes it when there is none.
func Open(ctx context.Context, file string) (*Store, error) {
	db, err := sql.Open("sqlite", dsn(file, "rwc"))
	if err != nil {
		return nil, fmt.Errorf("opening inbox %q: %w", file, err)
	}
	conn, err := writer(ctx, db)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening inbox %q: %w", file, err), db.Close())
	}
	s := &Store{db: db, jobs: make(chan job, batchMost), quit: make(chan struct{}), done: make(chan struct{})}
	s.close = sync.OnceValue(func() error {
		close(s.quit)
		<-s.done
		return db.Close()
	})
	w, err := newBatch(ctx, conn)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening inbox %q: %w", file, err), db.Close())
	}
	go s.write(w)
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
	s := &Store{db: db, quit: make(chan struct{}), close: sync.OnceValue(db.Close)}
	close(s.quit)
	return s, nil
}

// Close waits for the transactions that run and closes the file.
func (s *Store) Close() error { return s.close() }

func dsn(file, mode string) string {
	q := url.Values{"mode": {mode}, "_pragma": {"busy_timeout(5000)", "synchronous(FULL)", "cache_size(-8192)", "wal_autocheckpoint(4000)"}}
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(file), RawQuery: q.Encode()}).String()
}

// writer takes the connection on which everything is written.
func writer(ctx context.Context, db *sql.DB) (*sql.Conn, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	var mode string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return nil, err
	}
	if mode != "wal" {
		return nil, fmt.Errorf("the file system allows no write-ahead log (journal mode %q)", mode)
	}
	return conn, prepare(ctx, conn)
}

// Counts implements gateway.Inbox.
func (s *Store) Counts(ctx context.Context) ([]gateway.Count, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT service, status, count(*) FROM requests GROUP BY service, status ORDER BY service, status")
	if err != nil {
		return nil, fmt.Errorf("counting requests: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []gateway.Count
	for rows.Next() {
		var c gateway.Count
		if err := rows.Scan(&c.Service, &c.Status, &c.Count); err != nil {
			return nil, fmt.Errorf("counting requests: %w", err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// Alarms implements gateway.Inbox.
func (s *Store) Alarms(ctx context.Context) ([]gateway.Alarm, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT kind, device, id, seq, digest, at, times FROM alarms ORDER BY rowid")
	if err != nil {
		return nil, fmt.Errorf("listing alarms: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []gateway.Alarm
	for rows.Next() {
		var a gateway.Alarm
		var id, digest []byte
		if err := rows.Scan(&a.Kind, &a.Device, &id, &a.Seq, &digest, &a.At, &a.Times); err != nil {
			return nil, fmt.Errorf("listing alarms: %w", err)
		}
		copy(a.ID[:], id)
		copy(a.Digest[:], digest)
		all = append(all, a)
	}
	return all, rows.Err()
}
