package inboxpg

import (
	"github.com/jackc/pgx/v5"

	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// PutJob implements batch.Storage.
func (s *storage) PutJob(j gateway.Job) error {
	return s.exec("storing a job", `INSERT INTO jobs (device, id, tries, next, deadline, last) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (device, id)
		DO UPDATE SET tries = excluded.tries, next = excluded.next, deadline = excluded.deadline, last = excluded.last`,
		j.Device, j.ID[:], j.Tries, j.Next, j.Deadline, j.Last)
}

const jobColumns = "device, id, tries, next, deadline, last"

func scanJob(row pgx.CollectableRow) (j gateway.Job, err error) {
	var id []byte
	err = row.Scan(&j.Device, &id, &j.Tries, &j.Next, &j.Deadline, &j.Last)
	copy(j.ID[:], id)
	return j, err
}

// TakeJobs implements batch.Storage.
func (s *storage) TakeJobs(now, until int64, limit int) ([]gateway.Job, error) {
	jobs, err := collect(s.ctx, s.tx, scanJob, "SELECT "+jobColumns+" FROM jobs WHERE next <= $1 ORDER BY next LIMIT $2", now, limit)
	if err != nil {
		return nil, s.failed("looking for jobs", err)
	}
	for _, j := range jobs {
		if err := s.exec("taking a job", "UPDATE jobs SET next = $1 WHERE device = $2 AND id = $3", until, j.Device, j.ID[:]); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// DropJob implements batch.Storage.
func (s *storage) DropJob(device string, id request.ID) error {
	return s.exec("ending a job", "DELETE FROM jobs WHERE device = $1 AND id = $2", device, id[:])
}

// DropEvents implements batch.Storage.
func (s *storage) DropEvents(numbers []uint64) error {
	all := make([]int64, len(numbers))
	for i, n := range numbers {
		all[i] = int64(n)
	}
	return s.exec("forgetting events", "DELETE FROM events WHERE number = ANY($1)", all)
}
