package inboxpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"motcua/protocol/gateway"
)

// ErrClosed means that the store has been closed.
var ErrClosed = errors.New("the inbox is closed")

// ErrUnknown means that the connection was lost while a transaction was being
// committed: it has happened entirely or not at all, and which cannot be told. A
// kiosk that sends again finds out.
var ErrUnknown = errors.New("the database did not say whether it has stored the transaction")

// Bounds of time. A gateway whose machine vanished with the lock in its hand must
// not stop the others.
const (
	openWithin = 20 * time.Second // a database that is just starting is waited for
	runWithin  = 20 * time.Second // one batch, with all its tries
	idleWithin = 10 * time.Second // the server ends a transaction that does nothing
)

// Options say which database, and how to get in.
type Options struct {
	// URL is postgres://user@host/database without a password. Several hosts may
	// be named; the one that takes writes is used.
	URL string
	// Password is used when it is not empty; else what PGPASSWORD or PGPASSFILE say.
	Password string
}

// Store is an inbox in a PostgreSQL database. It implements gateway.Inbox.
type Store struct {
	pool  *pgxpool.Pool
	jobs  chan job
	quit  chan struct{}
	done  chan struct{}
	close func()
}

// Open connects to the database, and makes the tables when there are none. Several
// programs may have the same database open. The errors hold no password.
func Open(ctx context.Context, o Options) (*Store, error) {
	pool, err := connect(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("opening the inbox in PostgreSQL: %w", err)
	}
	s := &Store{pool: pool, jobs: make(chan job, batchMost), quit: make(chan struct{}), done: make(chan struct{})}
	s.close = sync.OnceFunc(func() {
		close(s.quit)
		<-s.done
		pool.Close()
	})
	go s.write()
	return s, nil
}

// Close waits for the transactions that run and ends the connections.
func (s *Store) Close() error {
	s.close()
	return nil
}

func connect(ctx context.Context, o Options) (*pgxpool.Pool, error) {
	conf, err := configure(o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	pool, err := pgxpool.NewWithConfig(ctx, conf)
	if err != nil {
		return nil, err
	}
	err = retry(ctx, func() error {
		return pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error { return prepare(ctx, c.Conn()) })
	})
	if err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// ErrURL means that the connection string cannot be used.
var ErrURL = errors.New("not a connection string such as postgres://gateway@db.example/motcua")

// ErrPassword means that the connection string holds a password, where everybody
// reads it who reads the configuration.
var ErrPassword = errors.New("the connection string holds a password; move it to a file of its own")

func configure(o Options) (*pgxpool.Config, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, ErrURL // the parser's own error quotes what it was given
	}
	if _, set := u.User.Password(); set || u.Query().Has("password") {
		return nil, ErrPassword
	}
	conf, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, ErrURL
	}
	conf.ConnConfig.Password = cmp.Or(o.Password, conf.ConnConfig.Password)
	conf.MaxConns = 4 // one writes, the others list
	conf.ConnConfig.ConnectTimeout = 5 * time.Second
	if conf.ConnConfig.ValidateConnect == nil {
		conf.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	set := conf.ConnConfig.RuntimeParams
	set["application_name"] = "gatewayd"
	set["idle_in_transaction_session_timeout"] = fmt.Sprint(idleWithin.Milliseconds())
	set["statement_timeout"] = fmt.Sprint(runWithin.Milliseconds())
	set["default_transaction_isolation"] = "read committed"
	return conf, nil
}

// collect reads all rows of a query.
func collect[T any](ctx context.Context, q querier, scan func(pgx.CollectableRow) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// querier is a connection, a pool or a transaction.
type querier interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

// Counts implements gateway.Inbox.
func (s *Store) Counts(ctx context.Context) ([]gateway.Count, error) {
	all, err := collect(ctx, s.pool, func(row pgx.CollectableRow) (c gateway.Count, err error) {
		return c, row.Scan(&c.Service, &c.Status, &c.Count)
	}, "SELECT service, status, count(*) FROM requests GROUP BY service, status ORDER BY service COLLATE \"C\", status COLLATE \"C\"")
	if err != nil {
		return nil, fmt.Errorf("counting requests: %w", err)
	}
	return all, nil
}

// Alarms implements gateway.Inbox.
func (s *Store) Alarms(ctx context.Context) ([]gateway.Alarm, error) {
	all, err := collect(ctx, s.pool, func(row pgx.CollectableRow) (a gateway.Alarm, err error) {
		var id, digest []byte
		err = row.Scan(&a.Kind, &a.Device, &id, &a.Seq, &digest, &a.At, &a.Times)
		copy(a.ID[:], id)
		copy(a.Digest[:], digest)
		return a, err
	}, "SELECT kind, device, id, seq, digest, at, times FROM alarms ORDER BY n")
	if err != nil {
		return nil, fmt.Errorf("listing alarms: %w", err)
	}
	return all, nil
}

// Held implements gateway.Inbox.
func (s *Store) Held(ctx context.Context, limit int) ([]*gateway.Record, error) {
	all, err := collect(ctx, s.pool, scanRecord, "SELECT "+columns+" FROM requests WHERE status = 'held' ORDER BY at, device COLLATE \"C\", seq LIMIT $1", limit)
	if err != nil {
		return nil, fmt.Errorf("listing held requests: %w", err)
	}
	return all, nil
}

// Devices implements gateway.Inbox.
func (s *Store) Devices(ctx context.Context) ([]gateway.Device, error) {
	all, err := collect(ctx, s.pool, func(row pgx.CollectableRow) (d gateway.Device, err error) {
		var head []byte
		err = row.Scan(&d.Name, &d.Contiguous, &head, &d.Frozen, &d.FrozenAt)
		copy(d.Head[:], head)
		return d, err
	}, "SELECT device, contiguous, head, frozen, frozen_at FROM positions ORDER BY device COLLATE \"C\"")
	if err != nil {
		return nil, fmt.Errorf("listing devices: %w", err)
	}
	return all, nil
}
