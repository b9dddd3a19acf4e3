package inboxpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"motcua/protocol/gateway/batch"
)

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

// batchMost is the largest number of transactions that share one commit.
const batchMost = 256

// Store is an inbox in a PostgreSQL database. It implements gateway.Inbox.
type Store struct {
	*batch.Queue
	pool *pgxpool.Pool
}

// Open connects to the database, and makes the tables when there are none. Several
// programs may have the same database open. The errors hold no password.
func Open(ctx context.Context, o Options) (*Store, error) {
	pool, err := connect(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("opening the inbox in PostgreSQL: %w", err)
	}
	return &Store{batch.NewQueue(database{pool}, batchMost), pool}, nil
}

// Close waits for the transactions that run and ends the connections.
func (s *Store) Close() error {
	s.Queue.Close()
	s.pool.Close()
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
	// What is looked for has a key: a plan that was made while a table was small
	// would go on reading all of it.
	set["enable_seqscan"] = "off"
	return conf, nil
}
