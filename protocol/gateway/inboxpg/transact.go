package inboxpg

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"motcua/protocol/gateway/batch"
)

// database is where batches go.
type database struct{ pool *pgxpool.Pool }

// Transact implements batch.Database. It tries again when the database could not
// for a reason that passes. A commit whose end is not known is not tried again.
func (d database) Transact(ctx context.Context, do func(batch.Storage) error) error {
	ctx, cancel := context.WithTimeout(ctx, runWithin)
	defer cancel()
	var unknown error
	err := retry(ctx, func() error {
		err := d.once(ctx, do)
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

// once is one try.
func (d database) once(ctx context.Context, do func(batch.Storage) error) error {
	conn, err := d.pool.Acquire(ctx)
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
	s := &storage{ctx: ctx, tx: tx}
	err = do(s)
	switch {
	case s.trouble != nil: // whatever became of it
		return s.trouble
	case err != nil:
		return &finalError{err}
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
