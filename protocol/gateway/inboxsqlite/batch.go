package inboxsqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"motcua/protocol/gateway"
)

// batchMost is the largest number of transactions that share one sync.
const batchMost = 256

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

// run gives every job its answer. When one of them fails, all that ran are undone
// and each runs again by itself: failures are rare, and without them a batch needs
// neither a savepoint nor a write for each job.
func (b *batch) run(jobs []job) {
	errs := make([]error, len(jobs))
	err := b.transact(jobs, errs, b.together)
	if errors.Is(err, errAlone) {
		clear(errs)
		err = b.transact(jobs, errs, b.alone)
	}
	for i, j := range jobs {
		if errs[i] == nil {
			errs[i] = err
		}
		j.done <- errs[i]
	}
}

// errAlone means that jobs have to run again, each by itself.
var errAlone = errors.New("a job of the batch has failed")

// transact runs all jobs in one transaction. An error of the transaction undoes
// all of them, and one of its commit is for good.
func (b *batch) transact(jobs []job, errs []error, run func(context.Context, []job, []error) error) error {
	if b.broken != nil {
		return b.broken
	}
	ctx := context.Background() // a caller that gives up must not undo the others
	if err := b.exec(ctx, b.stmts.begin); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	if err := run(ctx, jobs, errs); err != nil {
		_ = b.exec(ctx, b.stmts.rollback)
		return fmt.Errorf("running a transaction: %w", err)
	}
	if err := b.exec(ctx, b.stmts.commit); err != nil {
		b.broken = fmt.Errorf("%w: %w", ErrBroken, err)
		_ = b.exec(ctx, b.stmts.rollback)
		return b.broken
	}
	return nil
}

// together runs jobs that share what they read and write.
func (b *batch) together(ctx context.Context, jobs []job, errs []error) error {
	t := newTx(ctx, b.stmts)
	for i, j := range jobs {
		if errs[i] = j.ctx.Err(); errs[i] != nil {
			continue
		}
		if err := j.fn(t); err != nil {
			return errAlone
		}
	}
	if err := t.flush(); err != nil {
		return errAlone
	}
	return nil
}

// alone runs each job in a savepoint, which its own error undoes.
func (b *batch) alone(ctx context.Context, jobs []job, errs []error) error {
	for i, j := range jobs {
		if errs[i] = j.ctx.Err(); errs[i] != nil {
			continue
		}
		if err := b.one(ctx, j, &errs[i]); err != nil {
			return err
		}
	}
	return nil
}

// one runs one job inside a savepoint. Its own error goes to *own; the returned
// error means that the savepoint itself failed.
func (b *batch) one(ctx context.Context, j job, own *error) error {
	if err := b.exec(ctx, b.stmts.savepoint); err != nil {
		return err
	}
	t := newTx(ctx, b.stmts)
	if *own = j.fn(t); *own == nil {
		*own = t.flush()
	}
	if *own != nil {
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
