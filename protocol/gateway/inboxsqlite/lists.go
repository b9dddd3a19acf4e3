package inboxsqlite

import (
	"context"
	"database/sql"
	"fmt"

	"motcua/protocol/gateway"
)

// list reads all rows of a query, beside the writer.
func list[T any](ctx context.Context, db *sql.DB, what string, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", what, err)
	}
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", what, err)
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// Counts implements gateway.Inbox.
func (s *Store) Counts(ctx context.Context) ([]gateway.Count, error) {
	return list(ctx, s.db, "numbers of requests", func(rows *sql.Rows) (c gateway.Count, err error) {
		return c, rows.Scan(&c.Service, &c.Status, &c.Count)
	}, "SELECT service, status, count(*) FROM requests GROUP BY service, status ORDER BY service, status")
}

// Alarms implements gateway.Inbox.
func (s *Store) Alarms(ctx context.Context) ([]gateway.Alarm, error) {
	return list(ctx, s.db, "alarms", func(rows *sql.Rows) (a gateway.Alarm, err error) {
		var id, digest []byte
		err = rows.Scan(&a.Kind, &a.Device, &id, &a.Seq, &digest, &a.At, &a.Times)
		copy(a.ID[:], id)
		copy(a.Digest[:], digest)
		return a, err
	}, "SELECT kind, device, id, seq, digest, at, times FROM alarms ORDER BY rowid")
}

// Held implements gateway.Inbox.
func (s *Store) Held(ctx context.Context, limit int) ([]*gateway.Record, error) {
	return list(ctx, s.db, "held requests", func(rows *sql.Rows) (*gateway.Record, error) { return scanRecord(rows, false) },
		"SELECT "+columns+" FROM requests WHERE status = 'held' ORDER BY at, device, seq LIMIT ?", limit)
}

// Accepted implements gateway.Inbox.
func (s *Store) Accepted(ctx context.Context, from, until int64, each func(*gateway.Record) error) error {
	rows, err := s.db.QueryContext(ctx, "SELECT "+columns+", envelope FROM requests WHERE status IN ('accepted', 'duplicate') AND at >= ? AND at < ? ORDER BY at, device, seq", from, until)
	if err != nil {
		return fmt.Errorf("listing accepted requests: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		r, err := scanRecord(rows, true)
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
	return list(ctx, s.db, "old requests", func(rows *sql.Rows) (*gateway.Record, error) { return scanRecord(rows, true) },
		"SELECT "+columns+", envelope FROM requests WHERE at < ? AND status <> 'held' AND "+whole+" AND "+idle+" ORDER BY at, device, seq LIMIT ?", before, limit)
}

// scanRecord reads the [columns], and the envelope after them.
func scanRecord(rows *sql.Rows, envelope bool) (*gateway.Record, error) {
	r := &gateway.Record{}
	var id, prev, digest []byte
	into := []any{&r.Device, &id, &r.Seq, &prev, &digest, &r.Service, &r.Status, &r.Reason, &r.At, &r.Receipt, &r.Result, &r.Level, &r.Basis, &r.From, &r.Decision}
	if envelope {
		into = append(into, &r.Envelope)
	}
	err := rows.Scan(into...)
	copy(r.ID[:], id)
	copy(r.Prev[:], prev)
	copy(r.Digest[:], digest)
	return r, err
}

// Devices implements gateway.Inbox.
func (s *Store) Devices(ctx context.Context) ([]gateway.Device, error) {
	return list(ctx, s.db, "devices", func(rows *sql.Rows) (d gateway.Device, err error) {
		var head []byte
		err = rows.Scan(&d.Name, &d.Contiguous, &head, &d.Frozen, &d.FrozenAt)
		copy(d.Head[:], head)
		return d, err
	}, "SELECT device, contiguous, head, frozen, frozen_at FROM positions ORDER BY device")
}

// Jobs implements gateway.Inbox.
func (s *Store) Jobs(ctx context.Context) ([]gateway.Job, error) {
	return list(ctx, s.db, "jobs", func(rows *sql.Rows) (j gateway.Job, err error) {
		var id []byte
		err = rows.Scan(&j.Device, &id, &j.Tries, &j.Next, &j.Deadline, &j.Last)
		copy(j.ID[:], id)
		return j, err
	}, "SELECT device, id, tries, next, deadline, last FROM jobs ORDER BY id, device")
}

// Events implements gateway.Inbox.
func (s *Store) Events(ctx context.Context, limit int) ([]gateway.Event, error) {
	return list(ctx, s.db, "events", func(rows *sql.Rows) (e gateway.Event, err error) {
		return e, rows.Scan(&e.Number, &e.ID, &e.Subject, &e.Data)
	}, "SELECT number, id, subject, data FROM events ORDER BY number LIMIT ?", limit)
}
