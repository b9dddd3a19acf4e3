package inboxpg

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// idle: there is nothing left to do for a request. whole: its envelope is as it was
// received, which its first byte tells (gateway.FirstByte).
const (
	idle  = "NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.device = requests.device AND jobs.id = requests.id)"
	whole = `substring(envelope from 1 for 1) = '\xd2'::bytea`
)

// columns are those of a record without its envelope.
const columns = "device, id, seq, prev, digest, service, status, reason, at, receipt, result, level, basis, dated, decision"

// storage is a transaction while it runs.
type storage struct {
	ctx     context.Context
	tx      pgx.Tx
	trouble error // the database's first that passes
}

// failed keeps what is the database's trouble, and no job's.
func (s *storage) failed(doing string, err error) error {
	if s.trouble == nil && passing(err) {
		s.trouble = err
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// exec runs a statement.
func (s *storage) exec(doing, statement string, args ...any) error {
	if _, err := s.tx.Exec(s.ctx, statement, args...); err != nil {
		return s.failed(doing, err)
	}
	return nil
}

// one reads the row that there may be.
func (s *storage) one(doing, query string, args []any, into ...any) (found bool, err error) {
	err = s.tx.QueryRow(s.ctx, query, args...).Scan(into...)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, s.failed(doing, err)
	}
	return true, nil
}

// Apart implements batch.Storage.
func (s *storage) Apart(do func() error) error {
	whole := s.tx
	point, err := whole.Begin(s.ctx)
	if err != nil {
		return s.failed("beginning a savepoint", err)
	}
	s.tx = point
	err = do()
	s.tx = whole
	if err != nil {
		if lost := point.Rollback(s.ctx); lost != nil {
			return s.failed("undoing", errors.Join(err, lost))
		}
		return err
	}
	if err := point.Commit(s.ctx); err != nil {
		return s.failed("ending a savepoint", err)
	}
	return nil
}

// scanRecord reads the [columns] of a record.
func scanRecord(row pgx.CollectableRow) (*gateway.Record, error) { return scanInto(row) }

// scanWhole reads them, and the envelope after them.
func scanWhole(row pgx.CollectableRow) (*gateway.Record, error) {
	var envelope []byte
	r, err := scanInto(row, &envelope)
	if err == nil {
		r.Envelope = envelope
	}
	return r, err
}

func scanInto(row pgx.CollectableRow, more ...any) (*gateway.Record, error) {
	r := &gateway.Record{}
	var id, prev, digest []byte
	into := []any{&r.Device, &id, &r.Seq, &prev, &digest, &r.Service, &r.Status, &r.Reason, &r.At, &r.Receipt, &r.Result, &r.Level, &r.Basis, &r.From, &r.Decision}
	if err := row.Scan(append(into, more...)...); err != nil {
		return nil, err
	}
	copy(r.ID[:], id)
	copy(r.Prev[:], prev)
	copy(r.Digest[:], digest)
	return r, nil
}

// scanNear reads device, id, seq, prev and digest.
func scanNear(row pgx.CollectableRow) (*gateway.Record, error) {
	r := &gateway.Record{}
	var id, prev, digest []byte
	err := row.Scan(&r.Device, &id, &r.Seq, &prev, &digest)
	copy(r.ID[:], id)
	copy(r.Prev[:], prev)
	copy(r.Digest[:], digest)
	return r, err
}

// Near implements batch.Storage.
func (s *storage) Near(device string, id request.ID, seq uint64) ([]*gateway.Record, error) {
	all, err := collect(s.ctx, s.tx, scanNear,
		"SELECT device, id, seq, prev, digest FROM requests WHERE device = $1 AND (id = $2 OR seq BETWEEN $3::bigint - 1 AND $3::bigint + 1)", device, id[:], int64(seq))
	if err != nil {
		return nil, s.failed("looking for requests", err)
	}
	return all, nil
}

// Tail implements batch.Storage. An id begins with its time.
func (s *storage) Tail(device string, since int64, tail [6]byte) ([]*gateway.Record, error) {
	first := request.FirstID(since)
	all, err := collect(s.ctx, s.tx, scanRecord,
		"SELECT "+columns+" FROM requests WHERE device = $1 AND id >= $2 AND substr(id, 11) = $3", device, first[:], tail[:])
	if err != nil {
		return nil, s.failed("looking for requests", err)
	}
	return all, nil
}

// Seqs implements batch.Storage.
func (s *storage) Seqs(device string, seqs []uint64) ([]*gateway.Record, error) {
	wanted := make([]int64, len(seqs))
	for i, seq := range seqs {
		wanted[i] = int64(seq)
	}
	all, err := collect(s.ctx, s.tx, scanRecord,
		"SELECT "+columns+" FROM requests WHERE device = $1 AND seq = ANY($2) ORDER BY array_position($2, seq)", device, wanted)
	if err != nil {
		return nil, s.failed("looking for requests", err)
	}
	return all, nil
}

// Record implements batch.Storage.
func (s *storage) Record(device string, id request.ID) (*gateway.Record, error) {
	stored, err := collect(s.ctx, s.tx, scanWhole, "SELECT "+columns+", envelope FROM requests WHERE device = $1 AND id = $2", device, id[:])
	if err != nil {
		return nil, s.failed("looking for a request", err)
	}
	if len(stored) == 0 {
		return nil, nil
	}
	return stored[0], nil
}

// Settle implements batch.Storage.
func (s *storage) Settle(r *gateway.Record) error {
	return s.exec("settling a request", "UPDATE requests SET status = $1, reason = $2, result = $3, decision = $4 WHERE device = $5 AND id = $6",
		string(r.Status), r.Reason, r.Result, r.Decision, r.Device, r.ID[:])
}

// Strip implements batch.Storage.
func (s *storage) Strip(r *gateway.Record) error {
	return s.exec("forgetting a request", "UPDATE requests SET envelope = $1, result = NULL WHERE device = $2 AND id = $3 AND status <> 'held' AND "+idle,
		r.Envelope, r.Device, r.ID[:])
}

// Position implements batch.Storage.
func (s *storage) Position(device string) (p gateway.Position, err error) {
	var head []byte
	_, err = s.one("reading a device's position", "SELECT contiguous, head, frozen, frozen_at FROM positions WHERE device = $1", []any{device},
		&p.Contiguous, &head, &p.Frozen, &p.FrozenAt)
	copy(p.Head[:], head)
	return p, err
}

// Claimed implements batch.Storage.
func (s *storage) Claimed(service string, key request.Digest) (no string, found bool, err error) {
	found, err = s.one("reading a business key", "SELECT no FROM business WHERE service = $1 AND key = $2", []any{service, key[:]}, &no)
	return no, found, err
}

// Get implements batch.Storage.
func (s *storage) Get(key string) (value []byte, found bool, err error) {
	found, err = s.one("reading state", "SELECT value FROM state WHERE key = $1", []any{key}, &value)
	return value, found, err
}

// Marked implements batch.Storage.
func (s *storage) Marked(key string) (m gateway.Mark, found bool, err error) {
	found, err = s.one("reading a mark", "SELECT key, value, until FROM marks WHERE key = $1", []any{key}, &m.Key, &m.Value, &m.Until)
	return m, found, err
}

// Raise implements batch.Storage.
func (s *storage) Raise(a gateway.Alarm) error {
	return s.exec("storing an alarm", `INSERT INTO alarms (kind, device, id, seq, digest, at, times) VALUES ($1, $2, $3, $4, $5, $6, 1)
		ON CONFLICT (kind, device, id, digest) DO UPDATE SET times = alarms.times + 1`, string(a.Kind), a.Device, a.ID[:], int64(a.Seq), a.Digest[:], a.At)
}
