package inboxsqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// statements are the prepared statements of the writing connection.
type statements struct {
	begin, commit, rollback, savepoint, undo, release          *sql.Stmt
	near, insert, position, setPosition, claim, claimed, raise *sql.Stmt
	get, set, emit, dropEvent                                  *sql.Stmt
	seqs, record, settle, putJob, dueJobs, leaseJob, dropJob   *sql.Stmt
}

// columns are those of a record without its envelope.
const columns = "device, id, seq, prev, digest, service, status, reason, at, receipt, result, level, basis, dated, decision"

func prepareStatements(ctx context.Context, conn *sql.Conn) (statements, error) {
	var s statements
	for _, p := range []struct {
		into **sql.Stmt
		text string
	}{
		{&s.begin, "BEGIN IMMEDIATE"},
		{&s.commit, "COMMIT"},
		{&s.rollback, "ROLLBACK"},
		{&s.savepoint, "SAVEPOINT job"},
		{&s.undo, "ROLLBACK TO job"},
		{&s.release, "RELEASE job"},
		{&s.near, "SELECT " + columns + " FROM requests WHERE device = ?1 AND (id = ?2 OR seq BETWEEN ?3 - 1 AND ?3 + 1)"},
		{&s.insert, "INSERT INTO requests (" + columns + ", envelope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
		{&s.seqs, "SELECT " + columns + " FROM requests WHERE device = ? AND seq = ?"},
		{&s.record, "SELECT " + columns + ", envelope FROM requests WHERE device = ? AND id = ?"},
		{&s.settle, "UPDATE requests SET status = ?, reason = ?, result = ?, decision = ? WHERE device = ? AND id = ?"},
		{&s.putJob, "INSERT OR REPLACE INTO jobs (device, id, tries, next, deadline, last) VALUES (?, ?, ?, ?, ?, ?)"},
		{&s.dueJobs, "SELECT device, id, tries, next, deadline, last FROM jobs WHERE next <= ? ORDER BY next LIMIT ?"},
		{&s.leaseJob, "UPDATE jobs SET next = ? WHERE device = ? AND id = ?"},
		{&s.dropJob, "DELETE FROM jobs WHERE device = ? AND id = ?"},
		{&s.position, "SELECT contiguous, head, frozen, frozen_at FROM positions WHERE device = ?"},
		{&s.setPosition, "INSERT OR REPLACE INTO positions (device, contiguous, head, frozen, frozen_at) VALUES (?, ?, ?, ?, ?)"},
		{&s.claim, "INSERT INTO business (service, key, no) VALUES (?, ?, ?)"},
		{&s.claimed, "SELECT no FROM business WHERE service = ? AND key = ?"},
		{&s.raise, `INSERT INTO alarms (kind, device, id, seq, digest, at, times) VALUES (?, ?, ?, ?, ?, ?, 1)
			ON CONFLICT DO UPDATE SET times = times + 1`},
		{&s.emit, "INSERT INTO events (id, subject, data) VALUES (?, ?, ?)"},
		{&s.dropEvent, "DELETE FROM events WHERE number = ?"},
		{&s.get, "SELECT value FROM state WHERE key = ?"},
		{&s.set, "INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)"},
	} {
		stmt, err := conn.PrepareContext(ctx, p.text)
		if err != nil {
			return s, fmt.Errorf("preparing statements: %w", err)
		}
		*p.into = stmt
	}
	return s, nil
}

// tx is the jobs' view of a transaction. State and positions are written when the
// jobs are done, so that a counter that each of them moves is written once.
type tx struct {
	ctx       context.Context
	s         statements
	state     map[string]entry[[]byte]
	positions map[string]entry[gateway.Position]
	pending   []pending
	of        map[string][]*gateway.Record // pending ones by device
}

// pending is a record that is not written yet.
type pending struct {
	record *gateway.Record
	finish func(*gateway.Record) error
}

// entry is a value that was read, or that has to be written.
type entry[T any] struct {
	value T
	found bool
	dirty bool
}

func newTx(ctx context.Context, s statements) *tx {
	return &tx{ctx, s, map[string]entry[[]byte]{}, map[string]entry[gateway.Position]{}, nil, map[string][]*gateway.Record{}}
}

// finish completes the pending records, on all processors.
func (t *tx) finish() error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range t.pending {
		g.Go(func() error { return p.finish(p.record) })
	}
	return g.Wait()
}

