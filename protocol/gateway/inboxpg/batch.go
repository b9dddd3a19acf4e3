package inboxpg

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"motcua/protocol/gateway"
)

// batchMost is the largest number of transactions that share one commit.
const batchMost = 64

// job is a transaction that waits for its turn.
type job struct {
	ctx  context.Context
	fn   func(gateway.Tx) error
	done chan error
}

// Update implements gateway.Inbox. Transactions that wait while the database is
// busy are committed together; each still happens entirely or not at all.
func (s *Store) Update(ctx context.Context, fn func(gateway.Tx) error) error {
	j := job{ctx, fn, make(chan error, 1)}
	select { // by itself: a select with several ready cases may take any
	case <-s.quit:
		return ErrClosed
	default:
	}
	select {
	case <-s.quit:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	case s.jobs <- j:
	}
	select {
	case err := <-j.done:
		return err
	case <-s.done:
		select {
		case err := <-j.done: // it was the last to be served
			return err
		default:
			return ErrClosed
		}
	}
}

// write serves jobs until the store is closed.
func (s *Store) write() {
	defer close(s.done)
	for {
		select {
		case <-s.quit:
			return
		case j := <-s.jobs:
			s.run(s.gather(j))
		}
	}
}

// gather takes what waits, without waiting for more.
func (s *Store) gather(first job) []job {
	jobs := []job{first}
	for len(jobs) < batchMost {
		select {
		case j := <-s.jobs:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

// errOwn means that a job, and not the database, ended the transaction.
var errOwn = errors.New("a job of the batch has failed")

// run gives every job its answer. When one of them fails, all that ran are undone
// and each runs again in a transaction of its own: failures are rare.
func (s *Store) run(jobs []job) {
	waiting := jobs[:0]
	for _, j := range jobs {
		if err := j.ctx.Err(); err != nil {
			j.done <- err
			continue
		}
		waiting = append(waiting, j)
	}
	if len(waiting) == 0 {
		return
	}
	err := s.transact(waiting)
	if len(waiting) == 1 || !errors.Is(err, errOwn) {
		for _, j := range waiting {
			j.done <- err
		}
		return
	}
	for _, j := range waiting {
		j.done <- s.transact([]job{j})
	}
}

// transact runs jobs in one transaction, again when the database could not for a
// reason that passes. A commit whose end is not known is not tried again. A caller
// that gives up meanwhile must not undo the others.
func (s *Store) transact(jobs []job) error {
	ctx, cancel := context.WithTimeout(context.Background(), runWithin)
	defer cancel()
	var unknown error
	err := retry(ctx, func() error {
		err := s.once(ctx, jobs)
		if errors.Is(err, ErrUnknown) {
			unknown = err
			return nil
		}
		return err
	})
	if err == nil {
		err = unknown
	}
	if err != nil {
		return fmt.Errorf("running a transaction: %w", err)
	}
	return nil
}

// once is one try. The transaction's errors tell apart whose they are: errOwn is
// in those of a job.
func (s *Store) once(ctx context.Context, jobs []job) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }() // does nothing after a commit
	if err := lock(ctx, tx); err != nil {
		return err
	}
	t := newTx(ctx, tx)
	for _, j := range jobs {
		if err := t.own(j.fn(t)); err != nil {
			return err
		}
	}
	if err := t.flush(); err != nil {
		return t.own(err)
	}
	return commit(ctx, tx)
}

// commit ends a transaction. Only an answer of the server tells how it ended; one
// that ends the connection, too, may have come after the commit.
func commit(ctx context.Context, tx pgx.Tx) error {
	err := tx.Commit(ctx)
	if err == nil {
		return nil
	}
	if pg, answered := errors.AsType[*pgconn.PgError](err); answered && pg.SeverityUnlocalized == "ERROR" || errors.Is(err, pgx.ErrTxCommitRollback) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnknown, err)
}
