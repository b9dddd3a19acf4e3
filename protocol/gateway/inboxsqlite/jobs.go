package inboxsqlite

import (
	"fmt"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// PutJob implements batch.Storage.
func (w *writer) PutJob(j gateway.Job) error {
	if err := w.s.putJob.exec(j.Device, j.ID[:], int64(j.Tries), j.Next, j.Deadline, j.Last); err != nil {
		return fmt.Errorf("storing a job: %w", err)
	}
	return nil
}

// TakeJobs implements batch.Storage.
func (w *writer) TakeJobs(now, until int64, limit int) (jobs []gateway.Job, err error) {
	err = w.s.dueJobs.each(func(r *row) {
		j := gateway.Job{Device: r.text(0), Tries: int(r.int(2)), Next: r.int(3), Deadline: r.int(4), Last: r.text(5)}
		r.fill(1, j.ID[:])
		jobs = append(jobs, j)
	}, now, int64(limit))
	if err != nil {
		return nil, fmt.Errorf("looking for jobs: %w", err)
	}
	for _, j := range jobs {
		if err := w.s.leaseJob.exec(until, j.Device, j.ID[:]); err != nil {
			return nil, fmt.Errorf("taking a job: %w", err)
		}
	}
	return jobs, nil
}

// DropJob implements batch.Storage.
func (w *writer) DropJob(device string, id request.ID) error {
	if err := w.s.dropJob.exec(device, id[:]); err != nil {
		return fmt.Errorf("ending a job: %w", err)
	}
	return nil
}

// DropEvents implements batch.Storage.
func (w *writer) DropEvents(numbers []uint64) error {
	for _, n := range numbers {
		if err := w.s.dropEvent.exec(int64(n)); err != nil {
			return fmt.Errorf("forgetting an event: %w", err)
		}
	}
	return nil
}