// flush writes what has changed.
func (t *tx) flush() error {
	if err := t.finish(); err != nil {
		return err
	}
	for _, p := range t.pending {
		if err := t.write(p.record); err != nil {
			return err
		}
	}
	for key, e := range t.state {
		if !e.dirty {
			continue
		}
		if _, err := t.s.set.ExecContext(t.ctx, key, e.value); err != nil {
			return fmt.Errorf("storing state: %w", err)
		}
	}
	for device, e := range t.positions {
		if !e.dirty {
			continue
		}
		if _, err := t.s.setPosition.ExecContext(t.ctx, device, int64(e.value.Contiguous), e.value.Head[:], string(e.value.Frozen), e.value.FrozenAt); err != nil {
			return fmt.Errorf("storing a device's position: %w", err)
		}
	}
	return nil
}

func (t *tx) Near(device string, id request.ID, seq uint64) ([]*gateway.Record, error) {
	rows, err := t.s.near.QueryContext(t.ctx, device, id[:], int64(seq))
	if err != nil {
		return nil, fmt.Errorf("looking for requests: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []*gateway.Record
	for _, r := range t.of[device] {
		if r.ID == id || r.Seq+1 >= seq && r.Seq <= seq+1 {
			all = append(all, r)
		}
	}
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("looking for requests: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// scan reads the [columns] of a record, and what else was asked for.
func scan(rows *sql.Rows, more ...any) (*gateway.Record, error) {
	r := &gateway.Record{}
	var id, prev, digest []byte
	into := []any{&r.Device, &id, &r.Seq, &prev, &digest, &r.Service, &r.Status, &r.Reason, &r.At, &r.Receipt, &r.Result, &r.Level, &r.Basis, &r.From, &r.Decision}
	if err := rows.Scan(append(into, more...)...); err != nil {
		return nil, err
	}
	copy(r.ID[:], id)
	copy(r.Prev[:], prev)
	copy(r.Digest[:], digest)
	return r, nil
}

func (t *tx) Insert(r *gateway.Record, finish func(*gateway.Record) error) error {
	t.pending = append(t.pending, pending{r, finish})
	t.of[r.Device] = append(t.of[r.Device], r)
	return nil
}

func (t *tx) write(r *gateway.Record) error {
	_, err := t.s.insert.ExecContext(t.ctx, r.Device, r.ID[:], int64(r.Seq), r.Prev[:], r.Digest[:], r.Service, string(r.Status), r.Reason, r.At, r.Receipt, r.Result,
		string(r.Level), string(r.Basis), r.From, r.Decision, r.Envelope)
	if err != nil {
		return fmt.Errorf("storing a request: %w", err)
	}
	return nil
}

func (t *tx) Position(device string) (gateway.Position, error) {
	if e, known := t.positions[device]; known {
		return e.value, nil
	}
	var p gateway.Position
	var head []byte
	err := t.s.position.QueryRowContext(t.ctx, device).Scan(&p.Contiguous, &head, &p.Frozen, &p.FrozenAt)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("reading a device's position: %w", err)
	}
	copy(p.Head[:], head)
	t.positions[device] = entry[gateway.Position]{value: p}
	return p, nil
}

func (t *tx) SetPosition(device string, p gateway.Position) error {
	t.positions[device] = entry[gateway.Position]{value: p, dirty: true}
	return nil
}

func (t *tx) Claimed(service string, key request.Digest) (string, bool, error) {
	var no string
	err := t.s.claimed.QueryRowContext(t.ctx, service, key[:]).Scan(&no)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("reading a business key: %w", err)
	}
	return no, true, nil
}

func (t *tx) Claim(service string, key request.Digest, no string) error {
	if _, err := t.s.claim.ExecContext(t.ctx, service, key[:], no); err != nil {
		return fmt.Errorf("claiming a business key: %w", err)
	}
	return nil
}

func (t *tx) Raise(a gateway.Alarm) error {
	if _, err := t.s.raise.ExecContext(t.ctx, string(a.Kind), a.Device, a.ID[:], int64(a.Seq), a.Digest[:], a.At); err != nil {
		return fmt.Errorf("storing an alarm: %w", err)
	}
	return nil
}

func (t *tx) Get(key string) ([]byte, bool, error) {
	if e, known := t.state[key]; known {
		return bytes.Clone(e.value), e.found, nil
	}
	var value []byte
	err := t.s.get.QueryRowContext(t.ctx, key).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, false, fmt.Errorf("reading state: %w", err)
	}
	found := err == nil
	t.state[key] = entry[[]byte]{value: value, found: found}
	return bytes.Clone(value), found, nil
}

func (t *tx) Set(key string, value []byte) error {
	t.state[key] = entry[[]byte]{value: append([]byte{}, value...), found: true, dirty: true}
	return nil
}
