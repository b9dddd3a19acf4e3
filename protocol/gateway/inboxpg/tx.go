package inboxpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// columns are those of a record without its envelope.
const columns = "device, id, seq, prev, digest, service, status, reason, at, receipt, result, level, basis, dated, decision"

// tx is the jobs' view of a transaction. State, positions and new records are
// written when the jobs are done, all in one message to the database.
type tx struct {
	ctx       context.Context
	pg        pgx.Tx
	trouble   error // of the database, not of a job
	state     map[string]entry[[]byte]
	positions map[string]entry[gateway.Position]
	pending   []pending
	events    []gateway.Event
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

func newTx(ctx context.Context, pg pgx.Tx) *tx {
	return &tx{ctx: ctx, pg: pg, state: map[string]entry[[]byte]{}, positions: map[string]entry[gateway.Position]{}, of: map[string][]*gateway.Record{}}
}

// own marks the error of a job, unless the database had trouble that passes: then
// it is the database's, whatever the job made of it.
func (t *tx) own(err error) error {
	switch {
	case err == nil:
		return nil
	case t.trouble != nil && passing(t.trouble):
		return t.trouble
	}
	return &finalError{fmt.Errorf("%w: %w", errOwn, err)}
}

// failed keeps the database's first error.
func (t *tx) failed(doing string, err error) error {
	if t.trouble == nil {
		t.trouble = err
	}
	return fmt.Errorf("%s: %w", doing, err)
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
	b := &pgx.Batch{}
	for _, p := range t.pending {
		queueRecord(b, p.record)
	}
	for _, e := range t.events {
		b.Queue("INSERT INTO events (id, subject, data) VALUES ($1, $2, $3)", e.ID, e.Subject, e.Data)
	}
	for key, e := range t.state {
		if e.dirty {
			b.Queue("INSERT INTO state (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, e.value)
		}
	}
	for device, e := range t.positions {
		if e.dirty {
			b.Queue(`INSERT INTO positions (device, contiguous, head, frozen, frozen_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (device)
				DO UPDATE SET contiguous = excluded.contiguous, head = excluded.head, frozen = excluded.frozen, frozen_at = excluded.frozen_at`,
				device, int64(e.value.Contiguous), e.value.Head[:], string(e.value.Frozen), e.value.FrozenAt)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	if err := t.pg.SendBatch(t.ctx, b).Close(); err != nil {
		return t.failed("storing requests, state and positions", err)
	}
	return nil
}

func queueRecord(b *pgx.Batch, r *gateway.Record) {
	b.Queue("INSERT INTO requests ("+columns+", envelope) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
		r.Device, r.ID[:], int64(r.Seq), r.Prev[:], r.Digest[:], r.Service, string(r.Status), r.Reason, r.At, r.Receipt, r.Result,
		string(r.Level), string(r.Basis), r.From, r.Decision, r.Envelope)
}

// scanRecord reads the [columns] of a record.
func scanRecord(row pgx.CollectableRow) (*gateway.Record, error) { return scanInto(row) }

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

func (t *tx) Near(device string, id request.ID, seq uint64) ([]*gateway.Record, error) {
	var all []*gateway.Record
	for _, r := range t.of[device] {
		if r.ID == id || r.Seq+1 >= seq && r.Seq <= seq+1 {
			all = append(all, r)
		}
	}
	stored, err := collect(t.ctx, t.pg, scanRecord,
		"SELECT "+columns+" FROM requests WHERE device = $1 AND (id = $2 OR seq BETWEEN $3::bigint - 1 AND $3::bigint + 1)", device, id[:], int64(seq))
	if err != nil {
		return nil, t.failed("looking for requests", err)
	}
	return append(all, stored...), nil
}

func (t *tx) Seqs(device string, seqs []uint64) ([]*gateway.Record, error) {
	wanted := make([]int64, len(seqs))
	for i, seq := range seqs {
		wanted[i] = int64(seq)
	}
	stored, err := collect(t.ctx, t.pg, scanRecord, "SELECT "+columns+" FROM requests WHERE device = $1 AND seq = ANY($2)", device, wanted)
	if err != nil {
		return nil, t.failed("looking for requests", err)
	}
	stored = append(stored, t.of[device]...)
	var all []*gateway.Record
	for _, seq := range seqs {
		if i := slices.IndexFunc(stored, func(r *gateway.Record) bool { return r.Seq == seq }); i >= 0 {
			all = append(all, stored[i])
		}
	}
	return all, nil
}

func (t *tx) Record(device string, id request.ID) (*gateway.Record, error) {
	if i := slices.IndexFunc(t.of[device], func(r *gateway.Record) bool { return r.ID == id }); i >= 0 {
		return t.of[device][i], nil
	}
	stored, err := collect(t.ctx, t.pg, func(row pgx.CollectableRow) (*gateway.Record, error) {
		var envelope []byte
		r, err := scanInto(row, &envelope)
		if err == nil {
			r.Envelope = envelope
		}
		return r, err
	}, "SELECT "+columns+", envelope FROM requests WHERE device = $1 AND id = $2", device, id[:])
	if err != nil {
		return nil, t.failed("looking for a request", err)
	}
	if len(stored) == 0 {
		return nil, nil
	}
	return stored[0], nil
}

func (t *tx) Insert(r *gateway.Record, finish func(*gateway.Record) error) error {
	t.pending = append(t.pending, pending{r, finish})
	t.of[r.Device] = append(t.of[r.Device], r)
	return nil
}

func (t *tx) Settle(r *gateway.Record) error {
	return t.exec("settling a request", "UPDATE requests SET status = $1, reason = $2, result = $3, decision = $4 WHERE device = $5 AND id = $6",
		string(r.Status), r.Reason, r.Result, r.Decision, r.Device, r.ID[:])
}

// exec runs a statement now.
func (t *tx) exec(doing, statement string, args ...any) error {
	if _, err := t.pg.Exec(t.ctx, statement, args...); err != nil {
		return t.failed(doing, err)
	}
	return nil
}

func (t *tx) Position(device string) (gateway.Position, error) {
	if e, known := t.positions[device]; known {
		return e.value, nil
	}
	var p gateway.Position
	var head []byte
	err := t.pg.QueryRow(t.ctx, "SELECT contiguous, head, frozen, frozen_at FROM positions WHERE device = $1", device).
		Scan(&p.Contiguous, &head, &p.Frozen, &p.FrozenAt)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return p, t.failed("reading a device's position", err)
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
	err := t.pg.QueryRow(t.ctx, "SELECT no FROM business WHERE service = $1 AND key = $2", service, key[:]).Scan(&no)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, t.failed("reading a business key", err)
	}
	return no, true, nil
}

func (t *tx) Claim(service string, key request.Digest, no string) error {
	return t.exec("claiming a business key", "INSERT INTO business (service, key, no) VALUES ($1, $2, $3)", service, key[:], no)
}

func (t *tx) Raise(a gateway.Alarm) error {
	return t.exec("storing an alarm", `INSERT INTO alarms (kind, device, id, seq, digest, at, times) VALUES ($1, $2, $3, $4, $5, $6, 1)
		ON CONFLICT (kind, device, id, digest) DO UPDATE SET times = alarms.times + 1`, string(a.Kind), a.Device, a.ID[:], int64(a.Seq), a.Digest[:], a.At)
}

func (t *tx) PutJob(j gateway.Job) error {
	return t.exec("storing a job", `INSERT INTO jobs (device, id, tries, next, deadline, last) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (device, id)
		DO UPDATE SET tries = excluded.tries, next = excluded.next, deadline = excluded.deadline, last = excluded.last`,
		j.Device, j.ID[:], j.Tries, j.Next, j.Deadline, j.Last)
}

func (t *tx) TakeJobs(now, until int64, limit int) ([]gateway.Job, error) {
	jobs, err := collect(t.ctx, t.pg, func(row pgx.CollectableRow) (j gateway.Job, err error) {
		var id []byte
		err = row.Scan(&j.Device, &id, &j.Tries, &j.Next, &j.Deadline, &j.Last)
		copy(j.ID[:], id)
		return j, err
	}, "SELECT device, id, tries, next, deadline, last FROM jobs WHERE next <= $1 ORDER BY next LIMIT $2", now, limit)
	if err != nil {
		return nil, t.failed("looking for jobs", err)
	}
	for _, j := range jobs {
		if err := t.exec("taking a job", "UPDATE jobs SET next = $1 WHERE device = $2 AND id = $3", until, j.Device, j.ID[:]); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

func (t *tx) DropJob(device string, id request.ID) error {
	return t.exec("ending a job", "DELETE FROM jobs WHERE device = $1 AND id = $2", device, id[:])
}

func (t *tx) Get(key string) ([]byte, bool, error) {
	if e, known := t.state[key]; known {
		return bytes.Clone(e.value), e.found, nil
	}
	var value []byte
	err := t.pg.QueryRow(t.ctx, "SELECT value FROM state WHERE key = $1", key).Scan(&value)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, false, t.failed("reading state", err)
	}
	found := err == nil
	t.state[key] = entry[[]byte]{value: value, found: found}
	return bytes.Clone(value), found, nil
}

func (t *tx) Set(key string, value []byte) error {
	t.state[key] = entry[[]byte]{value: append([]byte{}, value...), found: true, dirty: true}
	return nil
}
