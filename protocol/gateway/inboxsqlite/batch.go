package inboxsqlite

import (
	"context"
	"database/sql"
	"fmt"

	"motcua/protocol/gateway"
)

// batchMost is the largest number of transactions that share one sync.
const batchMost = 64

// job is a transaction that waits for its turn.
type job struct {
	ctx  context.Context
	fn   func(gateway.Tx) error
	done chan error
}

// Update implements gateway.Inbox. Transactions that wait while the disk is busy
// are committed together by the next sync; each still happens entirely or not at
// all.
func (s *Store) Update(ctx context.Context, fn func(gateway.Tx) error) error {
	j := job{ctx, fn, make(chan error, 1)}
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

// write serves jobs until the store is closed. It alone touches the connection.
func (s *Store) write(b *batch) {
	defer close(s.done)
	for {
		select {
		case <-s.quit:
			return
		case j := <-s.jobs:
			b.run(s.gather(j))
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

// batch runs jobs in one transaction of SQLite.
type batch struct {
	conn   *sql.Conn
	stmts  statements
	broken error
}

func newBatch(ctx context.Context, conn *sql.Conn) (*batch, error) {
	stmts, err := prepareStatements(ctx, conn)
	return &batch{conn: conn, stmts: stmts}, err
}

// run gives every job its answer.
func (b *batch) run(jobs []job) {
	errs := make([]error, len(jobs))
	err := b.transact(jobs, errs)
	for i, j := range jobs {
		if errs[i] == nil {
			errs[i] = err
		}
		j.done <- errs[i]
	}
}

// transact runs all jobs in one transaction. An error of a job undoes that job; an
// error of the transaction undoes all of them, and one of its commit is for good.
func (b *batch) transact(jobs []job, errs []error) error {
	if b.broken != nil {
		return b.broken
	}
	ctx := context.Background() // a caller that gives up must not undo the others
	if err := b.exec(ctx, b.stmts.begin); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	for i, j := range jobs {
		if errs[i] = j.ctx.Err(); errs[i] != nil {
			continue
		}
		err := b.one(ctx, j, &errs[i])
		if err != nil {
			_ = b.exec(ctx, b.stmts.rollback)
			return fmt.Errorf("running a transaction: %w", err)
		}
	}
	if err := b.exec(ctx, b.stmts.commit); err != nil {
		b.broken = fmt.Errorf("%w: %w", ErrBroken, err)
		_ = b.exec(ctx, b.stmts.rollback)
		return b.broken
	}
	return nil
}

// one runs one job inside a savepoint. Its own error goes to *own; the returned
// error means that the savepoint itself failed.
func (b *batch) one(ctx context.Context, j job, own *error) error {
	if err := b.exec(ctx, b.stmts.savepoint); err != nil {
		return err
	}
	if *own = j.fn(&tx{ctx, b.stmts}); *own != nil {
		if err := b.exec(ctx, b.stmts.undo); err != nil {
			return err
		}
	}
	return b.exec(ctx, b.stmts.release)
}

func (b *batch) exec(ctx context.Context, s *sql.Stmt) error {
	_, err := s.ExecContext(ctx)
	return err
}
