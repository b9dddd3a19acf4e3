package inboxsqlite

import (
	"database/sql"
	"fmt"
	"slices"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

func (t *tx) Seqs(device string, seqs []uint64) ([]*gateway.Record, error) {
	var all []*gateway.Record
	for _, seq := range seqs {
		if i := slices.IndexFunc(t.of[device], func(r *gateway.Record) bool { return r.Seq == seq }); i >= 0 {
			all = append(all, t.of[device][i])
			continue
		}
		r, err := one(t.s.seqs.QueryContext(t.ctx, device, int64(seq)))
		if err != nil {
			return nil, err
		}
		if r != nil {
			all = append(all, r)
		}
	}
	return all, nil
}

func (t *tx) Record(device string, id request.ID) (*gateway.Record, error) {
	if i := slices.IndexFunc(t.of[device], func(r *gateway.Record) bool { return r.ID == id }); i >= 0 {
		return t.of[device][i], nil
	}
	var envelope []byte
	rows, err := t.s.record.QueryContext(t.ctx, device, id[:])
	r, err := one(rows, err, &envelope)
	if r != nil {
		r.Envelope = envelope
	}
	return r, err
}

// one reads at most one record.
func one(rows *sql.Rows, err error, more ...any) (*gateway.Record, error) {
	if err != nil {
		return nil, fmt.Errorf("looking for a request: %w", err)
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return nil, rows.Err()
	}
	r, err := scan(rows, more...)
	if err != nil {
		return nil, fmt.Errorf("looking for a request: %w", err)
	}
	return r, nil
}

func (t *tx) Settle(r *gateway.Record) error {
	if _, err := t.s.settle.ExecContext(t.ctx, string(r.Status), r.Reason, r.Result, r.Decision, r.Device, r.ID[:]); err != nil {
		return fmt.Errorf("settling a request: %w", err)
	}
	return nil
}

func (t *tx) PutJob(j gateway.Job) error {
	if _, err := t.s.putJob.ExecContext(t.ctx, j.Device, j.ID[:], j.Tries, j.Next, j.Deadline, j.Last); err != nil {
		return fmt.Errorf("storing a job: %w", err)
	}
	return nil
}

func (t *tx) TakeJobs(now, until int64, limit int) ([]gateway.Job, error) {
	jobs, err := t.due(now, limit)
	if err != nil {
		return nil, fmt.Errorf("looking for jobs: %w", err)
	}
	for _, j := range jobs {
		if _, err := t.s.leaseJob.ExecContext(t.ctx, until, j.Device, j.ID[:]); err != nil {
			return nil, fmt.Errorf("taking a job: %w", err)
		}
	}
	return jobs, nil
}

func (t *tx) due(now int64, limit int) ([]gateway.Job, error) {
	rows, err := t.s.dueJobs.QueryContext(t.ctx, now, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var jobs []gateway.Job
	for rows.Next() {
		var j gateway.Job
		var id []byte
		if err := rows.Scan(&j.Device, &id, &j.Tries, &j.Next, &j.Deadline, &j.Last); err != nil {
			return nil, err
		}
		copy(j.ID[:], id)
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}

func (t *tx) DropJob(device string, id request.ID) error {
	if _, err := t.s.dropJob.ExecContext(t.ctx, device, id[:]); err != nil {
		return fmt.Errorf("ending a job: %w", err)
	}
	return nil
}
