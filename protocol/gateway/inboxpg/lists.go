package inboxpg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"motcua/protocol/gateway"
)

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

// Accepted implements gateway.Inbox.
func (s *Store) Accepted(ctx context.Context, from, until int64, each func(*gateway.Record) error) error {
	rows, err := s.pool.Query(ctx, "SELECT "+columns+", envelope FROM requests WHERE status IN ('accepted', 'duplicate') AND at >= $1 AND at < $2 ORDER BY at, device COLLATE \"C\", seq", from, until)
	if err != nil {
		return fmt.Errorf("listing accepted requests: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanWhole(rows)
		if err != nil {
			return fmt.Errorf("listing accepted requests: %w", err)
		}
		if err := each(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Old implements gateway.Inbox.
func (s *Store) Old(ctx context.Context, before int64, limit int) ([]*gateway.Record, error) {
	all, err := collect(ctx, s.pool, scanWhole, "SELECT "+columns+", envelope FROM requests WHERE at < $1 AND status <> 'held' AND "+whole+" AND "+idle+" ORDER BY at, device COLLATE \"C\", seq LIMIT $2", before, limit)
	if err != nil {
		return nil, fmt.Errorf("listing old requests: %w", err)
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

// Jobs implements gateway.Inbox.
func (s *Store) Jobs(ctx context.Context) ([]gateway.Job, error) {
	all, err := collect(ctx, s.pool, scanJob, "SELECT "+jobColumns+" FROM jobs ORDER BY id, device COLLATE \"C\"")
	if err != nil {
		return nil, fmt.Errorf("listing jobs: %w", err)
	}
	return all, nil
}

// Events implements gateway.Inbox. Numbers grow in the order of the transactions,
// since these run one after the other.
func (s *Store) Events(ctx context.Context, limit int) ([]gateway.Event, error) {
	all, err := collect(ctx, s.pool, func(row pgx.CollectableRow) (e gateway.Event, err error) {
		return e, row.Scan(&e.Number, &e.ID, &e.Subject, &e.Data)
	}, "SELECT number, id, subject, data FROM events ORDER BY number LIMIT $1", limit)
	if err != nil {
		return nil, fmt.Errorf("listing events: %w", err)
	}
	return all, nil
}
